import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";

/** What a workload authenticates as, in a graph that is complete. */
export interface WorkloadIdentities {
  /** ServiceAccounts and instance profiles it runs as. */
  readonly accounts: readonly Name[];
  /** IAM roles it assumes, directly or by an account. */
  readonly roles: readonly Name[];
  /** The unknown dependencies of an identity; undefined where all are known. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/** The accounts and roles that a workload has without further permission. */
export function identitiesOfWorkload(graph: Graph, workload: Name): WorkloadIdentities {
  const accounts = new Map<number, Name>();
  const roles = new Map<number, Name>();
  let dependsOn: readonly Urn[] | undefined;
  const add = (identity: Name): void => {
    const assumes = graph.facts("assumes", "identity", identity);
    const isAccount = assumes.length > 0 || isOfAccountKind(graph, identity);
    (isAccount ? accounts : roles).set(graph.idOf(identity), identity);
    for (const { role } of assumes) {
      if (role.kind === "unknown") dependsOn = [...(dependsOn ?? []), ...role.dependsOn];
      else roles.set(graph.idOf(role.name), role.name);
    }
  };
  for (const { identity } of graph.facts("owns", "workload", workload)) add(identity);
  for (const { identity } of graph.facts("runs-as", "workload", workload)) {
    if (identity.kind === "unknown") dependsOn = [...(dependsOn ?? []), ...identity.dependsOn];
    else add(identity.name);
  }
  return { accounts: [...accounts.values()], roles: [...roles.values()], dependsOn };
}

function isOfAccountKind(graph: Graph, identity: Name): boolean {
  return graph
    .namesOf(identity)
    .some((name) =>
      /^k8s\||^instance-profile\||^urn:.*:(?:ServiceAccount|InstanceProfile)::/.test(name),
    );
}
