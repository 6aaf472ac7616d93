import type { Urn } from "./snapshot/value";

/**
 * Kleene's three values, with the reason for not knowing.
 *
 * `no` and `unknown` are never folded together outside the judge.
 */
export type Three =
  | { readonly kind: "yes" }
  | { readonly kind: "no" }
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** The resources whose making settles it, where it is said. */
      readonly waitsFor?: readonly Urn[];
    };

/** True for certain. */
export const yes: Three = { kind: "yes" };

/** False for certain. */
export const no: Three = { kind: "no" };

/** Not to be told, for the reason given (part of a message: lowercase, no final period), until resources are made. */
export function unknown(reason: string, waitsFor?: readonly Urn[]): Three {
  return { kind: "unknown", reason, ...(waitsFor && { waitsFor }) };
}

/** Yes where the condition holds, else no. */
export function fromBoolean(holds: boolean): Three {
  return holds ? yes : no;
}

/** Yes when all are yes, no when one is no. An empty list is yes. */
export function and(values: Iterable<Three>): Three {
  let result = yes;
  for (const value of values) {
    if (value.kind === "no") return no;
    if (value.kind === "unknown" && result.kind === "yes") result = value;
  }
  return result;
}

/** Yes when one is yes, no when all are no. An empty list is no. */
export function or(values: Iterable<Three>): Three {
  let result = no;
  for (const value of values) {
    if (value.kind === "yes") return yes;
    if (value.kind === "unknown" && result.kind === "no") result = value;
  }
  return result;
}

/** Yes for no, no for yes, and unknown with its reason kept. */
export function not(value: Three): Three {
  switch (value.kind) {
    case "yes":
      return no;
    case "no":
      return yes;
    case "unknown":
      return value;
  }
}
