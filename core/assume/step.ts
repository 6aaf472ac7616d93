import type { Uncertainty } from "../certainty";
import type { Fact } from "../graph/fact";
import type { Name } from "../graph/name";

/** Who obtains something: a thing by one of its names, or a group of roles that the same step leads on from. */
export type Place =
  | { readonly kind: "thing"; readonly name: Name }
  | { readonly kind: "group"; readonly key: string };

/** One thing can obtain another: a workload its identity, an identity another. */
export interface Step {
  readonly from: Place;
  readonly to: Place;
  /** How, as people say it: `runs as`, `assumes`. */
  readonly by: string;
  /** The fact that opens the way. */
  readonly fact: Fact;
  readonly uncertainty?: Uncertainty;
  /** Tenants that alone can take it, where a condition holds the caller to them; undefined for all. */
  readonly only?: ReadonlySet<string>;
}

/** A thing as a place. */
export function thing(name: Name): Place {
  return { kind: "thing", name };
}
