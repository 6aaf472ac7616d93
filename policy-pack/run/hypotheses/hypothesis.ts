import type { Step } from "../../../core/snapshot/read";
import { Unknown, type Value } from "../../../core/snapshot/value";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";

/** A possible value of a place. */
export interface PossibleValue {
  readonly value: Value;
  /** As a part of a message: `` `desk` ``, ``the output of `desk` ``. */
  readonly sentence: string;
}

/** The possible values of an unknown property, from what else the stack names. */
export interface Hypothesis {
  /** Types of resources that have the property. */
  readonly types: RegExp;
  /** The property, with `[]` for each item of a list, `*` for any key and `**` for everything below. What contains it may be open too. */
  readonly path: readonly string[];
  /** The fewest steps of an open place that contains the property. Default: 1. */
  readonly atLeast?: number;
  /** Excludes a place that depends on one of these types: the readers find by themselves which thing it is. */
  readonly reportedBy?: RegExp;
  /** Whether two places never have one value, as two objects never have one name. Default: no. */
  readonly unique?: true;
  /** In an order that is independent of that of the resources. */
  readonly values: (place: OpenPlace, stack: StackView) => readonly PossibleValue[];
}

/** The possible values of a place, the likeliest first. */
export function possibleValuesOf(
  place: OpenPlace,
  { types, path, atLeast = 1, reportedBy, values }: Hypothesis,
  stack: StackView,
): readonly PossibleValue[] {
  if (!types.test(place.resource.type) || !isPrefixOf(place.path, path)) return [];
  if (place.path.length < atLeast) return [];
  if (reportedBy !== undefined && place.dependsOn.some((urn) => reportedBy.test(urn))) return [];
  const inner = path.slice(place.path.length);
  const found = values(place, stack).filter(({ value }) => !dependsOnTheSame(value, place));
  if (inner.length === 0) return found;
  return found.map(({ value, sentence }) => ({ value: around(inner, value), sentence }));
}

/** Whether a value is only what the place depends on already. */
function dependsOnTheSame(value: Value, { dependsOn }: OpenPlace): boolean {
  if (!(value instanceof Unknown) || value.dependsOn.length === 0) return false;
  return (
    value.dependsOn.length === dependsOn.length &&
    value.dependsOn.every((urn) => dependsOn.includes(urn))
  );
}

/** Whether a place is the property itself or contains it. */
function isPrefixOf(place: readonly Step[], path: readonly string[]): boolean {
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

/** A value inside the properties that contain it, which are unknown otherwise. */
function around(path: readonly string[], value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined || step === "**") return value;
  const inner = around(rest, value);
  return step === "[]" ? [inner] : { [step]: inner };
}
