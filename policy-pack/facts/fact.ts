import type { CallFacts } from "./call-facts";
import type { ClusterFacts } from "./cluster-facts";
import type { At } from "./fact-values";
import type { IdentityFacts } from "./identity-facts";
import type { SecretFacts } from "./secret-facts";

/** The contents of facts, by kind; `indexes` lists the properties by which they can be looked up. */
export type FactBodies = IdentityFacts & SecretFacts & ClusterFacts & CallFacts;

/** A kind of fact. */
export type FactKind = keyof FactBodies;

/** A fact of a given kind, with its location. */
export type FactOf<K extends FactKind> = {
  [P in K]: { readonly kind: P; readonly at: At } & FactBodies[P];
}[K];

/** The facts of a reader on a resource. */
export type Fact = FactOf<FactKind>;
