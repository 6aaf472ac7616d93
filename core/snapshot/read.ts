import { LeftOut, Secret, Unknown, hidden, isList, isRecord, type Urn, type Value } from "./value";

/** A step into a value: a property's name or a list's index. */
export type Step = string | number;

/** The value at a path; no reader guesses its kind. */
export type Read<T extends Value = Value> =
  | { readonly kind: "present"; readonly value: T }
  | { readonly kind: "secret"; readonly secret: Secret }
  | {
      readonly kind: "unknown";
      readonly dependsOn: readonly Urn[];
      readonly secret: boolean;
      /** What is known of a text: {@link Unknown.parts}. */
      readonly parts?: Unknown["parts"];
      /** What a saved snapshot leaves out, to compare it with others alone. */
      readonly leftOut?: LeftOut;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "unfit"; readonly found: string };

/**
 * Walks a path into a value.
 *
 * A secret on the path wraps the result; an unknown on the path is the result; null counts as absent.
 */
export function read(value: Value | undefined, ...path: readonly Step[]): Read {
  let here: Value | undefined = value;
  let secret = false;
  let isInClear = false;
  // This is the most frequent call, so the path is neither copied nor iterated.
  for (let at = 0; ; at += 1) {
    if (here instanceof Secret) {
      isInClear = !secret && here.isInClear;
      secret = true;
      here = here.revealForComparison();
    }
    if (here instanceof Unknown) {
      const { dependsOn, parts } = here;
      const leftOut = here instanceof LeftOut ? here : undefined;
      return {
        kind: "unknown",
        dependsOn,
        secret: secret || here.secret,
        ...(parts && { parts }),
        ...(leftOut && { leftOut: secret ? leftOut.marked() : leftOut }),
      };
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

/** The value at a path where a name is expected: it is read through a mark of secrecy. */
export type ReadThrough<T extends Value = Value> =
  | Exclude<Read<T>, { readonly kind: "secret" } | { readonly kind: "present" }>
  | { readonly kind: "present"; readonly value: T };

/**
 * As {@link read}, for names and settings: a mark of secrecy around it is looked through, since it does not change what a name
 * decides. The result is masked wherever it is shown.
 */
export function readThrough(value: Value | undefined, ...path: readonly Step[]): ReadThrough {
  const found = read(value, ...path);
  if (found.kind !== "secret") return found;
  return { kind: "present", value: found.secret.revealForComparison() };
}

/** As {@link readThrough}, for a place where only a string makes sense; a number or boolean is taken as its text. */
export function readString(
  value: Value | undefined,
  ...path: readonly Step[]
): ReadThrough<string> {
  const found = readThrough(value, ...path);
  if (found.kind !== "present") return found;
  const { value: text } = found;
  if (typeof text === "string") return { kind: "present", value: text };
  if (typeof text === "number" || typeof text === "boolean") {
    return { kind: "present", value: String(text) };
  }
  return { kind: "unfit", found: isList(text) ? "a list" : "an object" };
}

/** Whether readers of the program can see a value, also one that only its location hides. */
export function isInClear(found: Read): boolean {
  return found.kind === "present" || (found.kind === "secret" && found.secret.isInClear);
}

/** The string at a path when it is known, marked secret or not, else undefined. */
export function knownString(
  value: Value | undefined,
  ...path: readonly Step[]
): string | undefined {
  const found = readString(value, ...path);
  return found.kind === "present" ? found.value : undefined;
}

/**
 * The text at a path to compare with others as a credential, marked secret or not; of one that a saved snapshot leaves out its
 * stand-in.
 */
export function comparableText(
  value: Value | undefined,
  ...path: readonly Step[]
): string | undefined {
  const found = readThrough(value, ...path);
  if (found.kind === "unknown") return found.leftOut?.standIn;
  return found.kind === "present" && typeof found.value === "string" ? found.value : undefined;
}

/** The content of a mark of secrecy, with each part of it marked in turn; any other value unchanged. */
export function opened(value: Value | undefined): Value | undefined {
  if (!(value instanceof Secret)) return value;
  const plain = value.revealForComparison();
  if (isList(plain)) return plain.map((item) => hidden(item));
  if (!isRecord(plain)) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [key, hidden(item)]));
}

/** Whether a value is a list or an object, or may turn out to be one, marked as secret or not. */
export function hasParts(value: Value): boolean {
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  return typeof plain === "object" && plain !== null;
}

/** The list at a path; empty when absent, unfit or unknown; items of a secret one are secret. */
export function listAt(value: Value | undefined, ...path: readonly Step[]): readonly Value[] {
  const list = openedAt(value, path);
  return isList(list) ? list : [];
}

/** The entries of the object at a path; empty when absent, unfit or unknown; secret entries stay wrapped. */
export function entriesAt(
  value: Value | undefined,
  ...path: readonly Step[]
): readonly (readonly [string, Value])[] {
  const record = openedAt(value, path);
  return isRecord(record) ? Object.entries(record) : [];
}

function openedAt(value: Value | undefined, path: readonly Step[]): Value | undefined {
  const found = read(value, ...path);
  return found.kind === "present"
    ? found.value
    : found.kind === "secret"
      ? opened(found.secret)
      : undefined;
}

function stepInto(value: Value, step: Step): Value | undefined {
  if (typeof step === "number") return isList(value) ? value[step] : undefined;
  if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined;
  return value[step];
}
