import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import noSharedSecret from "../../../../policy-pack/rules/no-shared-secret";
import requireValidWaiver from "../../../../policy-pack/rules/require-valid-waiver";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { limit, reportJob, triage, waiverOf, waivers } from "../../../support/waived";

/** What is wrong with a waiver in a stack; "holds" where nothing is. */
async function judged(resources: readonly Resource[], text: string): Promise<string> {
  const { findings } = await judgeSnapshot(snapshotOf(resources), {
    settings: defaultSettings,
    rules: [noSharedSecret, requireValidWaiver],
    waivers: waivers(text),
  });
  const reported = findings.find(({ rule }) => rule === requireValidWaiver.id);
  const lifted = findings.filter(({ waiver }) => waiver !== undefined);
  assert.equal(lifted.length, reported === undefined ? 1 : 0, "told and lifted");
  const message =
    (reported?.reason ?? reported?.message)?.replace(/.*?\bcontrol `[\w-]+`: /, "") ?? "holds";
  return reported?.verdict === "undetermined" ? `undetermined: ${message}` : message;
}

const anyPrincipal = "`acme/report`";

describe("control network-policy", () => {
  const inStack = (...more: readonly Resource[]) =>
    judged([...reportJob(), ...triage, ...more], waiverOf());

  const pods = `the pods of ${anyPrincipal}`;
  const without = `no NetworkPolicy limits where ${pods} send to`;
  for (const [name, policies, expected] of [
    ["a policy that names where its pods send to", limit(), "holds"],
    ["one for every pod of the namespace", limit("{}"), "holds"],
    ["one that lets them send nowhere", limit("{}", "[]"), "holds"],
    [
      "one that selects by an expression",
      limit("{ matchExpressions: [{ key: app, operator: In, values: [report, x] }] }"),
      "holds",
    ],
    [
      "names looked up anywhere",
      limit("{}", "[{ ports: [{ port: 53, protocol: UDP }] }]"),
      "holds",
    ],
    ["none", [], without],
    ["one for other pods", limit("{ matchLabels: { app: reports } }"), without],
    [
      "one that selects others by an expression",
      limit("{ matchExpressions: [{ key: app, operator: NotIn, values: [report] }] }"),
      without,
    ],
    ["one of another namespace", limit("{}", "[]", "globex"), without],
    [
      "one that lets them send anywhere",
      limit("{}", "[{}]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send to all addresses",
      limit("{}", "[{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send to all addresses of IPv6",
      limit("{}", "[{ to: [{ ipBlock: { cidr: '::/0' } }] }]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send within private networks",
      limit(
        "{}",
        "[{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 'fc00::/7' } }] }]",
      ),
      "holds",
    ],
    [
      "one that lets them send to either half of the network",
      limit(
        "{}",
        "[{ to: [{ ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }] }]",
      ),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send to half of IPv6",
      limit("{}", "[{ to: [{ ipBlock: { cidr: '8000::/1' } }] }]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send to every namespace",
      limit("{}", "[{ to: [{ namespaceSelector: {} }] }]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "one that lets them send to some pods of any namespace",
      limit(
        "{}",
        "[{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: x } } }] }]",
      ),
      "holds",
    ],
    [
      "ports other than that of names, anywhere",
      limit("{}", "[{ ports: [{ port: 53 }, { port: 443 }] }]"),
      `NetworkPolicy \`acme/report\` allows ${pods} to send anywhere`,
    ],
    [
      "a second policy that undoes the first",
      [...limit(), ...limit("{}", "[{}]", "acme", "open")],
      `NetworkPolicy \`acme/open\` allows ${pods} to send anywhere`,
    ],
    [
      "a second policy for others",
      [...limit(), ...limit("{ matchLabels: { app: x } }", "[{}]", "acme", "open")],
      "holds",
    ],
    [
      "one about what is received alone",
      manifest(
        "\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: acme, name: in }\nspec: { podSelector: {}, ingress: [] }\n",
      ),
      without,
    ],
    [
      "one that is about sending since it has rules for it",
      manifest(
        "\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: acme, name: in }\nspec: { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] }\n",
      ),
      "holds",
    ],
  ] as const) {
    it(`${expected === "holds" ? "accepts" : "does not accept"} ${name}`, async () => {
      assert.equal(await inStack(...policies), expected);
    });
  }

  it("does not take a policy for pods on their node's network", async () => {
    const stack = [...reportJob(undefined, "hostNetwork: true"), ...triage, ...limit()];
    assert.equal(
      await judged(stack, waiverOf()),
      `${pods} use their node's network, which NetworkPolicies leave alone`,
    );
  });

  it("leaves open what a policy selects by a label that is not known", async () => {
    const [policy] = limit();
    const dependencies = outputOf(urnOf("random:index/randomPet:RandomPet", "pet"));
    const unknown = resource(policy!.type, "acme/report", {
      ...policy!.inputs,
      spec: {
        podSelector: { matchLabels: { app: dependencies } },
        policyTypes: ["Egress"],
        egress: [],
      },
    });
    assert.equal(
      await inStack(unknown),
      `undetermined: whether a NetworkPolicy limits where ${pods} send to is not known`,
    );
  });

  it("does not take a policy for what runs in no pod", async () => {
    const stack = [...lambdas(), ...limit()];
    assert.equal(
      await judged(stack, waiverOf({ thing: "crm", holder: "report" })),
      "not all of `report` runs in pods",
    );
  });
});

const roleType = "aws:iam/role:Role";
const secretType = "aws:secretsmanager/secret:Secret";
const secretUrn = urnOf(secretType, "crm");
const roleUrn = urnOf(roleType, "report");
const roleArn = "arn:aws:iam::111122223333:role/report";
const trust = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  },
};

/** Two functions that receive one secret, the one a utility of low risk. */
function lambdas(role: Readonly<Record<string, Value>> = {}): readonly Resource[] {
  const lambda = (name: string, tags: Readonly<Record<string, string>>) => [
    resource(
      roleType,
      name,
      { name, assumeRolePolicy: JSON.stringify(trust), ...(name === "report" ? role : {}) },
      { outputs: { arn: `arn:aws:iam::111122223333:role/${name}` } },
    ),
    resource("aws:lambda/function:Function", name, {
      role: outputOf(urnOf(roleType, name)),
      tags,
      environment: {
        variables: {
          SECRET_ARN: outputOf(secretUrn),
          CRM_KEY: outputOf(urnOf("aws:secretsmanager/secretVersion:SecretVersion", "crm")),
        },
      },
    }),
  ];
  return [
    resource(secretType, "crm", { name: "crm" }),
    resource("aws:secretsmanager/secretVersion:SecretVersion", "crm", {
      secretId: outputOf(secretUrn),
    }),
    ...lambda("report", { "agentid.dev/kind": "utility", "agentid.dev/risk": "low" }),
    ...lambda("triage", { "agentid.dev/kind": "agent" }),
  ];
}

const ofLambdas = (control: string): string =>
  waiverOf({ thing: "crm", holder: "report", controls: `[${control}]` });

describe("control permissions-boundary", () => {
  const policyUrn = urnOf("aws:iam/policy:Policy", "limits");
  const boundary = (...statements: readonly object[]) =>
    resource("aws:iam/policy:Policy", "limits", {
      name: "limits",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  const all = { Effect: "Allow", Action: "*", Resource: "*" };
  const deny = (Action: string) => ({ Effect: "Deny", Action, Resource: "*" });
  const bounded = (...statements: readonly object[]) =>
    judged(
      [boundary(...statements), ...lambdas({ permissionsBoundary: outputOf(policyUrn) })],
      ofLambdas("permissions-boundary"),
    );

  it("takes a boundary that allows what it names", async () => {
    assert.equal(await bounded({ ...all, Action: ["s3:GetObject", "logs:*"] }), "holds");
    assert.equal(await bounded({ ...all, Resource: "arn:aws:s3:::reports/*" }), "holds");
  });

  it("takes one that allows everything but to raise oneself, as those of our tenants do", async () => {
    assert.equal(await bounded(all, deny("iam:*"), deny("sts:AssumeRole")), "holds");
  });

  it("does not take one that allows everything, or that denies only a part of it", async () => {
    const left = (action: string) =>
      `the boundary of role \`report\` allows \`${action}\` on everything and does not deny it`;
    assert.equal(await bounded(all), left("iam:AttachRolePolicy"));
    assert.equal(await bounded(all, deny("s3:*")), left("iam:AttachRolePolicy"));
    assert.equal(await bounded(all, deny("iam:*")), left("sts:AssumeRole"));
    const allBut = { Effect: "Allow", NotAction: "s3:*", Resource: "*" };
    assert.equal(await bounded(allBut), left("iam:AttachRolePolicy"));
    const powerUser = { Effect: "Allow", NotAction: "iam:*", Resource: "*" };
    assert.equal(await bounded(powerUser), left("sts:AssumeRole"));
  });

  it("does not take one by which a role changes roles, or assumes whatever there are", async () => {
    const left = (action: string) =>
      `the boundary of role \`report\` allows \`${action}\` on everything and does not deny it`;
    const some = (Action: string, Resource = "*") => ({ Effect: "Allow", Action, Resource });
    assert.equal(await bounded(some("iam:*")), left("iam:AttachRolePolicy"));
    assert.equal(
      await bounded(some("iam:DeleteRole*", "arn:aws:iam::111122223333:role/*")),
      left("iam:DeleteRolePermissionsBoundary"),
    );
    assert.equal(await bounded(some("sts:AssumeRole")), left("sts:AssumeRole"));
    const one = "arn:aws:iam::111122223333:role/reports";
    assert.equal(await bounded(some("sts:AssumeRole", one), some("s3:*")), "holds");
    const within = { ...deny("sts:AssumeRole"), Resource: undefined, NotResource: one };
    assert.equal(await bounded(all, deny("iam:*"), within), "holds");
  });

  it("does not accept a Deny that depends on a condition, or covers only some roles", async () => {
    const left = `the boundary of role \`report\` allows \`sts:AssumeRole\` on everything and does not deny it`;
    const part = { ...deny("sts:AssumeRole"), Resource: "arn:aws:iam::111122223333:role/admin" };
    assert.equal(await bounded(all, deny("iam:*"), part), left);
    const Condition = { StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
    assert.equal(await bounded(all, deny("iam:*"), { ...deny("sts:*"), Condition }), left);
  });

  it("does not take the boundary of another role, nor one that is not in the stack", async () => {
    const stack = [boundary(deny("iam:*")), ...lambdas()];
    assert.equal(
      await judged(stack, ofLambdas("permissions-boundary")),
      "role `report` has no permissions boundary",
    );
    const elsewhere = lambdas({ permissionsBoundary: "arn:aws:iam::111122223333:policy/limits" });
    assert.equal(
      await judged(elsewhere, ofLambdas("permissions-boundary")),
      "the boundary of role `report`, `limits`, is not in the stack",
    );
  });

  it("leaves open what a boundary allows that is not known", async () => {
    const unknown = resource("aws:iam/policy:Policy", "limits", { policy: outputOf(secretUrn) });
    const stack = [unknown, ...lambdas({ permissionsBoundary: outputOf(policyUrn) })];
    assert.equal(
      await judged(stack, ofLambdas("permissions-boundary")),
      "undetermined: what the boundary of role `report` allows is not known yet",
    );
  });

  it("does not take a workload without a role", async () => {
    const stack = [...reportJob(), ...triage];
    assert.equal(
      await judged(stack, waiverOf({ controls: "[permissions-boundary]" })),
      "the workload has no role that a boundary could restrict",
    );
  });
});

describe("control secret-policy", () => {
  const guarded = (statement: object, secret: Value = outputOf(secretUrn)) =>
    judged(
      [
        ...lambdas(),
        resource("aws:secretsmanager/secretPolicy:SecretPolicy", "crm", {
          secretArn: secret,
          policy: { Version: "2012-10-17", Statement: [statement as Value] },
        }),
      ],
      ofLambdas("secret-policy"),
    );
  const deny = (change: object = {}): object => ({
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": [roleArn] } },
    ...change,
  });
  const noOne = "the resource policy of `crm` excludes no principal by name";

  for (const [name, statement] of [
    ["one that denies all but the workload's role", deny()],
    [
      "one that names the role by an output",
      deny({ Condition: { ArnNotLike: { "aws:PrincipalArn": outputOf(roleUrn) } } }),
    ],
    [
      "one that spares another role as well",
      deny({ Condition: { StringNotEquals: { "aws:PrincipalArn": [roleArn, `${roleArn}-2`] } } }),
    ],
    ["one that denies every action", deny({ Action: "secretsmanager:*" })],
    ["one for every AWS principal", deny({ Principal: { AWS: "*" } })],
    [
      "one of the secret by its ARN",
      deny({ Resource: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm-a1B2c3" }),
    ],
  ] as const) {
    it(`takes ${name}`, async () => assert.equal(await guarded(statement), "holds"));
  }

  for (const [name, statement, expected] of [
    [
      "one that names another role",
      deny({ Condition: { ArnNotEquals: { "aws:PrincipalArn": `${roleArn}-2` } } }),
      "the resource policy of `crm` does not name role `report`",
    ],
    [
      "one that spares a pattern",
      deny({
        Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } },
      }),
      noOne,
    ],
    [
      "one that allows the role, which keeps nobody out",
      {
        Effect: "Allow",
        Principal: { AWS: roleArn },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
      noOne,
    ],
    ["one that denies another action", deny({ Action: "secretsmanager:PutSecretValue" }), noOne],
    ["one that denies one role only", deny({ Principal: { AWS: `${roleArn}-2` } }), noOne],
    [
      "one that denies under a further condition",
      deny({
        Condition: {
          ArnNotEquals: { "aws:PrincipalArn": roleArn },
          Bool: { "aws:SecureTransport": "false" },
        },
      }),
      noOne,
    ],
    [
      "one that denies the role itself",
      deny({ Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } } }),
      noOne,
    ],
  ] as const) {
    it(`does not take ${name}`, async () => assert.equal(await guarded(statement), expected));
  }

  it("does not take the policy of another secret, nor of a Kubernetes Secret", async () => {
    const other = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:other-a1B2c3";
    const none = (secret: string) => `no resource policy of \`${secret}\` is in the stack`;
    assert.equal(await guarded(deny(), other), none("crm"));
    assert.equal(
      await judged([...reportJob(), ...triage], waiverOf({ controls: "[secret-policy]" })),
      none("acme/crm"),
    );
  });

  it("leaves open what an unknown policy denies", async () => {
    const dependencies = outputOf(urnOf("random:index/randomPet:RandomPet", "pet"));
    const expected =
      "undetermined: which principals the resource policy of `crm` denies is not known yet";
    const Condition = { ArnNotEquals: { "aws:PrincipalArn": dependencies } };
    assert.equal(await guarded(deny({ Condition })), expected);
    const policy = resource("aws:secretsmanager/secretPolicy:SecretPolicy", "crm", {
      secretArn: outputOf(secretUrn),
      policy: dependencies,
    });
    assert.equal(await judged([...lambdas(), policy], ofLambdas("secret-policy")), expected);
  });

  it("leaves open whether a role is named whose account is not known", async () => {
    const unnamed = lambdas().map((each) => ({ ...each, outputs: {} }));
    const policy = resource("aws:secretsmanager/secretPolicy:SecretPolicy", "crm", {
      secretArn: outputOf(secretUrn),
      policy: JSON.stringify({ Version: "2012-10-17", Statement: deny() }),
    });
    assert.equal(
      await judged([...unnamed, policy], ofLambdas("secret-policy")),
      "undetermined: which principals the resource policy of `crm` denies is not known yet",
    );
  });

  it("takes the policy that a secret carries itself", async () => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: deny() });
    const [, ...others] = lambdas();
    const stack = [resource(secretType, "crm", { name: "crm", policy }), ...others];
    assert.equal(await judged(stack, ofLambdas("secret-policy")), "holds");
  });
});

describe("control secret-rotation", () => {
  const rotated = (rotationRules: Value, secretId: Value = outputOf(secretUrn)) =>
    judged(
      [
        ...lambdas(),
        resource("aws:secretsmanager/secretRotation:SecretRotation", "crm", {
          secretId,
          rotationRules,
        }),
      ],
      ofLambdas("secret-rotation"),
    );

  it("takes a rotation every 30 days or more often", async () => {
    for (const rules of [
      { automaticallyAfterDays: 30 },
      { automaticallyAfterDays: 1 },
      { scheduleExpression: "rate(30 days)" },
      { scheduleExpression: "rate(1 day)" },
      { scheduleExpression: "rate(12 hours)" },
    ]) {
      assert.equal(await rotated(rules), "holds", JSON.stringify(rules));
    }
  });

  it("does not take one every 31 days", async () => {
    const expected = "`crm` is rotated every 31 days; at least every 30 is required";
    assert.equal(await rotated({ automaticallyAfterDays: 31 }), expected);
    assert.equal(await rotated({ scheduleExpression: "rate(31 days)" }), expected);
  });

  it("does not take the rotation of another secret", async () => {
    const other = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:other-a1B2c3";
    assert.equal(
      await rotated({ automaticallyAfterDays: 7 }, other),
      "no rotation of `crm` is in the stack",
    );
  });

  it("leaves open how often a schedule comes, or days that are not known", async () => {
    const expected =
      "undetermined: how often `crm` is rotated is not known; give `automaticallyAfterDays` or `rate(…)`";
    assert.equal(await rotated({ scheduleExpression: "cron(0 8 1 * ? *)" }), expected);
    const dependencies = outputOf(urnOf("random:index/randomPet:RandomPet", "pet"));
    assert.equal(await rotated({ automaticallyAfterDays: dependencies }), expected);
    assert.equal(await rotated(dependencies), expected);
  });
});
