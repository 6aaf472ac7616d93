import assert from "node:assert/strict";
import type { Level } from "../../policy-pack/findings/finding";
import { fleetFindings, type FleetRow } from "../../policy-pack/views/fleet/cross-stack";
import { fleetRules } from "../../policy-pack/views/fleet/fleet-rules";

const row = (more: Partial<FleetRow>): FleetRow => ({
  ...{ thing: "x", label: "crm", what: "AWS secret", stack: "acme/dev", holder: "urn:a" },
  ...{ holder_label: "acme/desk", tenant: "acme", detail: "", urn: "urn:a", source: "" },
  ...more,
});
const globex = { stack: "globex/dev", holder: "urn:b", holder_label: "globex/desk" };
const two = [row({}), row({ ...globex, tenant: "globex", urn: "urn:b" })];

const found = (id: string, rows: readonly FleetRow[]) => {
  const rule = fleetRules.find((each) => each.id === id);
  assert.ok(rule);
  return fleetFindings(rule, rows, () => "mandatory");
};
const messages = (id: string, rows: readonly FleetRow[]) => [
  ...new Set(found(id, rows).map(({ message }) => message)),
];

describe("findings over several stacks", () => {
  it("are one for each consumer, with one sentence, its stack and its location", () => {
    const [first, second, ...others] = found("no-shared-secret", [
      row({ source: "index.ts:12:3" }),
      row({ ...globex, urn: "urn:b", source: "main.ts:4" }),
    ]);
    assert.deepEqual(others, []);
    assert.ok(first && second);
    assert.deepEqual(first, {
      rule: "no-shared-secret",
      verdict: "violated",
      severity: "critical",
      level: "mandatory",
      about: { name: "x", label: "crm" },
      holder: {
        name: "urn:a",
        label: "acme/desk in acme/dev",
        urn: "urn:a",
        source: { file: "index.ts", line: 12, column: 3 },
      },
      at: { urn: "urn:a", property: "" },
      source: { file: "index.ts", line: 12, column: 3 },
      message: "AWS secret `crm` is shared by 2 workloads in 2 stacks",
      fix: "give each workload a credential of its own, or short-lived access by its identity",
      related: [],
      chain: [],
      dependsOn: [],
      fingerprint: first.fingerprint,
      standards: ["NHI9:2025", "ASI03:2026", "NIST-800-53r5:IA-4"],
      known: false,
    });
    assert.deepEqual(second.source, { file: "main.ts", line: 4 });
    assert.notEqual(second.fingerprint, first.fingerprint);
  });

  it("have the permissions of a consumer as their parts, and its readable names", () => {
    const role = { holder: "iam-role|1|desk", holder_label: "iam-role|1|desk" };
    const urn = "urn:pulumi:dev::desk::aws:ecs/taskDefinition:TaskDefinition::triage";
    const findings = found("no-cross-tenant-access", [
      row({ ...role, detail: "s3:PutObject" }),
      row({ ...role, detail: "s3:GetObject" }),
      row({ holder: urn, holder_label: urn, detail: "s3:GetObject", urn: "" }),
    ]);
    assert.deepEqual(
      findings.map(({ holder, evidenceParts }) => [holder?.label, evidenceParts]),
      [
        ["desk in acme/dev", [["s3:GetObject"], ["s3:PutObject"]]],
        ["triage in acme/dev", [["s3:GetObject"]]],
      ],
    );
    assert.ok(!("urn" in (findings[1]?.holder ?? {})));
  });

  it("of a secret that two tenants use are of the rule about tenants, at its own level", () => {
    const rule = fleetRules.find(({ id }) => id === "no-shared-secret");
    assert.ok(rule);
    const stated = (level: Level) =>
      fleetFindings(rule, two, ({ id }) => (id === "no-cross-tenant-secret" ? level : "mandatory"));
    assert.deepEqual(
      stated("advisory").map(({ rule: id, level, message }) => [id, level, message]),
      ["acme", "globex"].map(() => [
        "no-cross-tenant-secret",
        "advisory",
        "AWS secret `crm` is shared by tenants `acme`, `globex`: 2 workloads in 2 stacks",
      ]),
    );
    assert.deepEqual(stated("disabled"), []);
  });

  it("each report the fault in one sentence", () => {
    assert.deepEqual(messages("no-shared-identity", two), [
      "AWS secret `crm` is shared by 2 workloads in 2 stacks",
    ]);
    assert.deepEqual(messages("no-cross-tenant-trust", two), [
      "AWS secret `crm` can be assumed from tenants `acme`, `globex`",
    ]);
    assert.deepEqual(messages("no-cross-tenant-trust", [row({ what: "role", detail: "globex" })]), [
      "Role `crm` of tenant `globex` can be assumed from tenant `acme`",
    ]);
    assert.deepEqual(messages("no-cross-tenant-access", two), [
      "AWS secret `crm` can be used from tenants `acme`, `globex`",
    ]);
    assert.deepEqual(messages("no-shared-namespace", two), [
      "Namespace `crm` is shared by tenants `acme`, `globex`",
    ]);
    assert.deepEqual(messages("no-spiffe-id-collision", two), [
      "SPIFFE ID `crm` is issued to different workloads by 2 registrations in 2 stacks",
    ]);
    assert.deepEqual(
      messages(
        "no-reused-cluster-name",
        two.map((each) => ({ ...each, what: "OIDC issuer" })),
      ),
      ["OIDC issuer `crm` is trusted by stacks of tenants `acme`, `globex`"],
    );
    assert.deepEqual(messages("no-shared-account", two), [
      "AWS account `crm` has identities of tenants `acme`, `globex`",
    ]);
    const many = ["a", "b", "c", "d", "e"].map((name) =>
      row({ what: "EKS cluster", stack: name, holder: name, tenant: name }),
    );
    assert.deepEqual(messages("no-reused-cluster-name", many), [
      "EKS cluster `crm` is declared by 5 stacks: a, b, c, d and 1 more",
    ]);
    assert.deepEqual(messages("no-shared-namespace", many), [
      "Namespace `crm` is shared by tenants `a`, `b`, `c`, `d`, 1 more",
    ]);
    const only = found("require-own-identity", [row({ thing: "urn:a", what: "Agent" })]);
    assert.deepEqual(
      only.map(({ message, holder }) => [message, holder]),
      [["Agent `crm` has no identity", undefined]],
    );
  });
});
