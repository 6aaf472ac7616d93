import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, LegacyTool, Tenant } from "../../../components";
import { AgentStack } from "../../../components/agent-stack";
import { federation } from "../support/acme";
import { secretArn, writerArn } from "../legacy-tool/crm";
import { registered } from "../support/registered";
import { mistakesIn, ofTenant } from "./mistakes";

const rotation = { issued: "2026-11-01", rotateBefore: "2027-01-30" };
const common = `host: crm.example.com, rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" }, egress: [{ cidr: 203.0.113.10/32, ports: [443] }]`;

/** A tenant with tools whose keys are written so. */
function withKeys(...keys: readonly string[]): string {
  const tools = keys.map((key, index) => `crm-${index}: { ${common}, key: ${key} }`);
  return ofTenant("legacyTools:", ...tools.map((tool) => `  ${tool}`));
}

/** The mistakes of a tool of which one field is written otherwise, without their place in the file. */
function mistakesOf(field: string, value: string): readonly string[] {
  const fields = {
    host: "crm.example.com",
    rotation: '{ issued: "2026-11-01", rotateBefore: "2027-01-30" }',
    egress: "[{ cidr: 203.0.113.10/32, ports: [443] }]",
    key: "{ secretsManager: {} }",
    [field]: value,
  };
  const written = Object.entries(fields).map(([name, text]) => `${name}: ${text}`);
  const text = ofTenant(`legacyTools: { crm: { ${written.join(", ")} } }`);
  return mistakesIn(text, { later: "2026-11-25" }).map((line) =>
    line.replace(/^6:\d+: tenants\.acme\.legacyTools\.crm/, ""),
  );
}

