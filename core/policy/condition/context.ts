import type { Urn } from "../../snapshot/value";

/** What is known of a condition key in a request. */
export type ContextValue =
  | { readonly kind: "present"; readonly values: readonly string[] }
  /** Present for certain, with values that are not known. */
  | { readonly kind: "some"; readonly reason: string; readonly dependsOn?: readonly Urn[] }
  | { readonly kind: "absent" }
  /** Neither known to be present nor to be absent. */
  | {
      readonly kind: "unknown";
      readonly reason: string;
      readonly dependsOn?: readonly Urn[];
      /** Whether the result is unknown then; else the request counts as meant for the caller. */
      readonly decides?: true;
    };

/** Returns what is known of a condition key, given in lowercase. */
export type Context = (key: string) => ContextValue;

/** A context with the given keys and all others absent; keys may be in any case. */
export function contextOf(values: Readonly<Record<string, string | readonly string[]>>): Context {
  const known = new Map(
    Object.entries(values).map(([key, value]) => [
      key.toLowerCase(),
      typeof value === "string" ? [value] : value,
    ]),
  );
  return (key) => {
    const found = known.get(key);
    return found === undefined ? { kind: "absent" } : { kind: "present", values: found };
  };
}
