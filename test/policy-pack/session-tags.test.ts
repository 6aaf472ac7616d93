import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { isRecord, Unknown, type Value, type ValueRecord } from "../../core/snapshot/value";
import { defaultSettings } from "../../policy-pack/findings/settings";
import access from "../../policy-pack/rules/no-cross-tenant-access";
import trust from "../../policy-pack/rules/no-cross-tenant-trust";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { assertSameLater } from "../support/later-views";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import { allow, byLambda, deny, document, queue, roleType, tag } from "../support/two-tenants";

const account = "111122223333";
const passed = `aws:RequestTag/${tag}`;
const own = `aws:PrincipalTag/${tag}`;
const assume = "sts:AssumeRole";
const tagSession = "sts:TagSession";
const both = [assume, tagSession];
const configured = outputOf(urnOf("random:index/randomId:RandomId", "id"));

type Verdict = "violated" | "undetermined" | "none";

function arnOf(role: string): string {
  return `arn:aws:iam::${account}:role/${role}`;
}

/** A statement of the trust policy of `hub`. */
function trusts(actions: Value, conditions: ValueRecord = {}, who = "desk"): ValueRecord {
  return statement("Allow", actions, { AWS: arnOf(who) }, conditions);
}

function statement(
  effect: string,
  actions: Value,
  principal: Value,
  conditions: ValueRecord,
): ValueRecord {
  return { Effect: effect, Principal: principal, Action: actions, Condition: conditions };
}

const provider = resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account] });

function role(
  name: string,
  tenant: string | undefined,
  trust: Value,
  ...permissions: readonly ValueRecord[]
): Resource {
  const inputs = {
    name,
    assumeRolePolicy: trust,
    ...(tenant !== undefined && { tags: { [tag]: tenant } }),
    ...(permissions.length > 0 && {
      inlinePolicies: [{ name: "own", policy: document(...permissions) }],
    }),
  };
  return resource(roleType, name, inputs, { provider: provider.urn });
}

const mayAssume = allow(both, "*");

interface Row {
  readonly name: string;
  /** The trust policy of `hub`. */
  readonly hub: readonly ValueRecord[];
  /** The permissions of `desk`. */
  readonly desk?: readonly ValueRecord[];
  /** Whether `desk` of tenant `globex` can act as tenant `acme` through `hub`. */
  readonly verdict: Verdict;
}

const equals = (value: Value): ValueRecord => ({ StringEquals: { [passed]: value } });
const keysAre = (...keys: readonly string[]): ValueRecord => ({
  "ForAllValues:StringEquals": { "aws:TagKeys": [...keys] },
});

