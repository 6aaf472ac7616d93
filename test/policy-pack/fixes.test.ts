import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { rules } from "../../policy-pack/rules/index";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { fakes } from "./read/credentials/fakes";
import { Secret, type Value } from "../../core/snapshot/value";
import { outputOf, resource, snapshotOf } from "../support/resources";
import { blocksOfRule } from "../support/rule-page";

/** Components by which a fix can be made. */
const component =
  /`(?:Tenant|Agent|Tool|Orchestrator|LegacyTool|TaskBroker|Gateway|brokerRef|kubernetesPermissions)`/;

/** Rules about what no component declares: the waivers, and conditions as they are written. */
const ofNoComponent = new Set([
  "no-dead-condition",
  "no-fail-open-condition",
  "no-unused-waiver",
  "require-issuer-match",
  "require-valid-waiver",
]);

/** A value that only its name shows to be a credential. */
const random = "k3ep-1t-Qu1et-0rN0t";

describe("fixes", () => {
  for (const { id, remediation } of rules) {
    const isOfComponent = !ofNoComponent.has(id);

    it(`${id}: ${isOfComponent ? "names" : "names no"} component`, () => {
      assert.equal(component.test(remediation), isOfComponent, remediation);
    });

    if (isOfComponent) {
      it(`${id}: its page shows one under Prefer`, () => {
        const preferred = blocksOfRule(id).filter(({ section }) => section === "Prefer");
        assert.ok(preferred.some(({ code }) => /new agentid\./.test(code)));
      });
    }

    it(`${id}: is at most 45 words`, () => {
      assert.ok(remediation.split(/\s+/).length <= 45, remediation);
    });
  }
});

type Env = Readonly<Record<string, unknown>>;

/** A Deployment `triage` or `refunds` of a tenant, with these variables. */
function pod(tenant: string, name: string, env: readonly Env[]): Resource {
  const labels = { "agentid.dev/tenant": tenant };
  const containers = [{ name: "main", image: "acme/app", env }];
  return resource("kubernetes:apps/v1:Deployment", `${tenant}/${name}`, {
    metadata: { namespace: tenant, name, labels },
    spec: { template: { metadata: { labels }, spec: { containers } } },
  } as never);
}

/** Who receives a credential, by the rule that reports it. */
const receivers: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "no-literal-secret": [["acme", "triage"]],
  "no-shared-secret": [
    ["acme", "triage"],
    ["acme", "refunds"],
  ],
  "no-cross-tenant-secret": [
    ["acme", "triage"],
    ["globex", "triage"],
  ],
};

/** A credential, and what its fix has to match. */
const credentials = [
  {
    of: "a key of AWS",
    variable: "AWS_SECRET_ACCESS_KEY",
    value: random,
    fix: /role of its own by federation.*`Tenant` has `federation`/,
  },
  {
    of: "a key of AWS in a text",
    variable: "VALUE",
    value: `aws_secret_access_key = ${fakes.awsSecret}`,
    fix: /role of its own by federation/,
  },
  {
    of: "a key of Anthropic",
    variable: "ANTHROPIC_API_KEY",
    value: random,
    fix: /one of Anthropic, as `outbound` of an `Agent`/,
  },
  {
    of: "a key of Anthropic by its format",
    variable: "KEY",
    value: fakes.anthropic,
    fix: /one of Anthropic, as `outbound` of an `Agent`/,
  },
  {
    of: "a key of Amazon Bedrock",
    variable: "AWS_BEARER_TOKEN_BEDROCK",
    value: random,
    fix: /own role to call Bedrock, such as by `permissions` of an `Agent`/,
  },
  { of: "a vendor's key", variable: "CRM_API_KEY", value: random, fix: /`LegacyTool`/ },
  { of: "a password", variable: "CRM_PASSWORD", value: random, fix: /`LegacyTool`/ },
];

