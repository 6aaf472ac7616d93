import { Unknown, type Urn, type Value, type ValueRecord } from "../../core/snapshot/value";
import { stepInto } from "./functions";
import type { Step } from "./references";

/** A resource that the program has declared, as the rest of it sees it. */
export interface Declared {
  readonly urn: Urn;
  readonly type: string;
  /** Empty before it is made. */
  readonly id: string;
  readonly custom: boolean;
  /** Reference to its provider, empty for the default. */
  readonly provider: string;
  /** What is known of its outputs; what is left out is not known yet. */
  readonly outputs: ValueRecord;
}

/** What the steps after a resource's name lead to; the resource itself is its id, of a component its URN. */
export function outputOf(declared: Declared, steps: readonly Step[]): Value {
  const { urn, id, custom, outputs } = declared;
  const [first, ...rest] = steps;
  if (first === undefined && !custom) return urn;
  if (first === undefined || first === "id") return id === "" ? new Unknown([urn]) : id;
  if (first === "urn") return urn;
  const known = Object.hasOwn(outputs, first) ? outputs[first] : undefined;
  return rest.reduce(stepInto, known ?? new Unknown([urn]));
}
