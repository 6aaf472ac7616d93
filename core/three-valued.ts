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
      /** The resources whose creation settles it, where they are known. */
      readonly dependsOn?: readonly Urn[];
    };

/** True for certain. */
export const yes: Three = { kind: "yes" };

/** False for certain. */
export const no: Three = { kind: "no" };

/** Unknown, for the given reason (part of a message: lowercase, no final period), until resources are created. */
export function unknown(reason: string, dependsOn?: readonly Urn[]): Three {
  return { kind: "unknown", reason, ...(dependsOn && { dependsOn }) };
}

/** Yes where the condition is true, else no. */
export function fromBoolean(holds: boolean): Three {
  return holds ? yes : no;
}

/**
 * Yes when all are yes, no when one is no. An empty list is yes.
 *
 * What is not known is so for the first reason, and waits for all that any of them waits for.
 */
export function and(values: Iterable<Three>): Three {
  return decidedBy("no", yes, values);
}

/**
 * Yes when one is yes, no when all are no. An empty list is no.
 *
 * What is not known is so for the first reason, and waits for all that any of them waits for.
 */
export function or(values: Iterable<Three>): Three {
  return decidedBy("yes", no, values);
}

/** A value of a kind that decides alone, else what is not known, else what there is without any. */
function decidedBy(decides: "yes" | "no", otherwise: Three, values: Iterable<Three>): Three {
  let first: Open | undefined;
  let more: Set<Urn> | undefined;
  for (const value of values) {
    if (value.kind === decides) return value;
    if (value.kind !== "unknown") continue;
    if (first === undefined) first = value;
    else for (const urn of value.dependsOn ?? []) (more ??= new Set(first.dependsOn)).add(urn);
  }
  if (first === undefined) return otherwise;
  return more === undefined ? first : { ...first, dependsOn: [...more] };
}

type Open = Extract<Three, { readonly kind: "unknown" }>;

/** Yes for no, no for yes, and unknown with the same reason. */
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
