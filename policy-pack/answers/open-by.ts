import type { Uncertainty } from "../../core/certainty";
import type { Answer } from "../define-rule";

/** Why an answer is not certain: what it waits for; the reason only where it waits for nothing. */
export function openBy({ reason, dependsOn }: Uncertainty): Pick<Answer, "reason" | "dependsOn"> {
  return dependsOn.length > 0 ? { dependsOn: [...new Set(dependsOn)].sort() } : { reason };
}
