import { notKnown } from "../../../core/certainty";
import type { Text } from "../../facts/fact-values";
import { read, type Read, type Step } from "../../../core/snapshot/read";
import type { Urn, Value } from "../../../core/snapshot/value";

/** Text at a path as a pod or object gives it, whether or not the program marks it secret. */
export type TextRead =
  | { readonly kind: "text"; readonly text: string; readonly secret: boolean }
  | Extract<Read, { readonly kind: "unknown" } | { readonly kind: "absent" }>;

/** Text at a path; numbers and booleans as their text, anything else as absent. */
export function textAt(value: Value | undefined, ...path: readonly Step[]): TextRead {
  const found = read(value, ...path);
  switch (found.kind) {
    case "unknown":
      return found;
    case "absent":
    case "unfit":
      return { kind: "absent" };
    case "secret":
      return asText(found.secret.revealForComparison(), true);
    case "present":
      return asText(found.value, false);
  }
}

/** A text to compare with others as a credential; of one that a saved snapshot leaves out its stand-in. */
export function comparable(found: TextRead): TextRead {
  if (found.kind !== "unknown" || found.leftOut === undefined) return found;
  return { kind: "text", text: found.leftOut.standIn, secret: found.secret };
}

/**
 * The name of an object, a namespace or a kind at a path when it is known.
 *
 * Names are read through a secret mark, which programs often put on a whole spec because of one value in it: names of
 * Kubernetes objects are never secret.
 */
export function nameTextAt(value: Value | undefined, ...path: readonly Step[]): string | undefined {
  const found = textAt(value, ...path);
  return found.kind === "text" && found.text !== "" ? found.text : undefined;
}

/** The dependencies of an unknown at a path, or undefined where there is no unknown. */
export function dependenciesAt(
  value: Value | undefined,
  ...path: readonly Step[]
): readonly Urn[] | undefined {
  const found = read(value, ...path);
  return found.kind === "unknown" ? found.dependsOn : undefined;
}

/** The key of a Secret at a path, for a fact of a use; nothing where there is none. */
export function keyAt(
  value: Value | undefined,
  ...path: readonly Step[]
): { readonly key?: string; readonly keyDependsOn?: readonly Urn[] } {
  const keyDependsOn = dependenciesAt(value, ...path);
  if (keyDependsOn !== undefined) return { keyDependsOn };
  const key = nameTextAt(value, ...path);
  return key === undefined ? {} : { key };
}

/** The read value for a fact; undefined where there is none. */
export function factTextOf(found: TextRead): Text | undefined {
  switch (found.kind) {
    case "absent":
      return undefined;
    case "unknown":
      return notKnown(found);
    case "text":
      return { kind: "known", text: found.text };
  }
}

function asText(value: Value, secret: boolean): TextRead {
  if (typeof value === "string") return { kind: "text", text: value, secret };
  const isPlain = typeof value === "number" || typeof value === "boolean";
  return isPlain ? { kind: "text", text: String(value), secret } : { kind: "absent" };
}
