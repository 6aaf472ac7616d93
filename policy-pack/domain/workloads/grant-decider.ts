import type { FactOf } from "../../facts/fact";
import type { Text } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Urn } from "../../../core/snapshot/value";

/** What decides the calls of a grant. */
export type GrantDecider =
  | { readonly kind: "broker" | "gateway" | "policy store" | "none" }
  | { readonly kind: "unknown"; readonly dependsOn: readonly Urn[] };

/**
 * What decides the calls of a grant, for a graph that is complete: where neither a gateway nor a direct call is stated, the task
 * broker that the stack makes or names for the tenant, else a policy store that has the grant.
 */
export function deciderOf(graph: Graph, { decidedBy, grant }: FactOf<"grants">): GrantDecider {
  if (typeof decidedBy === "string") return { kind: decidedBy };
  const unlessDirect = deciderInStack(graph, grant);
  if (decidedBy === undefined || unlessDirect.kind === "none") return unlessDirect;
  const further = unlessDirect.kind === "unknown" ? unlessDirect.dependsOn : [];
  return { kind: "unknown", dependsOn: [...decidedBy.dependsOn, ...further] };
}

function deciderInStack(graph: Graph, { tenant, caller }: FactOf<"grants">["grant"]): GrantDecider {
  const ofTenant = graph.all("tenant").filter((each) => mayBe(each.tenant, tenant));
  const brokers = [
    ...ofTenant.flatMap((each) => (each.brokerRole === undefined ? [] : [[each.tenant]])),
    ...graph
      .all("task-broker")
      .flatMap((each) => (mayBe(each.tenant, tenant) ? [[each.tenant]] : [])),
  ];
  const stores = ofTenant.flatMap(({ tenant: of, stored }) =>
    stored === undefined || !mayBe(stored.caller, caller) ? [] : [[of, stored.caller]],
  );
  const isSure = (texts: readonly Text[]): boolean => texts.every(isKnown);
  if (isKnown(tenant) && brokers.some(isSure)) return { kind: "broker" };
  if (isSure([tenant, caller]) && stores.some(isSure)) return { kind: "policy store" };
  const possible = [...brokers, ...stores];
  if (possible.length === 0) return { kind: "none" };
  return {
    kind: "unknown",
    dependsOn: [tenant, caller, ...possible.flat()].flatMap(dependenciesIn),
  };
}

/** Whether two texts may be one. */
export function mayBe(a: Text, b: Text): boolean {
  return !isKnown(a) || !isKnown(b) || a.text === b.text;
}

/** Whether a text is known. */
export function isKnown(text: Text): text is Extract<Text, { readonly kind: "known" }> {
  return text.kind === "known";
}

/** What a text depends on where it is not known. */
export function dependenciesIn(text: Text): readonly Urn[] {
  return text.kind === "unknown" ? text.dependsOn : [];
}
