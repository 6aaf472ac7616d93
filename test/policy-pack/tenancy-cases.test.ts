import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noCrossTenantAccess from "../../policy-pack/rules/no-cross-tenant-access";
import noCrossTenantBinding from "../../policy-pack/rules/no-cross-tenant-binding";
import noCrossTenantSecret from "../../policy-pack/rules/no-cross-tenant-secret";
import noCrossTenantTrust from "../../policy-pack/rules/no-cross-tenant-trust";
import noSharedNamespace from "../../policy-pack/rules/no-shared-namespace";
import noSpiffeIdCollision from "../../policy-pack/rules/no-spiffe-id-collision";
import requireTenant from "../../policy-pack/rules/require-tenant";
import { defaultSettings, type Settings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { assertFindings, casesOf, type Requested } from "../support/cases";
import { assertNearMisses } from "../support/questions";
import { snapshotOf } from "../support/resources";
import { stated } from "../support/stated";

/** A case about what crosses tenants, named in its file's name, with the answer and the fact that decides. */
interface Case extends AuthorityStack {
  readonly because: string;
  /** Tenants that configuration names. */
  readonly tenants?: Settings["tenants"];
  /** The findings of the rules about tenants, in the order of a report; none for a near miss. */
  readonly findings: readonly string[];
}

const rules = [
  noCrossTenantAccess,
  noCrossTenantBinding,
  noCrossTenantSecret,
  noCrossTenantTrust,
  noSharedNamespace,
  noSpiffeIdCollision,
  requireTenant,
];
const cases = casesOf<Case>("tenancy");

describe("tenancy cases", () => {
  for (const each of cases) {
    it(`${each.topic}: ${each.question}`, async () => {
      await check(each);
    });
  }

  it("are 100 at least, as often near misses of their questions as violations", () => {
    assertNearMisses("tenancy", 100);
  });

  it("cover every rule, and each topic violations, near misses and unknowns", () => {
    const reported = new Set(cases.flatMap(({ requested }) => requested.findings.map(ruleIn)));
    assert.deepEqual(
      [...reported].sort(),
      rules.map(({ id }) => id),
    );
    for (const topic of new Set(cases.map((each) => each.topic))) {
      const lines = cases
        .filter((each) => each.topic === topic)
        .map(({ requested }) => requested.findings);
      assert.ok(
        lines.some((each) => each.length === 0),
        topic,
      );
      assert.ok(
        lines.some((each) => each.some(isOpen)),
        topic,
      );
      assert.ok(
        lines.some((each) => each.length > 0 && !each.some(isOpen)),
        topic,
      );
    }
  });
});

function isOpen(line: string): boolean {
  return line.includes(": undetermined: ");
}

function ruleIn(line: string): string {
  return line.slice(0, line.indexOf(":"));
}

async function check(each: Requested<Case>): Promise<void> {
  const { requested } = each;
  assert.ok(requested.because.length > 0);
  const resources = authorityStack(requested);
  assert.ok(resources.length > 1, "a case asks of something");
  const settings = { ...defaultSettings, tenants: requested.tenants ?? {} };
  for (const order of [resources, resources.toReversed()]) {
    const judged = await judgeSnapshot(snapshotOf(order), { settings, rules });
    assertFindings(each, judged.findings.map(lineOf));
  }
}

/** A finding with its path and its dependencies. */
function lineOf(finding: Finding): string {
  const { rule, chain, dependsOn } = finding;
  const way = chain.map(({ from, by, to }, at) => {
    const goesOn = at > 0 && chain[at - 1]?.to.label === from.label;
    const start = goesOn ? "" : `${at === 0 ? "" : "; "}${from.label}`;
    return `${start} -${by}-> ${to.label}`;
  });
  const names = dependsOn.map((urn) => urn.split("::").at(-1));
  const shown = way.length === 0 ? "" : ` [${way.join("")}]`;
  return `${rule}: ${stated(finding)}${shown}${names.length === 0 ? "" : ` (waits for ${names.join(", ")})`}`;
}
