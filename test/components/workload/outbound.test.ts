import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type Outbound, type Permission } from "../../../components";
import { contextOf } from "../../../core/policy/condition/context";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { parsePolicyDocument } from "../../../core/policy/document";
import { acme, federation } from "../support/acme";
import { networkType } from "../support/isolation";
import { mocked, registered, type Registered } from "../support/registered";
import { named } from "../support/trust";
import { bucketsOf } from "../support/buckets";

const audience = "https://api.openai.com/v1";

function statement(change: { seconds?: string; algorithm?: string } = {}): object {
  return {
    Effect: "Allow",
    Action: "sts:GetWebIdentityToken",
    Resource: "*",
    Condition: {
      "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": [audience] },
      Null: { "sts:IdentityTokenAudience": "false" },
      NumericLessThanEquals: { "sts:DurationSeconds": change.seconds ?? "300" },
      StringEquals: { "sts:SigningAlgorithm": change.algorithm ?? "RS256" },
    },
  };
}

function policyOf(resources: readonly Registered[]): unknown {
  const policy = named(resources, "aws:iam/rolePolicy:RolePolicy", "model")?.inputs["policy"];
  return typeof policy === "string" ? JSON.parse(policy) : undefined;
}

const declared = (outbound: Outbound, permissions: Permission[] = []) =>
  registered(() => {
    new Tool("model", { tenant: acme, outbound, permissions });
  });