const rows: readonly Row[] = [
  { name: "any tag may be passed", hub: [trusts(both)], verdict: "violated" },
  { name: "no tag may be passed", hub: [trusts(assume)], verdict: "none" },
  {
    name: "any tag may be passed, by a statement of its own",
    hub: [trusts(assume), trusts(tagSession)],
    verdict: "violated",
  },
  {
    name: "any tag may be passed, by all actions",
    hub: [trusts("sts:*")],
    verdict: "violated",
  },
  {
    name: "any tag may be passed by another role",
    hub: [trusts(assume), trusts(tagSession, {}, "other")],
    verdict: "none",
  },
  {
    name: "any tag may be passed by the account, and the caller may pass tags",
    hub: [trusts(assume), statement("Allow", tagSession, { AWS: account }, {})],
    verdict: "violated",
  },
  {
    name: "any tag may be passed by another account",
    hub: [trusts(assume), statement("Allow", tagSession, { AWS: "444455556666" }, {})],
    verdict: "none",
  },
  {
    name: "any tag may be passed by everyone",
    hub: [trusts(assume), statement("Allow", tagSession, "*", {})],
    verdict: "violated",
  },
  {
    name: "the account is trusted, and the caller may pass tags",
    hub: [statement("Allow", both, { AWS: account }, {})],
    verdict: "violated",
  },
  {
    name: "the account is trusted, and the caller may pass no tags",
    hub: [statement("Allow", both, { AWS: account }, {})],
    desk: [allow(assume, "*")],
    verdict: "none",
  },
  {
    name: "the caller is denied passing tags by its own policy",
    hub: [trusts(both)],
    desk: [mayAssume, { ...allow(tagSession, "*"), Effect: "Deny" }],
    verdict: "none",
  },
  {
    name: "the tag is pinned to the caller's tenant",
    hub: [trusts(both, equals("globex"))],
    verdict: "none",
  },
  {
    name: "the tag is pinned to another tenant",
    hub: [trusts(both, equals("acme"))],
    verdict: "violated",
  },
  {
    name: "the tag is pinned to both tenants",
    hub: [trusts(both, equals(["acme", "globex"]))],
    verdict: "violated",
  },
  {
    name: "the tag is pinned where it is passed",
    hub: [trusts(both, { StringEqualsIfExists: { [passed]: "globex" } })],
    verdict: "none",
  },
  {
    name: "the tag has to be the caller's own",
    hub: [trusts(both, equals(`\${${own}}`))],
    verdict: "none",
  },
  {
    name: "the tag has to be like any text",
    hub: [trusts(both, { StringLike: { [passed]: "*" } })],
    verdict: "violated",
  },
  {
    name: "the tag has to be like the caller's tenant",
    hub: [trusts(both, { StringLike: { [passed]: "glob*" } })],
    verdict: "none",
  },
  {
    name: "another tag is pinned",
    hub: [trusts(both, { StringEquals: { "aws:RequestTag/team": "globex" } })],
    verdict: "violated",
  },
  {
    name: "the tag has to be absent",
    hub: [trusts(both, { Null: { [passed]: "true" } })],
    verdict: "none",
  },
  { name: "other tags alone may be passed", hub: [trusts(both, keysAre("task"))], verdict: "none" },
  {
    name: "the tag alone may be passed, in another case",
    hub: [trusts(both, keysAre("AgentID.dev/Tenant"))],
    verdict: "violated",
  },
  {
    name: "all tags but this, as it is written, may be passed",
    hub: [trusts(both, { "ForAllValues:StringNotEquals": { "aws:TagKeys": [tag] } })],
    verdict: "violated",
  },
  {
    name: "some tag has to be of a list",
    hub: [trusts(both, { "ForAnyValue:StringEquals": { "aws:TagKeys": ["task"] } })],
    verdict: "violated",
  },
  {
    name: "a Deny exempts the caller's tenant",
    hub: [
      trusts(both),
      statement("Deny", tagSession, "*", { StringNotEquals: { [passed]: "globex" } }),
    ],
    verdict: "none",
  },
  {
    name: "a Deny exempts the other tenant",
    hub: [
      trusts(both),
      statement("Deny", tagSession, "*", { StringNotEquals: { [passed]: "acme" } }),
    ],
    verdict: "violated",
  },
  {
    name: "a Deny of tags exempts no one",
    hub: [trusts(both), statement("Deny", tagSession, "*", {})],
    verdict: "none",
  },
  {
    name: "the tag is pinned to an unknown value",
    hub: [trusts(both, equals(configured))],
    verdict: "undetermined",
  },
];

/** Tests of the caller's tag in the trust policy of `vault`, which `acme` owns. */
const tests: Readonly<Record<string, ValueRecord>> = {
  "its tenant's name": { StringEquals: { [own]: "acme" } },
  "the start of its tenant's name": { StringLike: { [own]: "ac*" } },
  "the role's own tag": { StringEquals: { [own]: `\${aws:ResourceTag/${tag}}` } },
};

function stackOf(row: Row, tenant: string | undefined, test: ValueRecord): readonly Resource[] {
  const [trusted, permitted] = [byLambda, row.desk ?? [mayAssume]];
  return [
    provider,
    role("desk", "globex", trusted, ...permitted),
    role("other", undefined, trusted),
    role("hub", tenant, document(...row.hub), allow(assume, "*")),
    role("vault", "acme", document(statement("Allow", assume, { AWS: account }, test))),
  ];
}

async function verdictOn(stack: readonly Resource[], label: string): Promise<string> {
  await assertSameLater(stack);
  const judging = { settings: defaultSettings, rules: [trust, access] };
  const { findings } = await judgeSnapshot(snapshotOf(stack), judging);
  const about = findings.filter((finding) => finding.about.label === label);
  return [...new Set(about.map(({ verdict }) => verdict))].join(", ") || "none";
}

