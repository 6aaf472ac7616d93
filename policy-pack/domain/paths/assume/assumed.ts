import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Name } from "../../../facts/name";
import { tenantsIn } from "../../workloads/tenancy";
import type { Session } from "./session";
import { stepsIn, type Steps } from "./steps";
import { AssumeSearch, type Holder, type Assumed } from "./search";

/** Everything that crosses tenants in a graph. */
export interface Obtaining {
  readonly assumed: readonly Assumed[];
  /** Trust policies of which a part is not known, where there are tenants to cross. */
  readonly unknown: Steps["unknown"];
}

/** Who can assume an identity across tenants; computed once for a complete graph. */
export const assumedAcross = oncePerGraph(compute);

function compute(graph: Graph): Obtaining {
  if (tenantsIn(graph).size < 2) return { assumed: [], unknown: [] };
  return { assumed: search(graph).assumed(), unknown: stepsIn(graph).unknown };
}

/** The tenants whose principals assume an identity without a tenant, each with its path; for a complete graph. */
export function holdersOf(graph: Graph, identity: Name): ReadonlyMap<string, Holder> {
  return search(graph).holdersOf(identity, held(graph));
}

/** The tenants that start sessions of a role with tags that they pass, each with its path; for a complete graph. */
export function sessionHoldersOf(graph: Graph, session: Session): ReadonlyMap<string, Holder> {
  return search(graph).holdersAt(session.key, held(graph));
}

const held = oncePerGraph((graph) => search(graph).holders());

const search = oncePerGraph((graph) => {
  const { steps, noted } = stepsIn(graph);
  return new AssumeSearch(graph, steps, noted);
});
