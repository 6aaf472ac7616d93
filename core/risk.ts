import { compareText } from "./compare-text";
import { sensitivities } from "./grants/grant";

/** What a workload reads and what effects it has, by its declaration. */
export interface StatedRisk {
  /** How much harm the data it reads can do in the wrong hands. Default: `internal`. */
  readonly sensitivity?: string | undefined;
  /** What it can cause outside itself. Default: none. */
  readonly effects?: readonly string[] | undefined;
}

/**
 * Whether data or effects are such that each call of a tool has to be decided, and a person has to agree to what an
 * autonomous workload does with it: it reads sensitive data, or it causes anything outside itself.
 */
export function isHighRisk({ sensitivity, effects = [] }: StatedRisk): boolean {
  return effects.length > 0 || (sensitivity !== undefined && isSensitive(sensitivity));
}

/** Harms that have a rank of their own, worst first; others come after the payments, by name. */
const ranked = ["restricted data", "payment", "production-change", "deletion"] as const;

/** Harms that are ranked last, worst first. */
const rankedLast = ["external-message", "confidential data"] as const;

/** What makes a risk a high one, in words: `restricted data`, `payment`. Worst first; none for a mild one. */
export function harmsOf({ sensitivity, effects = [] }: StatedRisk): readonly string[] {
  const data = sensitivity !== undefined && isSensitive(sensitivity) ? [`${sensitivity} data`] : [];
  return [...new Set([...data, ...effects])].sort(compareHarms);
}

/** Orders harms as {@link harmsOf} words them, worst first. */
export function compareHarms(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || compareText(a, b);
}

function rankOf(harm: string): number {
  const first = ranked.findIndex((each) => each === harm);
  if (first >= 0) return first;
  return ranked.length + 1 + rankedLast.findIndex((each) => each === harm);
}

/** Whether data of a level is sensitive; an unlisted level counts as the most sensitive. */
function isSensitive(level: string): boolean {
  const place = sensitivities.findIndex((one) => one === level);
  return place < 0 || place >= sensitivities.indexOf("confidential");
}
