import type { Finding } from "../findings/finding";
import type { Rule } from "../findings/define-rule";

/** A finding with the data on whether another rule reports the same fault. */
export interface Stated {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly fault: string;
}

/** A specific rule on a fault, and a general one. */
type Pair = readonly [specific: string, general: string];

/**
 * Of these pairs the general rule does not report a fault that the specific one reports: one with the same name in both. An
 * answer without a name has no duplicate.
 */
const pairs: readonly Pair[] = [
  ["no-cross-tenant-secret", "no-shared-secret"],
  ["no-default-identity", "no-automounted-token"],
  // A guard that is met where its key is absent: which callers it trusts, or else why it is none.
  ["no-public-trust", "no-fail-open-condition"],
  ["no-fail-open-condition", "require-subject-condition"],
  ["no-fail-open-condition", "require-pod-identity-condition"],
  ["no-fail-open-condition", "require-certificate-condition"],
  ["no-fail-open-condition", "require-source-condition"],
  ["no-wildcard-authority", "require-user-bound-token"],
  ["no-wildcard-authority", "require-short-session"],
  ["no-wildcard-authority", "no-privilege-escalation"],
  // An endpoint without authentication has no decision either.
  ["no-open-gateway", "require-runtime-policy"],
  // A call path without a decision has no approval either.
  ["require-runtime-policy", "require-human-approval"],
  ["no-cross-tenant-trust", "no-privilege-escalation"],
];

/** Of these pairs the general rule only omits its unknowns, where the specific one reports the same. */
const openPairs: readonly Pair[] = [
  // Which secret a workload uses.
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
  // Which subjects a binding gives rights.
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
    // An unknown of a trust policy, whole or in part, is reported by the first rule that needs it.
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

/** The rules that may report a fault in the place of another with a verdict. */
function specificsOf(rule: string, verdict: Finding["verdict"]): readonly string[] {
  return (verdict === "undetermined" ? openSpecificOf : specificOf).get(rule) ?? [];
}

/** Whether the unknown of one rule may be reported by the other in its place. */
export function isReportedBy(general: string, specific: string): boolean {
  return specificsOf(general, "undetermined").includes(specific);
}

const levels = ["disabled", "advisory", "mandatory"] as const;

/**
 * The findings with each fault reported once, by the more specific rule.
 *
 * Nothing that blocks is omitted for what does not. Nothing certain is omitted for what is undetermined, and nothing reported
 * early for what is known only later.
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
