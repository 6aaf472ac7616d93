import { nameIn, type FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { Doubt, Policy } from "./authority";
import { policiesIn } from "./authority-of";
import { bearerOf } from "./bearer";

/** What a fact gives an identity that is not known to be people's. */
export interface GivenPolicies {
  readonly identity: Name;
  readonly policies: readonly Policy[];
  /** Where it cannot be told whether a workload bears the identity. */
  readonly bearer?: Doubt;
}

/** The policies that a fact gives an identity; undefined for boundaries, people, and policies that only are there. */
export function policiesGiven(
  graph: Graph,
  fact: FactOf<"allows" | "attaches">,
): GivenPolicies | undefined {
  const identity = fact.kind === "allows" ? fact.identity : nameIn(fact.identity);
  if (identity === undefined) return undefined;
  if (fact.kind === "attaches" && fact.as === "boundary") return undefined;
  if (fact.kind === "allows" && isManaged(graph, identity)) return undefined;
  const bearer = bearerOf(graph, identity);
  if (bearer.kind === "people") return undefined;
  const policies = policiesIn(graph, fact);
  return bearer.kind === "unknown" ? { identity, policies, bearer } : { identity, policies };
}

/** Whether what a policy belongs to is a managed policy, which is judged where it is attached. */
function isManaged(graph: Graph, name: Name): boolean {
  return (
    graph.facts("attaches", "policy", name).length > 0 ||
    graph.namesOf(name).some((each) => /^iam-policy\||::aws:iam\/policy:Policy::/.test(each))
  );
}