describe("a workload that calls out of AWS", () => {
  it("can request tokens from STS for one audience, of limited lifetime and one signing algorithm", async () => {
    assert.deepEqual(policyOf(await declared({ audience })), {
      Version: "2012-10-17",
      Statement: [statement()],
    });
  });

  it("may do so beside its permissions, by one policy", async () => {
    const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::prompts/*"] }];
    const outbound = { audience, maxSeconds: 60, signingAlgorithm: "ES384" };
    assert.deepEqual(policyOf(await declared(outbound, permissions)), {
      Version: "2012-10-17",
      Statement: [
        statement({ seconds: "60", algorithm: "ES384" }),
        { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::prompts/*"] },
      ],
    });
  });

  it("is allowed nothing else by the conditions: another audience, one more, longer, none, or otherwise signed", async () => {
    const parsed = parsePolicyDocument(JSON.stringify(policyOf(await declared({ audience }))));
    assert.ok(parsed.kind === "document");
    const [allowed] = parsed.document.statements;
    assert.ok(allowed?.kind === "statement");
    const authentication = (change: Readonly<Record<string, string | readonly string[]>>) => {
      const keys = {
        "sts:IdentityTokenAudience": [audience],
        "sts:DurationSeconds": "300",
        "sts:SigningAlgorithm": "RS256",
        ...change,
      };
      const given = Object.entries(keys).filter(([, value]) => value !== "absent");
      return evaluateConditions(allowed.conditions, contextOf(Object.fromEntries(given))).result
        .kind;
    };
    assert.deepEqual(
      {
        exact: authentication({}),
        shorter: authentication({ "sts:DurationSeconds": "60" }),
        otherAudience: authentication({ "sts:IdentityTokenAudience": ["https://api.example.com"] }),
        oneMore: authentication({ "sts:IdentityTokenAudience": [audience, "sts.amazonaws.com"] }),
        noAudience: authentication({ "sts:IdentityTokenAudience": "absent" }),
        longer: authentication({ "sts:DurationSeconds": "301" }),
        noLifetime: authentication({ "sts:DurationSeconds": "absent" }),
        otherAlgorithm: authentication({ "sts:SigningAlgorithm": "ES384" }),
      },
      {
        exact: "yes",
        shorter: "yes",
        otherAudience: "no",
        oneMore: "no",
        noAudience: "no",
        longer: "no",
        noLifetime: "no",
        otherAlgorithm: "no",
      },
    );
  });

  it("receives the request for STS in its pods' environment", async () => {
    let env: unknown;
    await registered(() => {
      ({ env } = new Tool("model", { tenant: acme, outbound: { audience } }).pod.container);
    });
    const known = (await (
      pulumi.output(env) as unknown as { promise: () => Promise<unknown> }
    ).promise()) as { readonly name: string }[];
    assert.deepEqual(
      known.filter(({ name }) => /OUTBOUND|STS/.test(name)),
      [
        { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
        { name: "AGENTID_OUTBOUND_AUDIENCE", value: audience },
        { name: "AGENTID_OUTBOUND_SECONDS", value: "300" },
        { name: "AGENTID_OUTBOUND_ALGORITHM", value: "RS256" },
      ],
    );
  });

  it("reaches the provider, or a proxy, and no other workload does", async () => {
    const resources = await registered(() => {
      const { ref } = new Tenant("acme", { federation, apiServer: { cidrs: ["10.1.0.0/24"] } });
      new Tool("model", {
        tenant: ref,
        outbound: {
          audience,
          egress: [
            { cidr: "192.0.2.0/24", ports: [443] },
            { namespace: "egress-proxy", ports: [3128] },
          ],
        },
        kubernetesPermissions: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
      });
      new Agent("triage", { tenant: ref });
    });
    const https = [{ port: 443, protocol: "TCP" }];
    assert.deepEqual(
      resources
        .filter(({ type, name }) => type === networkType && !name.startsWith("acme-"))
        .map(({ name, inputs }) => [name, (inputs["spec"] as { egress: unknown }).egress]),
      [
        [
          "model",
          [
            { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: https },
            { to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: https },
            {
              to: [
                {
                  namespaceSelector: {
                    matchLabels: { "kubernetes.io/metadata.name": "egress-proxy" },
                  },
                },
              ],
              ports: [{ port: 3128, protocol: "TCP" }],
            },
          ],
        ],
      ],
    );
  });

  it("states what it calls", async () => {
    const [tool] = await declared({ audience, maxSeconds: 60 });
    assert.deepEqual(tool?.inputs["outbound"], { audience, maxSeconds: 60 });
  });

  const at = "tool `model`:";
  const rejects: Readonly<Record<string, readonly [Partial<Outbound>, string]>> = {
    "an audience that is STS's own": [
      { audience: "sts.amazonaws.com" },
      `${at} outbound.audience is that of STS itself, where a token could assume roles; give the provider's own`,
    ],
    "a pattern of audiences": [
      { audience: "https://*" },
      `${at} outbound.audience is \`https://*\`; give the one audience that the provider wants, whole, such as \`https://api.openai.com/v1\``,
    ],
    "an empty audience": [
      { audience: "" },
      `${at} outbound.audience is \`\`; give the one audience that the provider wants, whole, such as \`https://api.openai.com/v1\``,
    ],
    "a token of more than an hour": [
      { maxSeconds: 3601 },
      `${at} outbound.maxSeconds is \`3601\`; give whole seconds from 60 to 3600`,
    ],
    "a token shorter than STS makes": [
      { maxSeconds: 59 },
      `${at} outbound.maxSeconds is \`59\`; give whole seconds from 60 to 3600`,
    ],
    "an algorithm that STS does not know": [
      { signingAlgorithm: "HS256" },
      `${at} outbound.signingAlgorithm \`HS256\` is unknown; give \`RS256\` or \`ES384\``,
    ],
    "all addresses": [
      { egress: [{ cidr: "0.0.0.0/0", ports: [443] }] },
      `${at} outbound.egress[0].cidr \`0.0.0.0/0\` is wider than a provider's network, 65,536 addresses; give the provider's ranges, or the namespace of a proxy that resolves names`,
    ],
    "a host's name for its addresses": [
      { egress: [{ cidr: "api.openai.com", ports: [443] }] },
      `${at} outbound.egress[0].cidr \`api.openai.com\` is no range of addresses; give one such as \`10.0.0.0/16\``,
    ],
  };
  for (const [what, [change, message]] of Object.entries(rejects)) {
    it(`is refused, before anything is registered: ${what}`, () => {
      const seen = mocked();
      const outbound = { audience, ...change };
      assert.throws(() => new Tool("model", { tenant: acme, outbound }), { message });
      assert.deepEqual(seen(), []);
    });
  }

  it("takes the longest and the shortest token that STS makes, and the widest range of a provider", async () => {
    for (const maxSeconds of [60, 3600]) {
      const egress = [{ cidr: "192.0.0.0/16", ports: [443] }];
      assert.notEqual(policyOf(await declared({ audience, maxSeconds, egress })), undefined);
    }
  });

  it("is refused where the tenant's network policy would leave it of no use", () => {
    mocked();
    const { ref } = new Tenant("acme", { federation });
    assert.throws(() => new Tool("model", { tenant: ref, outbound: { audience } }), {
      message:
        "tool `model`: outbound is set, but the tenant's network policy allows no pod to call the provider; give `outbound.egress`, its addresses or those of a proxy that resolves names",
    });
  });

  it("outside Kubernetes has a role that may do it, and no network policy to open", async () => {
    const gitlab = {
      providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
      group: "acme",
    };
    const tool = (outbound: Outbound) => () =>
      new Tool("model", {
        tenant: { ...acme, federation: { gitlab } },
        subject: { gitlab: { project: "model", projectId: "7", branch: "main" } },
        outbound,
      });
    const resources = await registered(tool({ audience }) as () => void);
    assert.deepEqual((policyOf(resources) as { Statement: unknown }).Statement, [statement()]);
    mocked();
    assert.throws(tool({ audience, egress: [{ cidr: "192.0.2.0/24", ports: [443] }] }), {
      message:
        "tool `model`: outbound.egress is set, but the workload runs outside Kubernetes, without NetworkPolicies; leave it out",
    });
  });

  it("is the only path to such tokens: permissions grant none but GetCallerIdentity", async () => {
    const permitted = (action: string) => () =>
      new Tool("model", { tenant: acme, permissions: [{ actions: [action], resources: ["*"] }] });
    for (const action of ["sts:GetWebIdentityToken", "sts:Get*", "STS:getweb*"]) {
      mocked();
      assert.throws(permitted(action), {
        message: `tool \`model\`: permissions[0] action \`${action}\` would allow the workload to have tokens for any service; give \`outbound\`, which names one`,
      });
    }
    await registered(permitted("sts:GetCallerIdentity") as () => void);
  });

  it("has a policy that fits IAM, counted as a whole", () => {
    const resources = bucketsOf(9_900);
    const permissions = [{ actions: ["s3:GetObject"], resources }];
    mocked();
    new Tool("model", { tenant: acme, permissions });
    assert.throws(
      () => new Tool("other", { tenant: acme, permissions, outbound: { audience } }),
      /take `\d+` characters; at most 10240 fit an inline policy/,
    );
  });
});