describe("fixes of a credential", () => {
  for (const [rule, workloads] of Object.entries(receivers)) {
    for (const { of, variable, value, fix } of credentials) {
      it(`${rule}: ${of} in plain text`, async () => {
        const env = [{ name: variable, value }];
        const found = await fixesOf(
          rule,
          workloads.map(([tenant, name]) => pod(tenant, name, env)),
        );
        assert.ok(found.length > 0, "nothing is reported");
        for (const text of found) assert.match(text, fix);
      });
    }

    it(`${rule}: a key for a server of one's own is no key of a model provider`, async () => {
      const env = [
        { name: "OPENAI_BASE_URL", value: "http://vllm.acme.svc:8000/v1" },
        { name: "OPENAI_API_KEY", value: random },
      ];
      const found = await fixesOf(
        rule,
        workloads.map(([tenant, name]) => pod(tenant, name, env)),
      );
      assert.ok(found.length > 0, "nothing is reported");
      for (const text of found) assert.match(text, /`LegacyTool`/);
    });
  }

  for (const { of, variable, fix } of credentials.filter(({ value }) => value === random)) {
    it(`no-shared-secret: ${of} of a Secret`, async () => {
      const ref = { secretKeyRef: { name: "keys", key: "first" } };
      const env = [{ name: variable, valueFrom: ref }];
      const found = await fixesOf("no-shared-secret", [
        pod("acme", "triage", env),
        pod("acme", "refunds", env),
      ]);
      assert.ok(found.length > 0, "nothing is reported");
      for (const text of found) assert.match(text, fix);
    });
  }

  it("no-shared-secret: an access key that the stack creates, under a neutral name", async () => {
    const key = resource("aws:iam/accessKey:AccessKey", "bot", { user: "bot" });
    const kept = resource("kubernetes:core/v1:Secret", "acme/keys", {
      metadata: { namespace: "acme", name: "keys" },
      stringData: new Secret({ first: outputOf(key.urn) }),
    });
    const ref = { secretKeyRef: { name: "keys", key: "first" } };
    const env = [{ name: "VALUE", valueFrom: ref }];
    const found = await fixesOf("no-shared-secret", [
      key,
      kept,
      pod("acme", "triage", env),
      pod("acme", "refunds", env),
    ]);
    assert.ok(found.length > 0, "nothing is reported");
    for (const text of found)
      assert.match(text, /^delete the key, and have the workload assume a role of its own/);
  });

  it("no-cross-tenant-access: a secret that the roles of two tenants may read", async () => {
    const secret = resource("aws:secretsmanager/secret:Secret", "crm", { name: "crm" });
    const found = await fixesOf("no-cross-tenant-access", [
      secret,
      ...["acme", "globex"].flatMap((tenant) => readerOf(tenant, outputOf(secret.urn))),
    ]);
    assert.ok(found.length > 0, "nothing is reported");
    for (const text of found) assert.match(text, /`LegacyTool` of each tenant/);
  });

  it("no-cross-tenant-access: a table of another tenant", async () => {
    const table = resource("aws:dynamodb/table:Table", "orders", {
      name: "orders",
      tags: { "agentid.dev/tenant": "acme" },
    });
    const found = await fixesOf("no-cross-tenant-access", [
      table,
      ...["acme", "globex"].flatMap((tenant) =>
        readerOf(tenant, outputOf(table.urn), "dynamodb:GetItem"),
      ),
    ]);
    assert.ok(found.length > 0, "nothing is reported");
    for (const text of found) assert.match(text, /^allow only the tenant's own resources/);
  });

  it("no-access-key: an access key", async () => {
    const key = resource("aws:iam/accessKey:AccessKey", "bot", { user: "bot" });
    const [found] = await fixesOf("no-access-key", [key]);
    assert.match(found ?? "", /role of its own by federation.*`Tenant` has `federation`/);
  });
});

/** A function of a tenant whose role may read a resource. */
function readerOf(
  tenant: string,
  arn: Value,
  action = "secretsmanager:GetSecretValue",
): readonly Resource[] {
  const tags = { "agentid.dev/tenant": tenant };
  const trust = {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const role = resource("aws:iam/role:Role", tenant, {
    name: tenant,
    tags,
    assumeRolePolicy: { Version: "2012-10-17", Statement: [trust] },
  });
  const allowed = { Effect: "Allow", Action: action, Resource: arn };
  return [
    role,
    resource("aws:iam/rolePolicy:RolePolicy", tenant, {
      role: tenant,
      policy: { Version: "2012-10-17", Statement: [allowed] },
    }),
    resource("aws:lambda/function:Function", tenant, {
      name: tenant,
      role: outputOf(role.urn),
      tags: { ...tags, "agentid.dev/kind": "agent" },
    }),
  ];
}

async function fixesOf(rule: string, resources: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return findings.flatMap((finding) =>
    finding.rule === rule && finding.verdict === "violated" ? [finding.fix] : [],
  );
}
