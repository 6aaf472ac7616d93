import type { Finding } from "../../findings/finding";
import { knownString, type Step } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import {
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
} from "../../../core/snapshot/value";
import { dependenciesAt } from "../../read/resource/values";

/** A property of a resource whose value a preview cannot know. */
export interface OpenPlace {
  readonly resource: Resource;
  readonly path: readonly Step[];
  readonly dependsOn: readonly Urn[];
}

/** The deepest place that is looked at, since a program may nest values without limit. */
export const deepest = 16;

/** Whether there is any place of a resource's inputs whose value is not known. */
export function hasOpenPlace({ inputs }: Resource): boolean {
  return Object.values(inputs).some((value) => isOpen(value, 1));
}

/** Every place of a resource's inputs with an unknown value, in their order. */
export function* openPlacesOf(resource: Resource): Iterable<OpenPlace> {
  for (const [top, value] of Object.entries(resource.inputs)) {
    yield* openIn(resource, value, [top]);
  }
}

/** A place as people write it, and as findings name it: `spec.containers[0].env`. */
export function textOfPath(path: readonly Step[]): string {
  return path
    .map((step, at) => {
      if (typeof step === "number") return `[${step}]`;
      if (/[./]/.test(step)) return `["${step}"]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Whether the location of a finding is a place, in it, or around it. */
export function isAt({ at }: Pick<Finding, "at">, place: OpenPlace): boolean {
  if (at.urn !== place.resource.urn || at.property === "") return false;
  return spellingsOf(place).some(
    (text) => at.property.startsWith(text) || text.startsWith(at.property),
  );
}

/** A place as findings may name it: an item of a list also by the name that it has, as a variable of a container is. */
function spellingsOf({ resource, path }: OpenPlace): readonly string[] {
  const at = path.findLastIndex((step) => typeof step === "number");
  const name = at < 0 ? undefined : knownString(resource.inputs, ...path.slice(0, at + 1), "name");
  const text = textOfPath(path);
  return name === undefined
    ? [text]
    : [text, textOfPath([...path.slice(0, at), name, ...path.slice(at + 1)])];
}

/** The inputs of a resource with a value in a place of theirs. */
export function withValue(
  inputs: Resource["inputs"],
  path: readonly Step[],
  value: Value,
): Resource["inputs"] {
  return replaced(inputs, path, value) as Resource["inputs"];
}

function isOpen(value: Value, depth: number): boolean {
  if (value === null || typeof value !== "object") return false;
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (plain instanceof Unknown) return true;
  if (depth >= deepest || plain === null || typeof plain !== "object") return false;
  return Object.values(plain).some((item: Value) => isOpen(item, depth + 1));
}

function* openIn(
  resource: Resource,
  value: Value,
  path: readonly [string, ...Step[]],
): Iterable<OpenPlace> {
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (plain instanceof Unknown) {
    yield { resource, path, dependsOn: dependenciesAt(resource, path[0], plain) };
  } else if (path.length >= deepest) {
    return;
  } else if (isList(plain)) {
    for (const [index, item] of plain.entries()) yield* openIn(resource, item, [...path, index]);
  } else if (isRecord(plain)) {
    for (const [key, item] of Object.entries(plain)) yield* openIn(resource, item, [...path, key]);
  }
}

function replaced(value: Value | undefined, path: readonly Step[], by: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (value instanceof Secret) return new Secret(replaced(value.revealForComparison(), path, by));
  if (isList(value) && typeof step === "number") {
    return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  }
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: replaced(record[step], rest, by) };
}