/** The stack before its roles have ARNs. */
function asFirstPreview(stack: readonly Resource[]): readonly Resource[] {
  const arns = new Map(stack.map(({ name }) => [arnOf(name), name]));
  const unnamed = (value: Value): Value => {
    if (typeof value === "string") {
      const name = arns.get(value);
      return name === undefined ? value : new Unknown([urnOf(roleType, name)], false, "arn");
    }
    if (Array.isArray(value)) return value.map(unnamed);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unnamed(each)]));
  };
  return stack.map((each) => ({ ...each, inputs: unnamed(each.inputs) as ValueRecord }));
}

describe("a session tag that the caller passes", () => {
  for (const [tested, test] of Object.entries(tests)) {
    for (const tenant of [undefined, "globex"]) {
      describe(`a role of ${tenant ?? "no tenant"}, before a role that requires ${tested}`, () => {
        for (const row of rows) {
          it(`${row.verdict} where ${row.name}`, async () => {
            const stack = stackOf(row, tenant, test);
            assert.equal(await verdictOn(stack, "vault"), row.verdict);
            assert.equal(await verdictOn(asFirstPreview(stack), "vault"), row.verdict);
          });
        }
      });
    }
  }
});

describe("a role that may assume only roles with the session's tag", () => {
  const likeHub = { ArnLike: { "aws:PrincipalArn": arnOf("hu*") } };
  const ownTagOnly = allow(assume, "*", {
    Condition: { StringEquals: { [`aws:ResourceTag/${tag}`]: `\${${own}}` } },
  });
  for (const tenant of [undefined, "globex"]) {
    describe(`a role of ${tenant ?? "no tenant"}`, () => {
      for (const row of rows) {
        it(`${row.verdict} where ${row.name}`, async () => {
          const stack = [
            provider,
            role("desk", "globex", byLambda, ...(row.desk ?? [mayAssume])),
            role("other", undefined, byLambda),
            role("hub", tenant, document(...row.hub), ownTagOnly),
            role("vault", "acme", document(statement("Allow", assume, { AWS: account }, likeHub))),
          ];
          assert.equal(await verdictOn(stack, "vault"), row.verdict);
        });
      }
    });
  }
});

/** What `hub` may do on resources by the session's tag, each in words. */
const permissions: Readonly<Record<string, ValueRecord>> = {
  "by a tag of the resource": allow("sqs:SendMessage", "*", {
    Condition: { StringEquals: { [`aws:ResourceTag/${tag}`]: `\${${own}}` } },
  }),
  "by a name with the tag": allow("sqs:SendMessage", `arn:aws:sqs:*:*:\${${own}}-orders`),
  "where the tag is the tenant's": allow("sqs:SendMessage", "arn:aws:sqs:*:*:acme-*", {
    Condition: { StringEquals: { [own]: "acme" } },
  }),
};

describe("a queue that a role may use by its session tag", () => {
  for (const [by, permission] of Object.entries(permissions)) {
    for (const tenant of [undefined, "globex"]) {
      describe(`${by}, a role of ${tenant ?? "no tenant"}`, () => {
        for (const row of rows) {
          it(`${row.verdict} where ${row.name}`, async () => {
            const stack = [
              provider,
              role("desk", "globex", byLambda, ...(row.desk ?? [mayAssume])),
              role("other", undefined, byLambda),
              role("hub", tenant, document(...row.hub), permission),
              queue("acme-orders", "acme"),
            ];
            assert.equal(await verdictOn(stack, "hub"), row.verdict);
          });
        }
      });
    }
  }
});

