import type { Uncertainty } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Name } from "../../../facts/name";

/** The start of a step: a thing by one of its names, or a group of roles with the same step. */
export type Place =
  | { readonly kind: "thing"; readonly name: Name }
  | { readonly kind: "group"; readonly key: string };

/** One thing can assume another: a workload its identity, an identity another. */
export interface Step {
  readonly from: Place;
  readonly to: Place;
  /** The readable verb: `runs as`, `assumes`. */
  readonly by: string;
  /** The fact that opens the path. */
  readonly fact: Fact;
  readonly uncertainty?: Uncertainty;
  /** The only tenants that can take it, where a condition restricts the caller to them; undefined for all. */
  readonly only?: ReadonlySet<string>;
}

/** A thing as a place. */
export function thing(name: Name): Place {
  return { kind: "thing", name };
}
