import type { Depends, NotKnown } from "../../../core/certainty";
import type { Fact, FactBodies, FactKind } from "../../facts/fact";
import type { At, Flag, Seconds, Text } from "../../facts/fact-values";
import { read, readString, readThrough, type Read, type Step } from "../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { PartialText, Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import { interned } from "./interned";
import { onlyOfType } from "./reader";

/** Collects the facts of one resource; aliases come first, so that no two names of a thing are ever counted as two. */
export class FactList {
  readonly #aliases: Fact[] = [];
  readonly #facts: Fact[] = [];

  constructor(readonly resource: Resource) {}

  /** Adds a fact that was read at a property of the resource. */
  add<K extends FactKind>(kind: K, property: string, body: FactBodies[K]): void {
    const at: At = { urn: this.resource.urn, property: interned(property) };
    this.addFacts({ kind, at, ...body } as unknown as Fact);
  }

  /** Adds facts that have their own locations. */
  addFacts(...facts: readonly Fact[]): void {
    for (const fact of facts) (fact.kind === "alias" ? this.#aliases : this.#facts).push(fact);
  }

  /** Whether a fact of a kind was added. */
  has(kind: FactKind): boolean {
    return this.#facts.some((fact) => fact.kind === kind);
  }

  /** All facts so far, aliases first. */
  all(): readonly Fact[] {
    return [...this.#aliases, ...this.#facts];
  }
}

/** The dependencies of an unknown value: its own, else those of its top-level property. */
export function dependenciesAt(
  resource: Resource,
  top: string,
  found: Partial<Depends> | undefined,
): readonly Urn[] {
  if (found?.dependsOn !== undefined && found.dependsOn.length > 0) return found.dependsOn;
  return Object.hasOwn(resource.propertyDependencies, top)
    ? (resource.propertyDependencies[top] ?? [])
    : [];
}

/** What the unknown values in a top-level property wait for; undefined where all of it is known. */
export function dependsOnIn(resource: Resource, top: string): readonly Urn[] | undefined {
  const unknown = [...unknownIn(resource.inputs[top])];
  if (unknown.length === 0) return undefined;
  return [...new Set(unknown.flatMap((each) => dependenciesAt(resource, top, each)))];
}

function* unknownIn(value: Value | undefined, depth = 0): Iterable<Unknown> {
  if (value instanceof Unknown) yield value;
  else if (depth < deepest && value !== null && typeof value === "object") {
    for (const item of Object.values(value)) yield* unknownIn(item as Value, depth + 1);
  }
}

/** What a program makes may be nested as deep as it likes. */
const deepest = 16;

/** The text at a path of a resource's inputs, marked secret or not, or undefined where there is none. */
export function textAt(
  resource: Resource,
  top: string,
  ...path: readonly Step[]
): Text | undefined {
  const found = readString(resource.inputs, top, ...path);
  switch (found.kind) {
    case "present":
      return { kind: "known", text: found.value };
    case "unknown":
      return unknownAt(resource, top, found);
    case "absent":
    case "unfit":
      return undefined;
  }
}

/** The path to an item of a list: by its name, or by its position without a usable name. */
export function stepTo(item: Value, name: string, position: number): Step {
  const found = read(item, name);
  return found.kind === "present" && typeof found.value === "string" ? found.value : position;
}

/** The number of seconds at a path of a resource's inputs, or undefined where there is none. */
export function secondsAt(
  resource: Resource,
  top: string,
  ...path: readonly Step[]
): Seconds | undefined {
  const text = textAt(resource, top, ...path);
  if (text === undefined || text.kind === "unknown") return text;
  const seconds = text.text === "" ? Number.NaN : Number(text.text);
  return Number.isFinite(seconds) ? { kind: "known", seconds } : undefined;
}

/** The boolean at a path of a resource's inputs, or undefined where there is none. */
export function flagAt(
  resource: Resource,
  top: string,
  ...path: readonly Step[]
): Flag | undefined {
  const found = readThrough(resource.inputs, top, ...path);
  switch (found.kind) {
    case "present":
      return typeof found.value === "boolean" ? { kind: "known", value: found.value } : undefined;
    case "unknown":
      return unknownAt(resource, top, found);
    case "absent":
    case "unfit":
      return undefined;
  }
}

/** The value that was read, marks included; undefined where there is none. */
export function valueIn(found: Read): Value | undefined {
  switch (found.kind) {
    case "present":
      return found.value;
    case "secret":
      return found.secret;
    case "unknown":
      return found.leftOut ?? unknownLike(found);
    case "absent":
    case "unfit":
      return undefined;
  }
}

/** An unknown value at a top-level property of a resource. */
export function unknownAt(resource: Resource, top: string, found: Depends): NotKnown {
  return { kind: "unknown", dependsOn: dependenciesAt(resource, top, found) };
}

/** The unknown of a value that was read, with its mark and the parts of it that are known. */
export function unknownLike({
  dependsOn,
  secret = false,
  parts,
}: Depends & { readonly secret?: boolean; readonly parts?: Unknown["parts"] }): Unknown {
  return parts === undefined
    ? new Unknown(dependsOn, secret)
    : secret
      ? new PartialText(parts).marked()
      : new PartialText(parts);
}

/** The only resource of the given types among the dependencies of a value. */
export function onlyOf({ dependsOn }: Depends, types: readonly string[]): Urn | undefined {
  return onlyOfType([...new Set(dependsOn)], (urn) => types.includes(typeInUrn(urn)));
}
