import type { Fact, FactBodies } from "../../facts/fact";
import { likeNoOther, type At } from "../../facts/fact-values";
import { k8sName } from "../../facts/name";
import { builtInRole } from "../../domain/rbac/built-in-roles";

const masters = "system:masters";

/**
 * Whether a user or group is that of nodes.
 *
 * Source: EKS user guide, "Grant IAM users access to Kubernetes with a ConfigMap": what a node's role is mapped to.
 */
export function isOfNodes(called: string): boolean {
  return /^system:(?:node:|nodes$|bootstrappers$|node-proxier$)/.test(called);
}

/**
 * That an identity of AWS is a user or in a group of a cluster.
 *
 * @param mayBeMasters whether such groups may be the API server's own; those of access entries are refused where they start
 *   with `system:` (EKS API, CreateAccessEntry)
 */
export function* addAccessEntry(
  at: At,
  body: Exclude<FactBodies["access-entry"], { readonly as: "policy" }>,
  mayBeMasters: boolean,
): Iterable<Fact> {
  const { entry, cluster, identity, as, called } = body;
  yield { kind: "access-entry", at, ...body };
  if (as !== "Group" || !mayBeMasters) return;
  if (called.kind === "known" && called.text !== masters) return;
  const isKnown = called.kind === "known";
  // Every cluster binds the one to the other. Source: kubernetes.io, "Using RBAC Authorization", user-facing roles.
  const role = isKnown
    ? k8sName(cluster.scope, "", "ClusterRole", "cluster-admin")
    : likeNoOther(at);
  const builtIn = isKnown ? builtInRole("cluster-admin") : undefined;
  if (builtIn !== undefined) yield { kind: "rbac-role", at, role, ...builtIn };
  yield {
    kind: "access-entry",
    at,
    entry,
    cluster,
    identity,
    as: "policy",
    role,
    roleName: isKnown ? masters : "",
    ...(called.kind === "unknown" && { roleDependsOn: called.dependsOn }),
    gives: "group",
    where: { kind: "cluster" },
  };
}
