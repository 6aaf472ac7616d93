import type { Uncertainty } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Name } from "../../../facts/name";
import type { Session } from "./session";

/** The start or end of a step. */
export type Place =
  /** A thing by one of its names. */
  | { readonly kind: "thing"; readonly name: Name }
  /** A role with tags that the caller passed. */
  | { readonly kind: "session"; readonly session: Session }
  /** A group of roles with the same step. */
  | { readonly kind: "group"; readonly key: string };

/** A thing or a group. */
export type PlainPlace = Exclude<Place, { readonly kind: "session" }>;

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
export function thing(name: Name): Extract<Place, { readonly kind: "thing" }> {
  return { kind: "thing", name };
}

/** A place without the tags of a session: the role itself. */
export function withoutTags(place: Place): PlainPlace {
  return place.kind === "session" ? { kind: "thing", name: place.session.role } : place;
}
