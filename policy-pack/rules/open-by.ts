import type { Answer } from "../define-rule";
import type { Urn } from "../../core/snapshot/value";

/** Why an answer is not certain: what it waits for; the reason only where it waits for nothing. */
export function openBy({
  reason,
  waitsFor,
}: {
  readonly reason: string;
  readonly waitsFor: readonly Urn[];
}): Pick<Answer, "reason" | "waitsFor"> {
  return waitsFor.length > 0 ? { waitsFor: [...new Set(waitsFor)].sort() } : { reason };
}
