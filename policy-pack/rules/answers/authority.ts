import type { Policy } from "../../domain/iam/authority/authority";
import { pathsTo } from "../../domain/iam/authority/permission-holders";
import type { AttachedPolicy } from "../../domain/iam/authority/permitted";
import type { FactOf } from "../../facts/fact";
import type { At } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { readOf } from "../../domain/rbac/access-entries";
import { labelOfThing } from "../../facts/label";
import { labelOf, type Name } from "../../facts/name";
import { declared } from "../../domain/native/as-classic";
import type { Answer } from "../../findings/define-rule";

/**
 * How a workload comes to an identity and the identity to what it may do, and who else does.
 *
 * @param from what gives the authority: a policy, or a role of RBAC
 */
export function evidenceOf(
  graph: Graph,
  identity: Name,
  from: Name,
  at: At,
): Pick<Answer, "chain" | "related"> {
  const [first = [], ...others] = pathsTo(graph, identity);
  const isOwn = graph.same(from, identity);
  // Several controllers that are one workload come to it by accounts of their own.
  const isFirst = (workload: Name): boolean =>
    first[0] !== undefined && graph.same(first[0].from, workload);
  const allowed = { from: identity, to: from, by: "is allowed by", at };
  return {
    chain: [...first, ...(isOwn ? [] : [allowed])],
    related: others.flatMap(([step]) =>
      step === undefined || isFirst(step.from)
        ? []
        : [{ name: step.from, as: "has this authority too" }],
    ),
  };
}

/**
 * As {@link evidenceOf}, for what a binding gives: through the group or user that it names, where an identity is that to a
 * cluster.
 */
export function evidenceOfBinding(
  graph: Graph,
  fact: FactOf<"binds">,
): Pick<Answer, "chain" | "related"> {
  const { subjectName, role, at, accessEntry } = fact;
  const { chain = [], related = [] } = evidenceOf(graph, subjectName, role, at);
  const through = accessEntry?.through;
  if (through === undefined) return { chain, related };
  return {
    chain: [
      ...chain.slice(0, -1),
      { from: subjectName, to: through, by: "enters the cluster as", at: readOf(graph, fact).at },
      { from: through, to: role, by: "is allowed by", at },
    ],
    related,
  };
}

/** What all answers about a policy of an identity have in common. */
export function answerOnPolicy(
  { policy, identity, isIdentityKnown, at, uncertainty }: AttachedPolicy,
  graph: Graph,
): Omit<Answer, "message"> {
  const label = isIdentityKnown
    ? labelOfPolicy(graph, policy, identity, at)
    : (policy.managed ?? labelOfThing(graph, policy.name));
  return {
    data: { policy: label },
    about: policy.name,
    holder: identity,
    at,
    ...evidenceOf(graph, identity, policy.name, at),
    uncertainty,
  };
}

/** A policy by its readable name: an inline one by its property in the identity. */
export function labelOfPolicy(
  graph: Graph,
  policy: Pick<Policy, "name" | "managed">,
  identity: Name,
  at: At,
): string {
  if (policy.managed !== undefined) return policy.managed;
  const label = labelOfThing(graph, policy.name);
  return graph.same(policy.name, identity) ? `${label}: ${declared(at).property}` : label;
}

/** Where a binding gives rights, as the end of a phrase. */
export function whereOf({ where }: FactOf<"binds">): string {
  switch (where.kind) {
    case "cluster":
      return "in the whole cluster";
    case "namespace":
      return `in namespace \`${labelOf(where.namespace)}\``;
    case "unknown":
      return where.mayBeCluster === true
        ? "in the whole cluster or in namespaces of it"
        : "in a namespace";
  }
}
