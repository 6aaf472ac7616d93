import type { FactBodies, FactKind } from "./fact";

/** For each kind, the properties whose things a fact is filed under. */
export const indexes = {
  workload: ["workload"],
  declares: ["workload"],
  grants: ["caller"],
  tenant: [],
  "task-broker": [],
  "broker-excess": [],
  alias: ["thing"],
  "runs-as": ["workload", "identity"],
  starts: ["identity"],
  owns: ["workload", "identity"],
  assumes: ["identity", "role"],
  trusts: ["identity"],
  allows: ["identity"],
  attaches: ["policy", "identity"],
  uses: ["workload", "secret"],
  "not-read": [],
  keys: ["container"],
  "store-scope": [],
  serves: ["secret"],
  contains: ["container", "content"],
  offers: ["place"],
  loads: [],
  "runs-template": ["workload", "template"],
  "operator-namespace": ["operator"],
  literal: ["holder", "value"],
  "client-setting": ["config"],
  "static-credential": ["credential"],
  receives: ["receiver", "from"],
  "belongs-to": ["thing"],
  inside: ["thing", "namespace"],
  namespace: ["namespace"],
  issuer: ["provider"],
  binds: ["binding", "role", "subjectName"],
  "access-entry": ["entry", "identity"],
  "serves-cluster": [],
  applies: [],
  "custom-resource": ["definition"],
  "rbac-role": ["role"],
  "max-session": ["of"],
  token: ["holder"],
  registers: ["registration", "within", "whole", "alike"],
  automounts: ["account"],
  "makes-pods": ["workload"],
  "limits-traffic": ["namespace"],
  machines: ["machines", "template", "role"],
  exposes: ["entry"],
  "restricts-calls": ["entry"],
  forwards: ["from"],
  triggers: ["source", "target"],
  permits: ["callee"],
  invokes: ["callee"],
  resource: ["resource"],
  configures: ["resource"],
  guards: ["resource"],
  rotates: ["secret"],
  waiver: ["waiver"],
  unreadable: ["thing"],
} as const satisfies { readonly [K in FactKind]: readonly (keyof FactBodies[K])[] };

/** A property by which facts of a kind can be looked up. */
export type IndexOf<K extends FactKind> = (typeof indexes)[K][number];

const slotKeys: Readonly<Record<string, Readonly<Record<string, number>>>> = numbered();

function numbered(): Record<string, Record<string, number>> {
  let next = 0;
  return Object.fromEntries(
    Object.entries(indexes).map(([kind, properties]) => [
      kind,
      Object.fromEntries(properties.map((property) => [property, next++])),
    ]),
  );
}

/** A number for a kind of fact and a property that it is filed by. */
export function slotKey(kind: FactKind, index: string): number {
  const key = slotKeys[kind]?.[index];
  if (key === undefined) throw new Error(`facts of kind ${kind} are not filed by ${index}`);
  return key;
}
