import { Secret, Unknown, isList, isRecord, type Urn, type Value } from "./value";

/** A step into a value: a property's name or a list's index. */
export type Step = string | number;

/** What stands at a path: no reader ever guesses which of these it is. */
export type Read<T extends Value = Value> =
  | { readonly kind: "present"; readonly value: T }
  | { readonly kind: "secret"; readonly secret: Secret }
  | {
      readonly kind: "unknown";
      readonly waitsFor: readonly Urn[];
      readonly secret: boolean;
      /** What is known of a text: {@link Unknown.parts}. */
      readonly parts?: Unknown["parts"];
    }
  | { readonly kind: "absent" }
  | { readonly kind: "unfit"; readonly found: string };

/**
 * Walks a path into a value.
 *
 * A secret on the way wraps the answer; an unknown on the way is the answer; null counts as absent.
 */
export function read(value: Value | undefined, ...path: readonly Step[]): Read {
  let here: Value | undefined = value;
  let secret = false;
  let isInClear = false;
  // Nothing is asked as often as this, so that the path is neither copied nor iterated.
  for (let at = 0; ; at += 1) {
    if (here instanceof Secret) {
      isInClear = !secret && here.isInClear;
      secret = true;
      here = here.revealForComparison();
    }
    if (here instanceof Unknown) {
      const { waitsFor, parts } = here;
      return { kind: "unknown", waitsFor, secret: secret || here.secret, ...(parts && { parts }) };
    }
    if (here === undefined || here === null) return { kind: "absent" };
    const step = path[at];
    if (step === undefined) break;
    here = stepInto(here, step);
  }
  return secret
    ? { kind: "secret", secret: new Secret(here, isInClear) }
    : { kind: "present", value: here };
}

/** As {@link read}, for a place where only a string makes sense; a number or boolean is taken as its text. */
export function readString(value: Value | undefined, ...path: readonly Step[]): Read<string> {
  const found = read(value, ...path);
  if (found.kind !== "present") return found;
  const { value: text } = found;
  if (typeof text === "string") return { kind: "present", value: text };
  if (typeof text === "number" || typeof text === "boolean") {
    return { kind: "present", value: String(text) };
  }
  return { kind: "unfit", found: isList(text) ? "a list" : "an object" };
}

/** The string at a path when it is known and not secret, else undefined. */
export function knownString(
  value: Value | undefined,
  ...path: readonly Step[]
): string | undefined {
  const found = readString(value, ...path);
  return found.kind === "present" ? found.value : undefined;
}

/** The list at a path; empty when absent, unfit or unknown. */
export function listAt(value: Value | undefined, ...path: readonly Step[]): readonly Value[] {
  const found = read(value, ...path);
  const plain = found.kind === "secret" ? found.secret.revealForComparison() : undefined;
  if (found.kind === "present" && isList(found.value)) return found.value;
  return isList(plain) ? plain.map((item) => new Secret(item)) : [];
}

/** The entries of the object at a path; empty when absent, unfit or unknown; secret entries stay wrapped. */
export function entriesAt(
  value: Value | undefined,
  ...path: readonly Step[]
): readonly (readonly [string, Value])[] {
  const found = read(value, ...path);
  const plain = found.kind === "secret" ? found.secret.revealForComparison() : undefined;
  if (found.kind === "present" && isRecord(found.value)) return Object.entries(found.value);
  return isRecord(plain) ? Object.entries(plain).map(([key, v]) => [key, new Secret(v)]) : [];
}

function stepInto(value: Value, step: Step): Value | undefined {
  if (typeof step === "number") return isList(value) ? value[step] : undefined;
  if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined;
  return value[step];
}
