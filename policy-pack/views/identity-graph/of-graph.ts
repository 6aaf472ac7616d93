import { compareText } from "../../../core/compare-text";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelIn, labelOfThing } from "../../facts/label";
import { type Name, scopeKindOf } from "../../facts/name";
import type { ThingId } from "../../facts/things";
import { rolesOf } from "../../domain/iam/roles";
import { stepsIn } from "../../domain/paths/assume/steps";
import type { Urn } from "../../../core/snapshot/value";
import type { SourcePosition } from "../../../core/snapshot/resource";
import { harmsKnownOf } from "../../domain/workloads/harm";
import { tenantOf } from "../../domain/workloads/tenancy";
import { declarationsCarriedOut } from "./carried-out";
import { assumeLinks } from "./assume-links";
import type { IdentityEdge, IdentityGraph, IdentityNode } from "./identity-graph";
import { isIdentity, kindOf } from "./kinds";
import type { Link, LinkEnd } from "./link";
import { exemptOf } from "../../domain/secrets/apart";
import { contentsOf } from "../../domain/secrets/reach";
import { useIn } from "../../domain/secrets/sharing";
import { nameIn } from "../../facts/fact-values";

interface Found {
  readonly node: IdentityNode;
  readonly also: Set<Name>;
}

/**
 * The identity graph of a stack whose graph is complete.
 *
 * @param declared the resources of the stack: those that are identities are nodes, whether anything uses them or not
 */
export function identityGraphOf(graph: Graph, declared: readonly Urn[]): IdentityGraph {
  const nodes = new Map<ThingId | Name, Found>();
  const workloads = addWorkloads(graph, nodes);
  for (const { name } of rolesOf(graph)) keyOf(graph, nodes, { kind: "thing", name });
  for (const name of [...declared, ...graph.all("alias").map(({ also }) => also)]) {
    if (isIdentity(name)) keyOf(graph, nodes, { kind: "thing", name });
  }
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

/** A declaration beside what carries it out adds nothing: `owns` of what it runs as. */
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
    const harms = harmsKnownOf(graph, name);
    const node: IdentityNode = {
      name,
      label: labelIn(graph, main),
      kind: main.is === "tool" ? "tool" : "workload",
      what: main.what,
      ...beside(graph, name, graph.sourceOf(main.at.urn)),
      ...(harms.length > 0 && { harms }),
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

/** Which tools workloads may call, by their grants. */
function callLinks(graph: Graph): readonly Link[] {
  const grants = graph.all("grants");
  if (grants.length === 0) return [];
  const tools = toolsByName(graph);
  return grants.flatMap(({ caller, grant: { toolTenant, tool } }) => {
    if (toolTenant.kind === "unknown" || tool.kind === "unknown") return [];
    const name = tools.get(JSON.stringify([toolTenant.text, tool.text]));
    if (name === undefined) return [];
    const [from, to] = [caller, name].map((each) => ({ kind: "thing", name: each }) as const);
    return from === undefined || to === undefined
      ? []
      : [{ from, to, by: "may call", possible: false }];
  });
}

function toolsByName(graph: Graph): ReadonlyMap<string, Name> {
  const found = new Map<string, Name>();
  for (const { workload, name } of graph.all("workload")) {
    const tenant = tenantOf(graph, workload);
    if (name === undefined || tenant.kind !== "tenant") continue;
    found.set(JSON.stringify([tenant.tenant, name]), workload);
  }
  return found;
}

/** Which static credentials workloads use, what these contain, and whose they are. */
function secretLinks(graph: Graph): readonly Link[] {
  const links: Link[] = [];
  const secrets = new Map<ThingId, Name>();
  /** By each value in plain text the secrets that have it; its own name dies with the process. */
  const places = new Map<ThingId, Map<Name, LinkEnd>>();
  const addPlace = (value: Name, place: LinkEnd): void => {
    const id = graph.idOf(value);
    const known = places.get(id) ?? new Map<Name, LinkEnd>();
    places.set(id, known.set(graph.canonical(place.name), place));
  };
  for (const fact of [...graph.all("uses"), ...graph.all("literal")]) {
    const read = useIn(graph, fact);
    if (read.kind !== "held") continue;
    const { workload, about, isLiteral, onlyContents, part } = read.held;
    // What is no secret itself, as a ConfigMap, is one only where it contains one.
    if (onlyContents && contentsOf(graph, part, true).length < 2) continue;
    const source = graph.sourceOf(fact.at.urn);
    const secret = secretEnd(about, isLiteral ? source : undefined);
    links.push({
      from: { kind: "thing", name: workload },
      to: secret,
      by: "uses",
      possible: false,
    });
    if (isLiteral && fact.kind === "literal") addPlace(fact.value, secret);
    else secrets.set(graph.idOf(about), about);
  }
  for (const name of secrets.values()) {
    for (const { content, derived } of graph.facts("contains", "container", name)) {
      const inside = nameIn(content);
      if (inside === undefined || exemptOf(inside) !== undefined) continue;
      if (!canBeShown(graph.canonical(inside))) {
        if (!derived) addPlace(inside, secretEnd(name));
        continue;
      }
      links.push({
        ...{ from: secretEnd(name), to: secretEnd(inside) },
        ...{ by: "has the value of", possible: derived },
      });
      const id = graph.idOf(inside);
      // A map that grows while it is gone through is gone through to its end.
      if (!secrets.has(id)) secrets.set(id, inside);
    }
  }
  for (const fact of graph.all("static-credential")) {
    const name = fact.of === "user" ? nameIn(fact.user) : undefined;
    if (name === undefined) continue;
    links.push({
      from: secretEnd(fact.credential),
      to: { kind: "thing", name },
      by: "acts as",
      possible: false,
    });
  }
  return [...links, ...[...places.values()].flatMap(equalLinks)];
}

/** Secrets that have one value, each with the first: every pair of them would be as many as their square. */
function equalLinks(places: ReadonlyMap<Name, LinkEnd>): readonly Link[] {
  const isLiteral = (name: Name): number => Number(name.startsWith("literal-at|"));
  const [first, ...others] = [...places]
    .sort(([a], [b]) => isLiteral(a) - isLiteral(b) || compareText(a, b))
    .map(([, place]) => place);
  if (first === undefined) return [];
  return others.map((from) => ({ from, to: first, by: "has the same value as", possible: false }));
}

function secretEnd(name: Name, source?: SourcePosition): LinkEnd {
  return { kind: "thing", name, as: "secret", source };
}

/** Whether a name is of a thing, and not of a value. */
function canBeShown(name: Name): boolean {
  return /^(?:urn:pulumi:|arn:)/.test(name) || scopeKindOf(name) !== undefined;
}
