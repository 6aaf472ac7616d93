import assert from "node:assert/strict";
import { withCrossings } from "../../../policy-pack/views/against";
import type { Authority } from "../../../policy-pack/views/delta/authority";
import type { DeltaRow } from "../../../policy-pack/views/delta/change";
import type { AuthorityDelta } from "../../../policy-pack/views/delta/delta";
import type { Finding } from "../../../policy-pack/findings/finding";

const roleUrn = "urn:pulumi:dev::desk::aws:iam/role:Role::triage";
const roleKey = "aws:iam/role:Role::triage";
const workloadKey = "k8s|acme||Deployment|triage";

const row = (change: DeltaRow["change"], line = 4): DeltaRow => ({
  change,
  aspect: "usedBy",
  sentence: "`acme/triage` can now be assumed by `globex`",
  actions: ["sts:AssumeRole*"],
  objects: ["globex"],
  source: { file: "index.ts", line },
});

function delta(keys: readonly string[], ...rows: readonly DeltaRow[]): AuthorityDelta {
  return {
    changed: [{ holders: ["acme/triage"], keys, what: "workload", state: "changed", rows }],
    same: 0,
  };
}

const after: Authority = {
  identities: [],
  workloads: [{ key: workloadKey, label: "acme/triage", identities: [roleKey] }],
  calls: [],
};

function finding(more: Partial<Finding>): Finding {
  return {
    rule: "no-cross-tenant-trust",
    verdict: "violated",
    severity: "critical",
    level: "mandatory",
    about: { name: roleUrn, label: "triage" },
    at: { urn: roleUrn, property: "assumeRolePolicy" },
    source: { file: "index.ts", line: 4 },
    message: "Role `triage` can be assumed from two tenants: acme, globex",
    fix: "trust one tenant",
    related: [],
    chain: [],
    ...more,
  } as Finding;
}

const crossesIn = (found: AuthorityDelta): readonly (string | undefined)[] =>
  found.changed.flatMap(({ rows }) => rows.map(({ crosses }) => crosses));

const crossing = "no-cross-tenant-trust";

const cases: readonly (readonly [string, AuthorityDelta, Finding, string | undefined])[] = [
  ["of the role itself", delta([roleKey], row("wider")), finding({}), crossing],
  ["of a workload that has the role", delta([workloadKey], row("wider")), finding({}), crossing],
  [
    "whose finding names the role as holder",
    delta([roleKey], row("wider")),
    finding({ about: { name: "other", label: "x" }, holder: { name: roleUrn, label: "triage" } }),
    crossing,
  ],
  [
    "whose place is not known",
    delta([roleKey], row("wider")),
    finding({ source: undefined as never }),
    crossing,
  ],
  ["that is narrower", delta([roleKey], row("narrower")), finding({}), undefined],
  ["that cannot be compared", delta([roleKey], row("unknown")), finding({}), undefined],
  ["of another role", delta(["other"], row("wider")), finding({}), undefined],
  ["that is declared elsewhere", delta([roleKey], row("wider", 9)), finding({}), undefined],
  [
    "with a finding that crosses no tenants",
    delta([roleKey], row("wider")),
    finding({ rule: "no-public-trust" }),
    undefined,
  ],
];

describe("changes of authority that cross tenants", () => {
  for (const [what, given, found, expected] of cases) {
    it(`${expected === undefined ? "leave out" : "name the rule of"} one ${what}`, () => {
      assert.deepEqual(crossesIn(withCrossings(given, after, [found])), [expected]);
    });
  }

  it("are those of new findings alone", () => {
    const given = delta([roleKey], row("wider"));
    assert.equal(withCrossings(given, after, []), given);
  });

  it("are each change that is found, and no other of the same role", () => {
    const given = delta([roleKey], row("wider"), row("wider", 9));
    const found = [finding({}), finding({ rule: "no-cross-tenant-access" })];
    assert.deepEqual(crossesIn(withCrossings(given, after, found)), [crossing, undefined]);
  });
});
