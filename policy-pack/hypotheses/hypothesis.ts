import type { Step } from "../../core/snapshot/read";
import { Unknown, type Value } from "../../core/snapshot/value";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";

/** A value that a place may turn out to have. */
export interface Supposed {
  readonly value: Value;
  /** As people name it, part of a message: `` `desk` ``, ``the output of `desk` ``. */
  readonly sentence: string;
}

/** Which values the unknown value of a property may turn out to have, by what else the stack names. */
export interface Hypothesis {
  /** Types of resources that have the property. */
  readonly types: RegExp;
  /** The property, with `[]` for each item of a list, `*` for whatever key and `**` for all below; also what stands around it may be open. */
  readonly path: readonly string[];
  /** How many steps a place has at least: fewer where what stands around the property may be open as well. Default: 1. */
  readonly atLeast?: number;
  /** What a place cannot be that waits for one of these types: the readers see by themselves which thing it is. */
  readonly reportedBy?: RegExp;
  /** Whether two places never have one value, as two objects never have one name. Default: no. */
  readonly unique?: true;
  /** In an order that does not rest on that of the resources. */
  readonly values: (place: OpenPlace, stack: StackView) => readonly Supposed[];
}

/** What is supposed of a place: values of the whole of it, the likeliest first. */
export function supposedOf(
  place: OpenPlace,
  { types, path, atLeast = 1, reportedBy, values }: Hypothesis,
  stack: StackView,
): readonly Supposed[] {
  if (!types.test(place.resource.type) || !isOnTheWay(place.path, path)) return [];
  if (place.path.length < atLeast) return [];
  if (reportedBy !== undefined && place.dependsOn.some((urn) => reportedBy.test(urn))) return [];
  const inner = path.slice(place.path.length);
  const found = values(place, stack).filter(({ value }) => !dependsOnTheSame(value, place));
  if (inner.length === 0) return found;
  return found.map(({ value, sentence }) => ({ value: around(inner, value), sentence }));
}

/** Whether a value is no other than what a place waits for already. */
function dependsOnTheSame(value: Value, { dependsOn }: OpenPlace): boolean {
  if (!(value instanceof Unknown) || value.dependsOn.length === 0) return false;
  return (
    value.dependsOn.length === dependsOn.length &&
    value.dependsOn.every((urn) => dependsOn.includes(urn))
  );
}

/** Whether a place is the property itself or something that has it within. */
function isOnTheWay(place: readonly Step[], path: readonly string[]): boolean {
  return (
    (place.length <= path.length || path.at(-1) === "**") &&
    place.every((step, at) => {
      const wanted = path[Math.min(at, path.length - 1)];
      if (wanted === "**") return true;
      if (typeof step === "number") return wanted === "[]";
      return wanted === step || wanted === "*";
    })
  );
}

/** A value in what stands around it, of which nothing else is known. */
function around(path: readonly string[], value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined || step === "**") return value;
  const inner = around(rest, value);
  return step === "[]" ? [inner] : { [step]: inner };
}
