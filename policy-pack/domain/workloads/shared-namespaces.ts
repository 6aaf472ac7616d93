import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { ThingId } from "../../facts/things";
import type { Urn } from "../../../core/snapshot/value";
import { tenantOf, tenantStatements, type Tenant } from "./tenancy";

/** A workload that runs in a namespace, and whose it is. */
export interface Resident {
  readonly workload: Name;
  readonly tenant: Exclude<Tenant, { kind: "none" }>;
  /** The location of its namespace. */
  readonly fact: FactOf<"inside">;
}

/** Workloads of several tenants that run in one namespace, one of each in the order of the tenants' names. */
export interface SharedNamespace {
  /** Undefined where it is not known. */
  readonly namespace: Name | undefined;
  readonly residents: readonly Resident[];
  /** Why it is not certain, and what that waits for; undefined where it is. */
  readonly uncertainty: { readonly reason: string; readonly dependsOn: readonly Urn[] } | undefined;
}

/** Residents by their tenants: one of each. */
type Residents = ReadonlyMap<string, Resident>;

interface Housed {
  readonly namespace: Name;
  readonly residents: Residents;
}

/** The namespaces of a complete graph that tenants share, certain or unknown. */
export function sharedNamespaces(graph: Graph): readonly SharedNamespace[] {
  const { known, hidden } = residentsOf(graph);
  const housed = [...known.values()];
  return [
    ...housed.flatMap((each) => shared(graph, each)),
    ...alikeAcrossClusters(graph, known),
    ...[...hidden].flatMap(([key, residents]) => inHidden(graph, key, residents, housed)),
  ];
}

/** One namespace's workloads, when they are of two tenants or may be. */
function shared(graph: Graph, { namespace, residents }: Housed): readonly SharedNamespace[] {
  const all = inOrder(residents);
  if (all.length < 2) return [];
  const certain = all.filter(({ tenant }) => tenant.kind === "tenant");
  if (certain.length > 1) return [{ namespace, residents: certain, uncertainty: undefined }];
  const dependsOn = dependenciesIn(all);
  const reason = "the tenant of one of them is not known yet";
  return [
    { namespace: graph.canonical(namespace), residents: all, uncertainty: { reason, dependsOn } },
  ];
}

/** Namespaces of one name whose clusters are not both known may be one. */
function alikeAcrossClusters(
  graph: Graph,
  known: ReadonlyMap<ThingId, Housed>,
): readonly SharedNamespace[] {
  return [...known].flatMap(([id, { namespace, residents }]) => {
    if (residents.size > 1) return [];
    return graph.possiblySame(namespace).flatMap((other): readonly SharedNamespace[] => {
      const there = known.get(graph.idOf(other));
      if (there === undefined || there.residents.size > 1) return [];
      // Each pair is reported once, at the first by stable name.
      const isFirst = graph.canonical(namespace) < graph.canonical(there.namespace);
      const all = inOrder(new Map([...there.residents, ...residents]));
      if (!isFirst || graph.idOf(there.namespace) === id || all.length < 2) return [];
      const reason = "whether both namespaces of that name are in one cluster is not known";
      return [{ namespace, residents: all, uncertainty: { reason, dependsOn: [] } }];
    });
  });
}

/**
 * Workloads whose namespace is not known, with those of the same unknown namespace and those of namespaces that name no
 * tenant of their own: a namespace that names one decides whose all its workloads are.
 */
function inHidden(
  graph: Graph,
  key: string,
  residents: Residents,
  housed: readonly Housed[],
): readonly SharedNamespace[] {
  if (residents.size === 0) return [];
  const others = housed
    .flatMap((each) => [...each.residents])
    .filter(([, resident]) => isLoose(graph, resident));
  const all = inOrder(new Map([...others, ...residents]));
  if (all.length < 2) return [];
  const dependsOn = [
    ...new Set([...key.split(" ").filter((urn) => urn !== ""), ...dependenciesIn(all)]),
  ];
  const reason = "the namespace of one of them is not known yet";
  return [{ namespace: undefined, residents: all, uncertainty: { reason, dependsOn } }];
}

function residentsOf(graph: Graph): {
  readonly known: ReadonlyMap<ThingId, Housed>;
  readonly hidden: ReadonlyMap<string, Residents>;
} {
  const known = new Map<ThingId, { namespace: Name; residents: Map<string, Resident> }>();
  const hidden = new Map<string, Map<string, Resident>>();
  for (const fact of graph.all("inside")) {
    const { thing, namespace } = fact;
    if (graph.facts("workload", "workload", thing).length === 0) continue;
    if (namespace.kind === "unknown") {
      const key = [...namespace.dependsOn].sort().join(" ");
      let residents = hidden.get(key);
      if (residents === undefined) hidden.set(key, (residents = new Map<string, Resident>()));
      settle(graph, residents, fact, tenantWithoutNamespace(graph, thing));
      continue;
    }
    const id = graph.idOf(namespace.name);
    let housed = known.get(id);
    if (housed === undefined) {
      housed = { namespace: namespace.name, residents: new Map<string, Resident>() };
      known.set(id, housed);
    }
    settle(graph, housed.residents, fact, tenantOf(graph, thing));
  }
  return { known, hidden };
}

/** Keeps of each tenant the resident that comes first by its stable name. */
function settle(
  graph: Graph,
  residents: Map<string, Resident>,
  fact: FactOf<"inside">,
  tenant: Tenant,
): void {
  if (tenant.kind === "none") return;
  const key = keyOf(tenant);
  const before = residents.get(key);
  const workload = graph.canonical(fact.thing);
  if (before === undefined || isBefore({ workload, fact }, before)) {
    residents.set(key, { workload, tenant, fact });
  }
}

function isBefore(
  a: Pick<Resident, "workload" | "fact">,
  b: Pick<Resident, "workload" | "fact">,
): boolean {
  const [first, second] = [a, b].map(({ workload, fact }) =>
    [workload, fact.at.urn, fact.at.property].join("\n"),
  );
  return (first ?? "") < (second ?? "");
}

/** What names a workload's tenant beside its namespace, which is not known. */
function tenantWithoutNamespace(graph: Graph, workload: Name): Tenant {
  const [best] = tenantStatements(graph, workload);
  if (best === undefined) return { kind: "none" };
  return best.tenant.kind === "known"
    ? { kind: "tenant", tenant: best.tenant.text }
    : { kind: "unknown", dependsOn: best.tenant.dependsOn, by: best.thing };
}

/** Whether the tenant of a workload has another source than its namespace. */
function isLoose(graph: Graph, { workload }: Resident): boolean {
  const [best] = tenantStatements(graph, workload);
  return best?.by === "component" || best?.by === "own";
}

function inOrder(residents: Residents): readonly Resident[] {
  return [...residents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resident]) => resident);
}

function keyOf(tenant: Exclude<Tenant, { kind: "none" }>): string {
  return tenant.kind === "tenant" ? `known ${tenant.tenant}` : `unknown ${tenant.by}`;
}

function dependenciesIn(residents: readonly Resident[]): readonly Urn[] {
  return [
    ...new Set(
      residents.flatMap(({ tenant }) => (tenant.kind === "unknown" ? tenant.dependsOn : [])),
    ),
  ].sort();
}
