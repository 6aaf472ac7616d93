import { compareText } from "../compare-text";
import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { labelIn, labelOfThing } from "../graph/label";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { rolesOf } from "../assume/roles";
import { stepsIn } from "../assume/steps";
import type { SourcePosition } from "../snapshot/resource";
import { tenantOf } from "../tenancy";
import { declarationsCarriedOut } from "./carried-out";
import { assumeLinks } from "./assume-links";
import { callLinks } from "./call-links";
import type { IdentityEdge, IdentityGraph, IdentityNode } from "./identity-graph";
import { kindOf } from "./kinds";
import type { Link, LinkEnd } from "./link";
import { secretLinks } from "./secret-links";

interface Found {
  readonly node: IdentityNode;
  readonly also: Set<Name>;
}

/** The identity graph of a stack whose graph is complete. */
export function identityGraphOf(graph: Graph): IdentityGraph {
  const nodes = new Map<ThingId | Name, Found>();
  const workloads = addWorkloads(graph, nodes);
  for (const { name } of rolesOf(graph)) keyOf(graph, nodes, { kind: "thing", name });
  const ways = new Map<string, { from: ThingId | Name; to: ThingId | Name; links: Link[] }>();
  for (const link of [...assumeLinks(graph), ...secretLinks(graph), ...callLinks(graph)]) {
    const from = keyOf(graph, nodes, link.from);
    const to = keyOf(graph, nodes, link.to);
    if (from === to) continue;
    const key = `${from}\n${to}`;
    const known = ways.get(key);
    if (known === undefined) ways.set(key, { from, to, links: [link] });
    else known.links.push(link);
  }
  for (const [carrying, declared] of workloads.carriedOut) nodes.get(declared)?.also.add(carrying);
  const tenantAt = (key: ThingId | Name): string | undefined => nodes.get(key)?.node.tenant;
  const sorted = [...nodes].sort(([, a], [, b]) => compareText(a.node.name, b.node.name));
  const places = new Map(sorted.map(([key], place) => [key, place]));
  const edges = [...ways.values()].flatMap(({ from, to, links }) => {
    const tenant = tenantAt(from);
    const open = links.filter(({ only }) => tenant === undefined || only?.has(tenant) !== false);
    const only = open.some((link) => link.only === undefined)
      ? undefined
      : [...new Set(open.flatMap((link) => [...(link.only ?? [])]))].sort(compareText);
    const edge: IdentityEdge = {
      ...{ from: places.get(from) ?? 0, to: places.get(to) ?? 0, by: waysOf(open) },
      ...(open.every(({ possible }) => possible) && { possible: true }),
      ...(tenant === undefined && only !== undefined && { only }),
    };
    return open.length === 0 ? [] : [edge];
  });
  return {
    nodes: sorted.map(([, { node, also }]) =>
      also.size === 0 ? node : { ...node, also: [...also].sort(compareText) },
    ),
    edges: edges.sort((a, b) => a.from - b.from || a.to - b.to),
  };
}

/** What a declaration says beside what carries it out says nothing more: `owns` of what is run as. */
function waysOf(links: readonly Link[]): string {
  const ways = new Set(links.map(({ by }) => (by === "owns" ? "runs as" : by)));
  return [...ways].sort(compareText).join(", ");
}

/** The workloads, without those that carry out another's declaration: by what is declared, these. */
function addWorkloads(
  graph: Graph,
  nodes: Map<ThingId | Name, Found>,
): { readonly carriedOut: readonly (readonly [Name, ThingId])[] } {
  const carriedOut: (readonly [Name, ThingId])[] = [];
  const declarations = declarationsCarriedOut(graph);
  const facts = new Map<ThingId, FactOf<"workload">[]>();
  for (const fact of graph.all("workload")) {
    const id = graph.idOf(fact.workload);
    const declared = declarations.get(id);
    if (declared !== undefined) {
      carriedOut.push([graph.canonical(fact.workload), graph.idOf(declared)]);
      continue;
    }
    const known = facts.get(id);
    if (known === undefined) facts.set(id, [fact]);
    else known.push(fact);
  }
  for (const [id, all] of facts) {
    const main = all.find((fact) => fact.is !== "undeclared") ?? all[0];
    if (main === undefined) continue;
    const name = graph.canonical(main.workload);
    const node: IdentityNode = {
      name,
      label: labelIn(graph, main),
      kind: main.is === "tool" ? "tool" : "workload",
      what: main.what,
      ...beside(graph, name, graph.sourceOf(main.at.urn)),
    };
    nodes.set(id, { node, also: new Set() });
  }
  return { carriedOut };
}

/** The node of the end of a link, made where there is none. */
function keyOf(graph: Graph, nodes: Map<ThingId | Name, Found>, end: LinkEnd): ThingId | Name {
  if (end.kind === "made") {
    if (!nodes.has(end.name)) {
      const { name, label, what } = end;
      nodes.set(name, { node: { name, label, kind: end.as, what }, also: new Set() });
    }
    return end.name;
  }
  const own = graph.idOf(end.name);
  const declared = declarationsCarriedOut(graph).get(own);
  const id = declared === undefined ? own : graph.idOf(declared);
  if (!nodes.has(id)) {
    const name = graph.canonical(end.name);
    const source = name.startsWith("urn:pulumi:") ? graph.sourceOf(name) : undefined;
    nodes.set(id, {
      node: {
        name,
        label: labelOfThing(graph, name),
        ...kindOf(graph, name, end.as ?? "identity"),
        ...beside(graph, name, source ?? end.source),
      },
      also: new Set(),
    });
  }
  return id;
}

function beside(
  graph: Graph,
  name: Name,
  source: SourcePosition | undefined,
): Pick<IdentityNode, "tenant" | "source"> {
  const stated = tenantOf(graph, name);
  const tenant = stated.kind === "none" ? stepsIn(graph).noted.get(graph.idOf(name)) : stated;
  return {
    ...(tenant?.kind === "tenant" && { tenant: tenant.tenant }),
    ...(source && { source }),
  };
}
