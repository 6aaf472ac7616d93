import {
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { stepInto } from "./functions";
import type { Providers } from "./providers";
import type { Step } from "./references";

/** A resource that the program has declared, as the rest of it sees it. */
export interface Declared {
  readonly urn: Urn;
  readonly type: string;
  /** Empty before it is made. */
  readonly id: string;
  readonly custom: boolean;
  /** The defaults of its children. */
  readonly providers: Providers;
  /** What is known of its outputs; what is left out is not known yet. */
  readonly outputs: ValueRecord;
}

/** What the steps after a resource's name lead to; the resource itself is its id, of a component its URN. */
export function outputOf(declared: Declared, steps: readonly Step[]): Value {
  const { urn, id, custom, outputs } = declared;
  const [first, ...rest] = steps;
  if (first === undefined && !custom) return urn;
  if (first === undefined || first === "id")
    return id === "" ? new Unknown([urn], false, "id") : id;
  if (first === "urn") return urn;
  const value = [first, ...rest].reduce((whole: Value, step) => stepOut(whole, step, urn), outputs);
  const isOwn =
    value instanceof Unknown && value.dependsOn.length === 1 && value.dependsOn[0] === urn;
  return isOwn ? new Unknown([urn], value.secret, steps.join(".")) : value;
}

/** As {@link stepInto}, but what is not there may be what only the update gives. */
function stepOut(value: Value, step: Step, urn: Urn): Value {
  if (value instanceof Secret) {
    const inner = stepOut(value.revealForComparison(), step, urn);
    return inner instanceof Unknown ? new Unknown(inner.dependsOn, true) : new Secret(inner);
  }
  const isThere =
    isList(value) || isRecord(value) ? Object.hasOwn(value, step) : value instanceof Unknown;
  return (isThere ? stepInto(value, step) : null) ?? new Unknown([urn]);
}
