import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, isRecord, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noDefaultIdentity from "../../policy-pack/rules/no-default-identity";
import noPrivilegeEscalation from "../../policy-pack/rules/no-privilege-escalation";
import noWildcardAuthority from "../../policy-pack/rules/no-wildcard-authority";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { casesOf } from "../support/cases";
import { outputOf, snapshotOf } from "../support/resources";
import { runs } from "../support/runs";

const rules = [noWildcardAuthority, noPrivilegeEscalation, noDefaultIdentity];
const stacks = casesOf<AuthorityStack>("authority").map(({ requested }) =>
  authorityStack(requested),
);
const later = outputOf("urn:pulumi:dev::desk::acme:index:Thing::later");

/** Parts with permissions, by their keys; names would make other things of things. */
const parts = [
  "Statement",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
  "StringEquals",
  "iam:PassedToService",
  "rules",
  "verbs",
  "resources",
  "apiGroups",
  "resourceNames",
  "nonResourceURLs",
];

describe("what is not known of authority", () => {
  it("never makes a violation that what is known would not, and never hides one", async () => {
    let undetermined = 0;
    const times = runs(200, 1_500);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...stacks),
        fc.infiniteStream(fc.nat(99)),
        async (stack, random) => {
          const hide = (): boolean => Number(random.next().value) < 8;
          const partly = stack.map((each) => hidden(each, hide));
          const known = await knownOf(stack);
          undetermined += await undeterminedIn(partly, known);
        },
      ),
      { numRuns: times },
    );
    assert.ok(undetermined > times / 15, `${undetermined} are undetermined`);
  });

  // Seeds 373713154 and 673839325 found a policy under a boundary that leaves data of every resource.
  it("hides no violation where all statements of one policy are hidden", async () => {
    for (const stack of stacks) {
      const known = await knownOf(stack);
      for (const [at, resource] of stack.entries()) {
        const partly = stack.with(
          at,
          hidden(resource, (key) => key === "Statement"),
        );
        if (JSON.stringify(partly[at]) === JSON.stringify(resource)) continue;
        await undeterminedIn(partly, known);
      }
    }
  });
});

/** How much of a stack of which parts are hidden is undetermined; fails where it is not as what is known makes it. */
async function undeterminedIn(
  partly: readonly Resource[],
  known: readonly Finding[],
): Promise<number> {
  const found = await findingsOf(partly);
  for (const finding of found.filter(isViolation)) {
    const same = known.filter((each) => isViolation(each) && isOfSame(each, finding));
    assert.ok(same.length > 0, `${finding.rule}: ${finding.message}`);
  }
  for (const finding of known.filter(isViolation)) {
    // A resource that is not known is taken for the name of one: no output is a wildcard.
    if (isOfData(finding) && hidesResource(partly)) continue;
    const stated = found.some((each) => isOfSame(each, finding));
    assert.ok(stated, `${finding.rule}: ${finding.message}`);
  }
  return found.filter(({ verdict }) => verdict === "undetermined").length;
}

/** What is found in each stack where all of it is known. */
const knownFindings = new Map<readonly Resource[], Promise<readonly Finding[]>>();

function knownOf(stack: readonly Resource[]): Promise<readonly Finding[]> {
  const known = knownFindings.get(stack) ?? findingsOf(stack);
  knownFindings.set(stack, known);
  return known;
}

async function findingsOf(stack: readonly Resource[]): Promise<readonly Finding[]> {
  const judging = { settings: defaultSettings, rules };
  return (await judgeSnapshot(snapshotOf(stack), judging)).findings;
}

function isViolation({ verdict }: Finding): boolean {
  return verdict === "violated";
}

/** Whether a finding is about the data of every resource of a kind. */
function isOfData({ message }: Finding): boolean {
  return / every .+ of the account/.test(message);
}

function hidesResource(stack: readonly Resource[]): boolean {
  const found: unknown[] = [];
  JSON.stringify(stack, (key, value: unknown) => {
    if (key === "Resource" || key === "NotResource") found.push(value);
    return value;
  });
  return found.flat().includes(later);
}

/** Whether two are about one holder; which rule reports a fault may change with what is known. */
function isOfSame(a: Finding, b: Finding): boolean {
  return a.holder?.label === b.holder?.label;
}

function hidden(of: Resource, hide: (key: string) => boolean): Resource {
  return { ...of, inputs: without(of.inputs, "", hide) as Resource["inputs"] };
}

/** The value with some parts unknown; a policy with a Deny is never unknown as a whole. */
function without(value: Value, key: string, hide: (key: string) => boolean): Value {
  if (value instanceof Unknown || value instanceof Secret) return value;
  const denies = key === "Statement" && JSON.stringify(value).includes('"Deny"');
  if (parts.includes(key) && !denies && hide(key)) return later;
  if (Array.isArray(value)) {
    return (value as readonly Value[]).map((each) =>
      without(each, key === "Statement" ? "" : key, hide),
    );
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, without(each, name, hide)]),
  );
}
