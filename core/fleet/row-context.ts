import type { IdentityAuthority } from "../delta/authority";
import { keyOf } from "../delta/permission";
import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { labelOfThing } from "../graph/label";
import { kindOf } from "../identity-graph/kinds";
import type { SourcePosition } from "../snapshot/resource";
import type { Urn } from "../snapshot/value";
import { knownTenant, tenantOf } from "../tenancy";
import { stepsIn } from "../assume/steps";
import { FleetNames } from "./fleet-names";

/** What rows of facts are made from: the complete graph of a stack, and who may do what in it. */
export interface RowContext {
  readonly graph: Graph;
  /** The stack, as `project/stack`. */
  readonly stack: string;
  readonly names: FleetNames;
  /** The workloads of the stack, each by the fact that says most of it. */
  readonly workloads: readonly FactOf<"workload">[];
  /** The effective permissions of an identity. */
  readonly authorityOf: (name: Name) => IdentityAuthority | undefined;
}

/** Prepares the context of rows. */
export function rowContextOf(
  graph: Graph,
  stack: string,
  workloads: readonly FactOf<"workload">[],
  authorities: readonly IdentityAuthority[],
): RowContext {
  const byKey = new Map(authorities.map((each) => [each.key, each]));
  return {
    ...{ graph, stack, workloads },
    names: new FleetNames(graph, stack),
    authorityOf: (name) => byKey.get(keyOf(graph.masks.over(graph.canonical(name)))),
  };
}

/** Columns that say where something is declared. */
export interface Placed {
  readonly urn: string;
  readonly source: string;
}

/** Where a resource is declared. */
export function placedAt({ graph }: RowContext, urn: Urn): Placed {
  const source = graph.sourceOf(urn);
  return {
    urn: urn.startsWith("urn:pulumi:") ? urn : "",
    source: source ? sourceText(source) : "",
  };
}

/** Where a thing is declared; empty for what no resource of the stack declares. */
export function placeOfThing(context: RowContext, name: Name): Placed {
  return placedAt(context, context.graph.canonical(name));
}

/** A position as one text: `file:line:column`. */
export function sourceText({ file, line, column }: SourcePosition): string {
  return [file, line, ...(column === undefined ? [] : [column])].join(":");
}

/** How people name a thing, without what is marked as secret. Hostile wherever it is shown. */
export function shownLabel({ graph }: RowContext, name: Name): string {
  return graph.masks.over(labelOfThing(graph, name));
}

/** What a thing is, as people call it. */
export function whatOf({ graph }: RowContext, name: Name, fallback: "identity" | "secret"): string {
  return kindOf(graph, name, fallback).what;
}

/** The tenant of a thing; empty where it has none, or none that is known. */
export function tenantText({ graph }: RowContext, name: Name): string {
  const own = tenantOf(graph, name);
  const stated = own.kind === "none" ? stepsIn(graph).noted.get(graph.idOf(name)) : own;
  const tenant = stated?.kind === "tenant" ? knownTenant(stated.tenant) : undefined;
  return tenant === undefined || graph.masks.over(tenant) !== tenant ? "" : tenant;
}

/** Rows without those that say the same again, in the order of their columns. */
export function distinctRows<Row extends object>(rows: Iterable<Row>): readonly Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) found.set(JSON.stringify(Object.values(row)), row);
  return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
}
