import { uncertain, type Uncertainty } from "../certainty";
import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { typeInUrn } from "../snapshot/resource";

/**
 * The identity that a fact gives permissions; undefined for a boundary, for a managed policy, which is judged where it is
 * attached, and for an identity that is not known.
 */
export function permittedIn(fact: FactOf<"allows" | "attaches">, graph: Graph): Name | undefined {
  if (fact.kind === "attaches") {
    return fact.as === "boundary" ? undefined : nameIn(fact.identity);
  }
  return isManaged(graph, fact.identity) ? undefined : fact.identity;
}

/** Why it is not known whose permissions a policy is; undefined where it is known, and for a boundary. */
export function unknownHolder(fact: FactOf<"allows" | "attaches">): Uncertainty | undefined {
  if (fact.kind === "allows" || fact.as === "boundary") return undefined;
  if (fact.identity.kind === "named") return undefined;
  return uncertain("whose policy it is is not known yet", fact.identity);
}

function isManaged(graph: Graph, name: Name): boolean {
  return (
    graph.facts("attaches", "policy", name).length > 0 ||
    graph
      .namesOf(name)
      .some((each) => each.startsWith("iam-policy|") || typeInUrn(each) === "aws:iam/policy:Policy")
  );
}
