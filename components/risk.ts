import { oneOf } from "./argument-error";
import { Effect, Sensitivity } from "./choices";

/** What a workload reads and what it can cause outside itself. */
export interface Risk {
  /** How much harm the data it reads can do in the wrong hands. Default: `internal`. */
  sensitivity?: Sensitivity;
  /** What it can cause: `payment`, `production-change`, `deletion`, `external-message`. Default: none. */
  effects?: string[];
}

/** A risk with its defaults, or an error where a choice is unknown. */
export function readRisk(subject: string, given: Risk | undefined): Required<Risk> {
  const sensitivity = given?.sensitivity ?? Sensitivity.Internal;
  const effects = given?.effects ?? [];
  oneOf(subject, "risk.sensitivity", sensitivity, Sensitivity);
  for (const effect of effects) oneOf(subject, "risk.effects", effect, Effect);
  return { sensitivity, effects };
}

/** Whether data or effects are such that a person should agree to what an autonomous workload does with them. */
export function isGrave(risk: Risk | undefined): boolean {
  const sensitivity = risk?.sensitivity;
  return (
    sensitivity === Sensitivity.Confidential ||
    sensitivity === Sensitivity.Restricted ||
    (risk?.effects ?? []).length > 0
  );
}
