import type { Finding } from "../core/finding";
import type { Rule } from "./define-rule";

/** A finding with what tells whether another rule speaks of the same fault. */
export interface Stated {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly fault: string;
}

/** A rule that tells a fault well, and one that tells the same fault in general. */
type Pair = readonly [specific: string, general: string];

/**
 * Of these pairs the general rule is silent about a fault that the specific one tells: one that both give the same name.
 * What an answer gives no name no other rule tells.
 */
const pairs: readonly Pair[] = [
  ["no-cross-tenant-secret", "no-shared-secret"],
  ["no-default-identity", "no-automounted-token"],
  // A guard that holds where its key is absent: who comes in by it, or else why it is none.
  ["no-public-trust", "no-fail-open-condition"],
  ["no-fail-open-condition", "require-subject-condition"],
  ["no-fail-open-condition", "require-pod-identity-condition"],
  ["no-fail-open-condition", "require-certificate-condition"],
  ["no-fail-open-condition", "require-source-condition"],
  ["no-wildcard-authority", "require-user-bound-token"],
  ["no-wildcard-authority", "require-short-session"],
  ["no-wildcard-authority", "no-privilege-escalation"],
  // A door that asks nobody who calls decides nothing either.
  ["no-open-gateway", "require-runtime-policy"],
  // A way on which nothing decides is one on which nobody asks either.
  ["require-runtime-policy", "require-human-approval"],
  ["no-cross-tenant-trust", "no-privilege-escalation"],
];

/** Of these pairs the general rule is silent only about what it could not know, where the specific one says the same. */
const openPairs: readonly Pair[] = [
  // Which secret a workload holds.
  ["no-shared-secret", "no-literal-secret"],
  ["no-shared-secret", "no-static-model-key"],
  ["no-shared-secret", "no-static-tool-credential"],
  // What a policy allows that is not known at all.
  ["no-wildcard-authority", "no-cross-tenant-access"],
  ["no-wildcard-authority", "require-runtime-policy"],
  ["no-privilege-escalation", "require-runtime-policy"],
  ["require-user-bound-token", "require-short-session"],
  // Whose a policy is.
  ["no-wildcard-authority", "require-human-approval"],
  // Which role a binding gives.
  ["no-wildcard-authority", "no-cross-tenant-trust"],
  // To whom a binding gives rights.
  ["no-public-trust", "no-cross-tenant-trust"],
  ["no-public-trust", "no-cross-tenant-binding"],
  ["no-public-trust", "no-wildcard-authority"],
  ["no-public-trust", "no-privilege-escalation"],
  ["no-public-trust", "no-default-identity"],
  // Which ServiceAccount a workload runs as.
  ["no-shared-identity", "no-default-identity"],
  ["no-shared-identity", "no-automounted-token"],
  // Which SPIFFE IDs a registration gives.
  ["no-spiffe-id-collision", "no-shared-identity"],
  ...inTurn([
    // What of a trust policy is not known, whole or in part, is told by the first that cannot do without it.
    "no-public-trust",
    "require-subject-condition",
    "require-issuer-match",
    "require-certificate-condition",
    "no-broad-subject",
    "require-source-condition",
    "require-pod-identity-condition",
    "require-immutable-subject",
    "require-source-identity",
    "no-dead-condition",
    "require-runtime-policy",
  ]),
  // The audience waits for another value than the subject.
  ["no-public-trust", "require-audience-condition"],
  ["require-subject-condition", "require-audience-condition"],
  ["require-audience-condition", "no-dead-condition"],
];

/** Pairs of each rule with each that comes after it. */
function inTurn(rules: readonly string[]): readonly Pair[] {
  return rules.flatMap((specific, at) =>
    rules.slice(at + 1).map((general): Pair => [specific, general]),
  );
}

const specificOf = byGeneral(pairs);
const openSpecificOf = byGeneral([...pairs, ...openPairs]);

function byGeneral(all: readonly Pair[]): ReadonlyMap<string, readonly string[]> {
  const specifics = new Map<string, string[]>();
  for (const [specific, general] of all) {
    specifics.set(general, [...(specifics.get(general) ?? []), specific]);
  }
  return specifics;
}

/** The rules that may tell a fault in the place of another that says a verdict. */
function specificsOf(rule: string, verdict: Finding["verdict"]): readonly string[] {
  return (verdict === "undetermined" ? openSpecificOf : specificOf).get(rule) ?? [];
}

/** Whether what one rule does not know may be told by the other in its place. */
export function isReportedBy(general: string, specific: string): boolean {
  return specificsOf(general, "undetermined").includes(specific);
}

const levels = ["disabled", "advisory", "mandatory"] as const;

/**
 * The findings with each fault told once, by the rule that tells it best.
 *
 * Nothing that blocks is silenced by what does not, nothing certain by what is undetermined, and nothing that was told
 * early by what is known only later.
 */
export function withoutRepeats(stated: readonly Stated[]): readonly Finding[] {
  if (stated.length < 2) return stated.map(({ finding }) => finding);
  const byRule = new Map<string, Map<string, Stated[]>>();
  for (const each of stated) {
    const { id } = each.rule;
    let byFault = byRule.get(id);
    if (byFault === undefined) byRule.set(id, (byFault = new Map<string, Stated[]>()));
    const same = byFault.get(each.fault);
    if (same === undefined) byFault.set(each.fault, [each]);
    else same.push(each);
  }
  return stated
    .filter(
      (general) =>
        !specificsOf(general.rule.id, general.finding.verdict).some((specific) =>
          byRule
            .get(specific)
            ?.get(general.fault)
            ?.some((rival) => silences(rival, general)),
        ),
    )
    .map(({ finding }) => finding);
}

function silences(specific: Stated, general: Stated): boolean {
  const isMilder = levels.indexOf(specific.finding.level) < levels.indexOf(general.finding.level);
  if (isMilder) return false;
  if (general.finding.verdict === "undetermined") return true;
  if (specific.finding.verdict === "undetermined") return false;
  return general.rule.decides === "closed" || speakTogether(specific, general);
}

/** Whether two early findings come at once: both are about one fact. */
function speakTogether(specific: Stated, general: Stated): boolean {
  const { at } = specific.finding;
  const other = general.finding.at;
  return (
    specific.rule.decides === "early" && at.urn === other.urn && at.property === other.property
  );
}