describe("one role for the sessions of several tenants", () => {
  const pinned = (key: string): readonly ValueRecord[] =>
    ["acme", "globex"].map((tenant) =>
      trusts(both, { StringEquals: { [`aws:RequestTag/${key}`]: tenant } }, `${tenant}-desk`),
    );
  const byTag = (key: string): ValueRecord =>
    allow("sqs:SendMessage", "*", {
      Condition: { StringEquals: { [`aws:ResourceTag/${key}`]: `\${aws:PrincipalTag/${key}}` } },
    });
  const unconditional = allow("sqs:SendMessage", "*");
  const optional = ["acme", "globex"].map((tenant) =>
    trusts(both, { StringEqualsIfExists: { [passed]: tenant } }, `${tenant}-desk`),
  );
  const stackWith = (hub: readonly ValueRecord[], permission: ValueRecord): readonly Resource[] => [
    provider,
    role("acme-desk", "acme", byLambda, mayAssume),
    role("globex-desk", "globex", byLambda, mayAssume),
    role("hub", undefined, document(...hub), permission),
    queue("acme-orders", "acme", { tags: { [tag]: "acme", team: "acme" } }),
    queue("globex-orders", "globex", { tags: { [tag]: "globex", team: "globex" } }),
  ];
  const own = "`${aws:PrincipalTag}`";
  const cases: readonly (readonly [string, readonly ValueRecord[], ValueRecord, string])[] = [
    ["accepts a statement for each tenant that pins the tag", pinned(tag), byTag(tag), "none"],
    ["accepts a pinned tag of another key", pinned("team"), byTag("team"), "none"],
    [
      `accepts one statement in which the tag has to be ${own}`,
      [
        statement(
          "Allow",
          both,
          { AWS: [arnOf("acme-desk"), arnOf("globex-desk")] },
          equals(`\${aws:PrincipalTag/${tag}}`),
        ),
      ],
      byTag(tag),
      "none",
    ],
    ["reports permissions that do not test the tag", pinned(tag), unconditional, "violated"],
    ["reports permissions that test another tag", pinned(tag), byTag("team"), "violated"],
    ["reports tags that may be absent", optional, byTag(tag), "violated"],
    [
      "reports one pinned tag for both tenants",
      ["acme", "globex"].map((tenant) => trusts(both, equals("acme"), `${tenant}-desk`)),
      byTag(tag),
      "violated",
    ],
    [
      "reports a tag that the caller chooses",
      ["acme", "globex"].map((tenant) =>
        trusts(both, { StringLike: { [passed]: "*" } }, `${tenant}-desk`),
      ),
      byTag(tag),
      "violated",
    ],
  ];
  for (const [name, hub, permission, verdict] of cases) {
    it(name, async () => {
      assert.equal(await verdictOn(stackWith(hub, permission), "hub"), verdict);
    });
  }
});

it("names each step, and how to keep the caller from choosing the tenant", async () => {
  const row: Row = { name: "", hub: [trusts(both)], verdict: "violated" };
  const stack = stackOf(row, undefined, { StringEquals: { [own]: "acme" } });
  const { findings } = await judgeSnapshot(snapshotOf(stack), {
    settings: defaultSettings,
    rules: [trust],
  });
  const shown = findings.map(({ message, fix, chain, severity, holder }) => ({
    ...{ message, fix, severity, holder: holder?.label },
    chain: chain.map(({ from, by, to }) => `${from.label} -${by}-> ${to.label}`),
  }));
  assert.deepEqual(shown, [
    {
      message:
        "Role `vault` of tenant `acme` can be assumed from tenant `globex` by session tags that the caller chooses",
      fix:
        "in the trust policy that allows `sts:TagSession`, require the caller's own tenant by the condition key " +
        "`aws:RequestTag/agentid.dev/tenant`, and deny roles `iam:TagRole` on themselves",
      severity: "critical",
      holder: "desk",
      chain: ["desk -assumes with session tags-> hub", "hub -assumes-> vault"],
    },
  ]);
});

