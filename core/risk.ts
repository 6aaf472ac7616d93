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

/** Whether data of a level is sensitive; an unlisted level counts as the most sensitive. */
function isSensitive(level: string): boolean {
  const place = sensitivities.findIndex((one) => one === level);
  return place < 0 || place >= sensitivities.indexOf("confidential");
}
