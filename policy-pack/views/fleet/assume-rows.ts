import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { stepsIn } from "../../domain/paths/assume/steps";
import type { Place, Step } from "../../domain/paths/assume/step";
import { distinctRows, placedAt, shownLabel, tenantText, type RowContext } from "./row-context";
import type { FactRow } from "./schema";

/** A certain step from one thing to another. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly fromName: Name;
  readonly toName: Name;
  readonly step: Step;
}

/** Pairs of roles of one group of equal permissions; of more, none is a row. */
const mostPairs = 10_000;

/** Who can assume what in a stack, for certain. */
export function trustRows(context: RowContext): readonly FactRow<"trusts">[] {
  const { stack, names } = context;
  return distinctRows(
    edgesIn(context.graph).flatMap(({ fromName, toName, step }) => {
      const [principal, target] = [names.of(fromName), names.of(toName)];
      if (principal === undefined || target === undefined) return [];
      const { urn, source } = placedAt(context, step.fact.at.urn);
      const only = step.only === undefined ? [""] : [...step.only].sort();
      return only.map((only_tenant) => ({
        ...{ stack, principal, target, target_what: "identity", how: step.by, only_tenant },
        ...{ urn, source },
      }));
    }),
  );
}

/** The closure of what can be assumed in a stack, through identities that no tenant owns. */
export function reachRows(context: RowContext): readonly FactRow<"reaches">[] {
  const { stack, names } = context;
  const edges = edgesIn(context.graph);
  const outgoing = new Map<number, Edge[]>();
  const starts = new Map<number, Name>();
  for (const edge of edges) {
    const known = outgoing.get(edge.from);
    if (known === undefined) outgoing.set(edge.from, [edge]);
    else known.push(edge);
    starts.set(edge.from, edge.fromName);
  }
  const tenants = new Map<number, string>();
  const tenantAt = (id: number, name: Name): string => {
    const known = tenants.get(id) ?? tenantText(context, name);
    tenants.set(id, known);
    return known;
  };
  const rows: FactRow<"reaches">[] = [];
  for (const [start, name] of starts) {
    const principal = names.of(name);
    const principal_tenant = tenantAt(start, name);
    const isExternal = !names.isDeclared(name);
    // What has no tenant and is declared here is only a step to what follows, or another stack trusts it by its name.
    if (principal === undefined) continue;
    for (const { edge, hops } of reachedFrom(start, principal_tenant, outgoing, tenantAt)) {
      const identity = names.of(edge.toName);
      if (identity === undefined) continue;
      const { urn, source } = placedAt(context, edge.step.fact.at.urn);
      rows.push({
        ...{ stack, principal, principal_tenant, is_external: isExternal ? "yes" : "no", identity },
        label: shownLabel(context, edge.toName),
        identity_tenant: tenantAt(edge.to, edge.toName),
        ...{ hops, urn, source },
      });
    }
  }
  return distinctRows(rows);
}

interface Reached {
  readonly edge: Edge;
  readonly hops: number;
}

/** What a principal can assume, each by its shortest path. */
function reachedFrom(
  start: number,
  tenant: string,
  outgoing: ReadonlyMap<number, readonly Edge[]>,
  tenantAt: (id: number, name: Name) => string,
): readonly Reached[] {
  const found = new Map<number, Reached>();
  let level: readonly number[] = [start];
  for (let hops = 1; level.length > 0; hops += 1) {
    const next: number[] = [];
    for (const edge of level.flatMap((id) => outgoing.get(id) ?? [])) {
      const { only } = edge.step;
      const isHeldBack = only !== undefined && (tenant === "" || !only.has(tenant));
      if (isHeldBack || edge.to === start || found.has(edge.to)) continue;
      found.set(edge.to, { edge, hops });
      if (tenantAt(edge.to, edge.toName) === "") next.push(edge.to);
    }
    level = next;
  }
  return [...found.values()];
}

/** Certain steps between things; those through groups of equal permissions and through sessions with tags, pair by pair. */
function edgesIn(graph: Graph): readonly Edge[] {
  const edges: Edge[] = [];
  const into = new Map<string, Step[]>();
  const out = new Map<string, Step[]>();
  for (const step of stepsIn(graph).steps) {
    const { from, to } = step;
    if (step.uncertainty !== undefined) continue;
    if (from.kind !== "thing") push(out, keyOf(from), step);
    else if (to.kind !== "thing") push(into, keyOf(to), step);
    else edges.push(edgeOf(graph, from.name, to.name, step));
  }
  for (const [key, first] of into) {
    const second = endsFrom(key, out);
    if (first.length * second.length > mostPairs) continue;
    for (const { from } of first) {
      for (const { to, step } of second) {
        if (from.kind === "thing") edges.push(edgeOf(graph, from.name, to, step));
      }
    }
  }
  return edges.filter(({ from, to }) => from !== to);
}

type Between = Exclude<Place, { readonly kind: "thing" }>;

function keyOf(place: Between): string {
  return place.kind === "group" ? place.key : place.session.key;
}

/** The things to which steps lead from a place between them, each with the last step. */
function endsFrom(
  start: string,
  out: ReadonlyMap<string, readonly Step[]>,
): readonly { readonly to: Name; readonly step: Step }[] {
  const ends: { readonly to: Name; readonly step: Step }[] = [];
  const places = new Set([start]);
  for (const place of places) {
    for (const step of out.get(place) ?? []) {
      if (step.to.kind === "thing") ends.push({ to: step.to.name, step });
      else places.add(keyOf(step.to));
    }
  }
  return ends;
}

function edgeOf(graph: Graph, fromName: Name, toName: Name, step: Step): Edge {
  return { from: graph.idOf(fromName), to: graph.idOf(toName), fromName, toName, step };
}

function push(map: Map<string, Step[]>, key: string, step: Step): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [step]);
  else list.push(step);
}