describe("tools with keys of legacy platforms in a manifest", () => {
  it("are made as in code, and granted as other tools are", async () => {
    const value = pulumi.secret("s3cr3t-value");
    const byManifest = await registered(() => {
      new AgentStack("desk", {
        text: `${withKeys(
          `{ secretsManager: { value: "\${crmKey}", writerArn: "${writerArn}" } }`,
          `{ existingSecret: { arn: "${secretArn}" } }`,
          "{ externalSecret: { store: vault, remoteKey: acme/crm } }",
        )}    agents: { triage: { grants: [{ tool: crm-1, intents: [find] }] } }\n`,
        values: { crmKey: value },
      });
    });
    const inCode = await registered(() => {
      const { ref: tenant } = new Tenant("acme", { federation });
      const args = {
        tenant,
        host: "crm.example.com",
        rotation,
        egress: [{ cidr: "203.0.113.10/32", ports: [443] }],
      };
      new LegacyTool("acme-crm-0", {
        ...args,
        name: "crm-0",
        key: { secretsManager: { value, writerArn } },
      });
      const tool = new LegacyTool("acme-crm-1", {
        ...args,
        name: "crm-1",
        key: { existingSecret: { arn: secretArn } },
      });
      new LegacyTool("acme-crm-2", {
        ...args,
        name: "crm-2",
        key: { externalSecret: { store: "vault", remoteKey: "acme/crm" } },
      });
      new Agent("acme-triage", {
        name: "triage",
        tenant,
        grants: [{ tool: tool.ref, intents: ["find"] }],
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  const mistaken: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
    "a key in clear, which is not shown": [
      "key",
      "{ secretsManager: { value: s3cr3t, writerArn: arn } }",
      [
        '.key.secretsManager.value: is in plain text; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
      ],
    ],
    "a key in clear that is a number": [
      "key",
      "{ secretsManager: { value: 12345678 } }",
      [
        ".key.secretsManager.value: a number or word is here; give `${name}` of a secret that the program gives",
      ],
    ],
    "no key": [
      "key",
      "{}",
      [
        ".key: nothing is set; give exactly one of `secretsManager`, `existingSecret` or `externalSecret`",
      ],
    ],
    "an URL as host": [
      "host",
      '"https://crm.example.com"',
      [
        ".host: is `https://crm.example.com`; give the name of the platform's host, such as `crm.example.com`",
      ],
    ],
    "every address": [
      "egress",
      "[{ cidr: 0.0.0.0/0, ports: [443] }]",
      [
        ".egress[0].cidr: `0.0.0.0/0` is wider than a host needs; give at most 65536 addresses, such as a `/16`, or the `namespace` of a proxy that resolves names",
      ],
    ],
    "a key for a year": [
      "rotation",
      '{ issued: "2026-11-01", rotateBefore: "2027-11-01" }',
      [
        ".rotation.rotateBefore: `2027-11-01` is 365 days after `2026-11-01`; at most 90 are allowed, so give `2027-01-30` or earlier",
      ],
    ],
    "a key that is due": [
      "rotation",
      '{ issued: "2026-09-01", rotateBefore: "2026-11-25", today: "${later}" }',
      [
        ".rotation.rotateBefore: `2026-11-25` has come, as today is `2026-11-25`; have a new one issued, put it in place, and give both days anew",
      ],
    ],
    "a secret of another account": [
      "key",
      '{ existingSecret: { arn: "arn:aws:secretsmanager:eu-central-1:444455556666:secret:crm-AbCd12" } }',
      [
        ".key.existingSecret.arn: `arn:aws:secretsmanager:eu-central-1:444455556666:secret:crm-AbCd12` is of account `444455556666`, and the workload's role of `111122223333`; give a secret of the same account",
      ],
    ],
  };
  for (const [what, [field, value, mistakes]] of Object.entries(mistaken)) {
    it(`are refused with ${what}`, () => {
      assert.deepEqual(mistakesOf(field, value), mistakes);
    });
  }

  it("report all that is wrong, at once", () => {
    const text = ofTenant(
      `legacyTools: { crm: { host: CRM, key: { existingSecret: { arn: crm } }, rotation: { issued: "2026-11-01", rotateBefore: "2026-11-01" } } }`,
    );
    assert.deepEqual(mistakesIn(text), [
      "6:20: tenants.acme.legacyTools.crm: egress names no address; give those of the host, as a NetworkPolicy matches no names",
      "6:33: tenants.acme.legacyTools.crm.host: is `CRM`; give the name of the platform's host, such as `crm.example.com`",
      "6:68: tenants.acme.legacyTools.crm.key.existingSecret.arn: `crm` is no whole ARN of a secret; give what `aws secretsmanager describe-secret` shows as `ARN`, with its six characters at the end",
      "6:125: tenants.acme.legacyTools.crm.rotation.rotateBefore: `2026-11-01` is not after `2026-11-01`, when it was issued; give a later day",
    ]);
  });

  it("are refused where two have one key, also by its name in another store", () => {
    const arn = (region: string) => secretArn.replace("eu-central-1", region);
    const text = withKeys(
      `{ existingSecret: { arn: "${arn("eu-central-1")}" } }`,
      `{ existingSecret: { arn: "${arn("eu-west-1")}" } }`,
      "{ externalSecret: { store: vault, remoteKey: crm } }",
      "{ externalSecret: { store: vault, remoteKey: crm2 } }",
    );
    const message =
      "`tenants.acme.legacyTools.crm-0` has the key `crm` already, and a log could not distinguish them; have the platform issue one for each, under a name of its own";
    assert.deepEqual(
      mistakesIn(text).map((line) => line.replace(/^\d+:\d+: /, "")),
      [
        `tenants.acme.legacyTools.crm-1.key: ${message}`,
        `tenants.acme.legacyTools.crm-2.key: ${message}`,
      ],
    );
  });

  it("are named by grants of their own tenant alone", () => {
    const key = "{ secretsManager: {} }";
    const grants = "agents: { triage: { grants: [{ tool: crm-0, intents: [find] }] } }";
    const text = `${withKeys(key)}  globex: { federation: cluster, ${grants} }\n`;
    assert.deepEqual(
      mistakesIn(text).map((line) => line.replace(/^\d+:\d+: /, "")),
      [
        "tenants.globex.agents.triage.grants[0].tool: tool `crm-0` is of tenant `acme`, and no grant crosses tenants; grant a tool of `globex`",
      ],
    );
  });
});