describe("a role's own tags", () => {
  const onItself = arnOf("desk");
  const changes: readonly (readonly [string, readonly ValueRecord[], Verdict])[] = [
    ["violated where it may change them", [allow("iam:TagRole", onItself)], "violated"],
    ["violated where it may do anything in IAM", [allow("iam:*", "*")], "violated"],
    ["none where it may change another role's", [allow("iam:TagRole", arnOf("x"))], "none"],
    [
      "none where a Deny exempts other tags",
      [
        allow("iam:*", "*"),
        {
          ...deny("iam:TagRole", "*"),
          Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": [tag] } },
        },
      ],
      "none",
    ],
    [
      "none where a condition on its own tag is not met",
      [{ ...allow("iam:TagRole", onItself), Condition: { StringEquals: { [own]: "acme" } } }],
      "none",
    ],
    [
      "violated where a condition on its own tag is met",
      [{ ...allow("iam:TagRole", onItself), Condition: { StringEquals: { [own]: "globex" } } }],
      "violated",
    ],
    [
      "none where a Deny with a condition on its own tag applies",
      [
        allow("iam:*", "*"),
        { ...deny("iam:TagRole", "*"), Condition: { StringEquals: { [own]: "globex" } } },
      ],
      "none",
    ],
    ["none where a Deny is of all tags", [allow("iam:*", "*"), deny("iam:TagRole", "*")], "none"],
    ["none where it may only remove them", [allow("iam:UntagRole", onItself)], "none"],
    ["undetermined where its policy is unknown", [allow(configured, onItself)], "undetermined"],
  ];
  for (const [name, statements, verdict] of changes) {
    it(name, async () => {
      const stack = [
        provider,
        role("desk", "globex", byLambda, allow(assume, "*"), ...statements),
        role(
          "vault",
          "acme",
          document(
            statement("Allow", assume, { AWS: onItself }, { StringEquals: { [own]: "acme" } }),
          ),
        ),
      ];
      assert.equal(await verdictOn(stack, "vault"), verdict);
    });
  }
});

describe("a session tag of a token", () => {
  const providers: readonly (readonly [string, ValueRecord, Verdict])[] = [
    ["GitHub, whose tokens have none", federated("token.actions.githubusercontent.com"), "none"],
    ["an issuer of the account", federated("login.example.com"), "undetermined"],
    ["Amazon Cognito", { Federated: "cognito-identity.amazonaws.com" }, "undetermined"],
    [
      "a SAML provider",
      { Federated: `arn:aws:iam::${account}:saml-provider/okta` },
      "undetermined",
    ],
  ];
  const permission = allow("sqs:SendMessage", "*", {
    Condition: { StringEquals: { [`aws:ResourceTag/${tag}`]: `\${${own}}` } },
  });
  const actions = ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"];
  for (const [name, principal, verdict] of providers) {
    const verdictWith = (allowed: readonly string[], conditions: ValueRecord): Promise<string> => {
      const byToken = statement("Allow", [...allowed], principal, conditions);
      const byPod = {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: assume,
      };
      const stack = [
        provider,
        role("hub", "globex", document(byToken, byPod), permission),
        queue("acme-orders", "acme"),
      ];
      return verdictOn(stack, "hub");
    };
    it(`of ${name}: ${verdict}`, async () => {
      assert.equal(await verdictWith([...actions, tagSession], {}), verdict);
    });
    it(`of ${name}, pinned to the role's tenant: none`, async () => {
      assert.equal(await verdictWith([...actions, tagSession], equals("globex")), "none");
    });
    it(`of ${name}, which the trust policy takes no tags of: none`, async () => {
      assert.equal(await verdictWith(actions, {}), "none");
    });
  }
});

function federated(host: string): ValueRecord {
  return { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` };
}

it("is in the tables of the fleet, as a path to the other tenant's role", async () => {
  const row: Row = {
    name: "",
    hub: [statement("Allow", both, { AWS: account }, {})],
    verdict: "violated",
  };
  const stack = stackOf(row, "globex", { StringEquals: { [own]: "acme" } });
  const { facts } = await judgeSnapshot(snapshotOf(stack), {
    settings: defaultSettings,
    factsBy: "none",
  });
  const reached = (facts?.reaches ?? []).filter(({ identity }) => identity.includes("vault"));
  assert.deepEqual(
    reached.map(({ principal, identity, principal_tenant, identity_tenant }) => ({
      ...{ principal, identity, principal_tenant, identity_tenant },
    })),
    [
      {
        principal: `arn:aws:iam::${account}:root`,
        identity: `iam-role|${account}|vault`,
        principal_tenant: "",
        identity_tenant: "acme",
      },
      {
        principal: `iam-role|${account}|desk`,
        identity: `iam-role|${account}|vault`,
        principal_tenant: "globex",
        identity_tenant: "acme",
      },
    ],
  );
});
