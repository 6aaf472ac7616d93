import type { FactOf } from "../../facts/fact";

/** A use of a secret that depends on an unknown. */
export type MayUse = FactOf<"uses"> & Required<Pick<FactOf<"uses">, "dependsOn">>;

/** Whether it depends on an unknown that a workload uses a secret. */
export function isPossible(fact: FactOf<"uses">): fact is MayUse {
  return fact.dependsOn !== undefined;
}

/** Whether a workload uses a secret for certain. */
export function isCertain(fact: FactOf<"uses">): boolean {
  return fact.dependsOn === undefined;
}

/** A possible use, as if it were certain. */
export function asCertain({ dependsOn: _dependsOn, ...fact }: MayUse): FactOf<"uses"> {
  return fact;
}
