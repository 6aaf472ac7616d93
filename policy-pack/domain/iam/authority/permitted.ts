import { managedPolicyType } from "../../../../core/aws/iam";
import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import { nameIn, type At } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Authority, Policy } from "./authority";
import { authorityOf, policiesIn } from "./authority-of";
import { permissionHolderOf, type PermissionHolder } from "./permission-holder";

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

/** A policy with the identity that has it. */
export interface AttachedPolicy {
  readonly policy: Policy;
  /** The policy itself where it is not known whose it is. */
  readonly identity: Name;
  readonly holder: PermissionHolder["kind"];
  readonly isIdentityKnown: boolean;
  readonly authority: Authority;
  readonly at: At;
  /** Why it is not certain that a workload has it. */
  readonly uncertainty: Uncertainty | undefined;
}

/** The policies that a fact gives an identity, unless it is people's. */
export function attachedPolicies(
  graph: Graph,
  fact: FactOf<"allows" | "attaches">,
): readonly AttachedPolicy[] {
  const identity = permittedIn(fact, graph);
  const holder = identity === undefined ? undefined : permissionHolderOf(graph, identity);
  if (identity === undefined || holder === undefined || holder.kind === "people") return [];
  return policiesIn(graph, fact).map((policy) => ({
    policy,
    identity,
    holder: holder.kind,
    isIdentityKnown: true,
    authority: authorityOf(graph, identity),
    at: fact.at,
    uncertainty: holder.kind === "unknown" ? holder : undefined,
  }));
}

/** The policies that workloads have or may have: of a workload's identity, or of one that is not known. */
export function policiesOfWorkloads(
  graph: Graph,
  fact: FactOf<"allows" | "attaches">,
): readonly AttachedPolicy[] {
  const isOfIdentity = fact.kind === "attaches" && fact.as !== "boundary";
  const unknown = isOfIdentity && fact.identity.kind === "unknown" ? fact.identity : undefined;
  if (unknown === undefined) {
    return attachedPolicies(graph, fact).filter(({ holder }) => holder !== "starter");
  }
  return policiesIn(graph, fact).map((policy) => ({
    policy,
    identity: policy.name,
    holder: "unknown",
    isIdentityKnown: false,
    authority: { policies: [policy], limits: [] },
    at: fact.at,
    uncertainty: uncertain("whose policy it is is not known yet", unknown),
  }));
}

function isManaged(graph: Graph, name: Name): boolean {
  return (
    graph.facts("attaches", "policy", name).length > 0 ||
    graph
      .namesOf(name)
      .some((each) => each.startsWith("iam-policy|") || typeInUrn(each) === managedPolicyType)
  );
}
