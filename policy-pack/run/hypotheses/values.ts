import { read } from "../../../core/snapshot/read";
import type { Step } from "../../../core/snapshot/read";
import { typeInUrn, nameInUrn } from "../../../core/snapshot/resource";
import { Secret, Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import { valueIn } from "../../read/resource/values";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue } from "./hypothesis";

/** A text as a possible value. */
export function text(value: string): PossibleValue {
  return { value, sentence: `\`${value}\`` };
}

/** A text that fits a pattern of texts. */
export function fitting(pattern: string): string {
  return pattern.replaceAll("*", "").replaceAll("?", "x");
}

/** Any output of a resource. */
export function output(urn: Urn): PossibleValue {
  return { value: new Unknown([urn]), sentence: `of \`${nameInUrn(urn)}\`` };
}

/** The outputs of the resources of types, but for the place's own. */
export function outputsOf(
  types: RegExp,
  { resource }: OpenPlace,
  stack: StackView,
): readonly PossibleValue[] {
  const outputs = stack.once(`outputs ${String(types)}`, () =>
    stack.ofTypes(types).map(({ urn }) => output(urn)),
  );
  if (!types.test(resource.type)) return outputs;
  return outputs.filter(({ value }) => !isOutputOf(value, resource.urn));
}

function isOutputOf(value: Value, urn: Urn): boolean {
  return value instanceof Unknown && value.dependsOn.includes(urn);
}

/** The values of other resources of a type at the same place. */
export function alike({ resource, path }: OpenPlace, stack: StackView): readonly PossibleValue[] {
  return valuesAt(resource.type, path, resource.urn, stack);
}

/** The values of resources of types, or of one type, at a place. */
export function valuesAt(
  types: RegExp | string,
  path: readonly Step[],
  but: Urn,
  stack: StackView,
): readonly PossibleValue[] {
  const found = new Map<string, PossibleValue>();
  for (const { urn, name, inputs } of stack.ofTypes(types)) {
    if (urn === but) continue;
    const value = valueIn(read(inputs, ...path));
    if (value === undefined || isOpen(value)) continue;
    const key = value instanceof Unknown ? value.dependsOn.join() : JSON.stringify(value);
    const isShort = typeof value === "string" && value.length < 80;
    if (!found.has(key))
      found.set(key, isShort ? text(value) : { value, sentence: `as of \`${name}\`` });
  }
  return [...found.values()];
}

/** Whether a value has nothing that another place could have too. */
function isOpen(value: Value): boolean {
  if (value instanceof Secret) return true;
  return (
    value instanceof Unknown && value.dependsOn.every((urn) => /^random:/.test(typeInUrn(urn)))
  );
}
