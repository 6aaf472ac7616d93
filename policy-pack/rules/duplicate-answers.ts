import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import type { Name } from "../../core/graph/name";

/** The fault that a workload holds a secret that another holds too: where that is another tenant's it says more. */
export function sharingFault(graph: Graph, secret: Name, holder: Name): string {
  return `what ${graph.canonical(holder)} holds with others: ${graph.canonical(secret)}`;
}

/** The fault that nobody knows which secret a workload holds, whatever is wrong with that. */
export function unknownSecretFault(graph: Graph, holder: Name): string {
  return `which secret ${graph.canonical(holder)} holds is not known`;
}

/** The fault that a workload runs as an account that it has no use for. */
export function accountFault(graph: Graph, account: Name, workload: Name): string {
  return `that ${graph.canonical(workload)} runs as ${graph.canonical(account)}`;
}

/** The fault that nobody knows which account a workload runs as. */
export function unknownAccountFault(graph: Graph, workload: Name): string {
  return `which account ${graph.canonical(workload)} runs as is not known`;
}

/** The fault that nobody knows which SPIFFE IDs a registration gives. */
export function unknownIdsFault(graph: Graph, registration: Name): string {
  return `which SPIFFE IDs ${graph.canonical(registration)} gives is not known`;
}

/** The fault of all that a role of RBAC gives whom it is bound to, where that is everything, or is not known. */
export function rightsFault(graph: Graph, { role, subjectName }: FactOf<"binds">): string {
  return `all that ${graph.canonical(role)} gives ${graph.canonical(subjectName)}`;
}
