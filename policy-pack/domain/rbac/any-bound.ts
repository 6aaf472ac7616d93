import { compareText } from "../../../core/compare-text";
import { rightsOf } from "./rights";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { scopeOf } from "../../facts/name";
import { oncePerGraph } from "../../facts/once-per-graph";
import { tenantOf } from "../workloads/tenancy";

type Binding = FactOf<"binds">;

/** Of those that give the same in the namespaces of tenants: a member of one tenant is not of the other. */
const enough = 2;

/**
 * Bindings that represent all of users, or of groups: the rights of an unknown user or group.
 *
 * Of those with the same rights, the first for the whole cluster remains, and the first of each of two tenants for a namespace.
 * Beside these remain the first without a tenant, and the first of each of two unknown tenants. So an entry has its possible
 * rights once, and not for every namespace.
 */
export const anyBound = oncePerGraph((graph): Readonly<Record<"User" | "Group", Bindings>> => {
  const found = { User: [] as Binding[], Group: [] as Binding[] };
  for (const binding of graph.all("binds")) {
    const { kind } = binding.subject;
    if (kind === "User" || kind === "Group") found[kind].push(binding);
  }
  return { User: effectiveFor(graph, found.User), Group: effectiveFor(graph, found.Group) };
});

type Bindings = readonly Binding[];

function effectiveFor(graph: Graph, all: Bindings): Bindings {
  const sorted = all
    .map((binding) => ({ binding, key: placeOf(graph, binding) }))
    .sort((a, b) => compareText(a.key, b.key));
  const kept = new Map<string, Map<string, Binding>>();
  for (const { binding } of sorted) {
    const tenantOfIt = tenantOf(graph, binding.binding);
    const key = JSON.stringify([givenBy(graph, binding), tenantOfIt.kind]);
    let alike = kept.get(key);
    if (alike === undefined) kept.set(key, (alike = new Map<string, Binding>()));
    const tenant = JSON.stringify(tenantOfIt);
    if (alike.size < enough && !alike.has(tenant)) alike.set(tenant, binding);
  }
  return [...kept.values()].flatMap((alike) => [...alike.values()]);
}

/** What a binding gives, by any role and in any namespace. */
function givenBy(graph: Graph, { role, where, subjectName }: Binding): string {
  const rules = rightsOf(graph, role);
  return JSON.stringify([rules ?? graph.canonical(role), where.kind, scopeOf(subjectName) ?? ""]);
}

function placeOf(graph: Graph, { binding, at }: Binding): string {
  return `${graph.canonical(binding)} ${at.property}`;
}
