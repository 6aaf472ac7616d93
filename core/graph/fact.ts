import type { CallFacts } from "./call-facts";
import type { ClusterFacts } from "./cluster-facts";
import type { At } from "./fact-values";
import type { IdentityFacts } from "./identity-facts";
import type { SecretFacts } from "./secret-facts";

/** What facts say, by kind; `indexes` names the properties that they can be asked for by. */
export type FactBodies = IdentityFacts & SecretFacts & ClusterFacts & CallFacts;

/** A kind of fact. */
export type FactKind = keyof FactBodies;

/** A fact of a given kind, with where it was read. */
export type FactOf<K extends FactKind> = {
  [P in K]: { readonly kind: P; readonly at: At } & FactBodies[P];
}[K];

/** What a reader says of a resource. */
export type Fact = FactOf<FactKind>;
