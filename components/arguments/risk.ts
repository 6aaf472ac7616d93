import { oneOf } from "./argument-error";
import { Effect, Sensitivity, type EffectName, type SensitivityName } from "./choices";

/** What a workload reads and what it can cause outside itself. */
export interface Risk {
  /** How much harm the data it reads can do in the wrong hands: `public`, `internal`, `confidential`, `restricted`. Default: `internal`. */
  sensitivity?: Sensitivity;
  /** What it can cause: `payment`, `production-change`, `deletion`, `external-message`. Default: none. */
  effects?: EffectName[];
}

/** What a tool reads and what it can cause, as its reference carries it. */
export interface ToolRisk {
  // No enumeration: programs in YAML cannot pass one on.
  /** How much harm the data it reads can do in the wrong hands: `public`, `internal`, `confidential`, `restricted`. Default: `internal`. */
  sensitivity?: SensitivityName;
  /** What it can cause: `payment`, `production-change`, `deletion`, `external-message`. Default: none. */
  effects?: EffectName[];
}

/** A risk with its defaults, or an error where a choice is unknown. */
export function readRisk(subject: string, given: Risk | undefined): Required<Risk> {
  checkRisk(subject, "risk", given ?? {});
  return {
    sensitivity: given?.sensitivity ?? Sensitivity.Internal,
    effects: given?.effects ?? [],
  };
}

/** Refuses a choice that is unknown. */
export function checkRisk(subject: string, argument: string, risk: ToolRisk): void {
  const { sensitivity = Sensitivity.Internal, effects = [] } = risk;
  oneOf(subject, `${argument}.sensitivity`, sensitivity, Sensitivity);
  for (const effect of effects) oneOf(subject, `${argument}.effects`, effect, Effect);
}
