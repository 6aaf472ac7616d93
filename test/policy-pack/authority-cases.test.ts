import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noDefaultIdentity from "../../policy-pack/rules/no-default-identity";
import noPrivilegeEscalation from "../../policy-pack/rules/no-privilege-escalation";
import noWildcardAuthority from "../../policy-pack/rules/no-wildcard-authority";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { assertFindings, casesOf, type Requested } from "../support/cases";
import { assertNearMisses } from "../support/questions";
import { snapshotOf } from "../support/resources";
import { stated } from "../support/stated";

/** A case about authority, named in its file's name, with the answer and the fact that decides. */
interface Case extends AuthorityStack {
  readonly because: string;
  /** The findings of the rules about authority, in the order of a report; none for a near miss. */
  readonly findings: readonly string[];
}

const rules = [noWildcardAuthority, noPrivilegeEscalation, noDefaultIdentity];
const cases = casesOf<Case>("authority");

describe("authority cases", () => {
  for (const each of cases) {
    it(`${each.topic}: ${each.question}`, async () => {
      await check(each);
    });
  }

  it("are 150 at least, as often near misses of their questions as violations", () => {
    assertNearMisses("authority", 150);
  });

  it("name the dependencies of everything undetermined", () => {
    const lines = cases.flatMap(({ requested }) => requested.findings.filter(isOpen));
    assert.deepEqual(
      lines.filter((line) => !line.includes(" (waits for ") && !isOfNobody(line)),
      [],
    );
  });
});

function isOpen(line: string): boolean {
  return line.includes(": undetermined: ");
}

/** Whether what would settle it is named, and made by no resource of the stack. */
function isOfNobody(line: string): boolean {
  return /is not in the stack|no resource sets `|newer than this version|who can assume it is not in the stack/.test(
    line,
  );
}

async function check(each: Requested<Case>): Promise<void> {
  const { requested } = each;
  assert.ok(requested.because.length > 0);
  const resources = authorityStack(requested);
  assert.ok(resources.length > 1, "a case asks of something");
  for (const order of [resources, resources.toReversed()]) {
    const judged = await judgeSnapshot(snapshotOf(order), { settings: defaultSettings, rules });
    assertFindings(each, judged.findings.map(lineOf));
  }
}

function lineOf(finding: Finding): string {
  const { rule, severity, dependsOn } = finding;
  const names = dependsOn.map((urn) => urn.split("::").at(-1));
  const dependencies = names.length === 0 ? "" : ` (waits for ${names.join(", ")})`;
  return `${rule}: ${stated(finding)}${severity === "high" ? "" : ` (${severity})`}${dependencies}`;
}
