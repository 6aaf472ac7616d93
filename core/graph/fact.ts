import type { CallFacts } from "./call-facts";
import type { ClusterFacts } from "./cluster-facts";
import type { At } from "./fact-values";
import type { IdentityFacts } from "./identity-facts";
import type { SecretFacts } from "./secret-facts";

/** What facts say, by kind; every property named in {@link indexes} can be asked for. */
export type FactBodies = IdentityFacts & SecretFacts & ClusterFacts & CallFacts;

/** A kind of fact. */
export type FactKind = keyof FactBodies;

/** A fact of a given kind, with where it was read. */
export type FactOf<K extends FactKind> = {
  [P in K]: { readonly kind: P; readonly at: At } & FactBodies[P];
}[K];

/** What a reader says of a resource. */
export type Fact = FactOf<FactKind>;

/** For each kind, the properties whose things a fact is filed under. */
export const indexes = {
  workload: ["workload"],
  declares: ["workload"],
  grants: ["caller"],
  brokers: [],
  alias: ["thing"],
  "runs-as": ["workload", "identity"],
  owns: ["workload", "identity"],
  becomes: ["identity", "role"],
  admits: ["identity"],
  allows: ["identity"],
  attaches: ["policy", "identity"],
  holds: ["workload", "secret"],
  keys: ["container"],
  serves: ["secret"],
  contains: ["container", "content"],
  literal: ["holder", "value"],
  formatted: ["value"],
  calls: ["caller"],
  "static-key": ["key", "user"],
  "api-key-provider": ["provider"],
  "mcp-credential": ["config"],
  receives: ["receiver", "from"],
  "belongs-to": ["thing"],
  inside: ["thing", "namespace"],
  labelled: ["thing"],
  issuer: ["provider"],
  binds: ["binding", "role", "subjectName"],
  "custom-resource": ["definition"],
  "rbac-role": ["role"],
  lasts: ["identity"],
  "gives-sessions": ["profile"],
  "tenant-allows": [],
  token: ["holder"],
  registers: ["registration", "within", "whole"],
  svid: ["giver"],
  "token-secret": ["secret"],
  automounts: ["account"],
  "makes-pods": ["workload"],
  "limits-traffic": ["namespace"],
  "runs-pods": ["nodes", "template"],
  "gives-metadata": ["machines"],
  "lets-in": ["entry"],
  "asks-for-all": ["api"],
  forwards: ["from"],
  "target-of": [],
  polices: ["gateway"],
  permits: ["callee"],
  "has-action": ["callee"],
  "sends-to-pods": ["from"],
  resource: ["resource"],
  "key-alias": ["key"],
  guards: ["resource"],
  rotates: ["secret"],
  waiver: ["waiver"],
  unreadable: ["thing"],
} as const satisfies { readonly [K in FactKind]: readonly (keyof FactBodies[K])[] };

/** A property by which facts of a kind can be asked for. */
export type IndexOf<K extends FactKind> = (typeof indexes)[K][number];
