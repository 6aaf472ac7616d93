import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Condition } from "../../../core/policy/statement";
import type { Admission } from "../../domain/trust/admission";

/** Kinds of faults that two rules can report; `policy-pack/run/precedence.ts` orders the rules. */
type FaultKind =
  | "all permissions of an identity"
  | "unknown policy"
  | "unknown trust"
  | "unknown principal of a statement"
  | "unknown condition"
  | "uncertain principal"
  | "condition that an absent key passes"
  | "unknown subject of a binding"
  | "identities that a binding allows"
  | "all rights of a role"
  | "escalation"
  | "shared secret"
  | "unknown secret"
  | "literal"
  | "account without use"
  | "unknown account"
  | "unknown SPIFFE IDs"
  | "call path"
  | "endpoint"
  | "grant that no broker has"
  | "access across tenants"
  | "dead condition"
  | "trust by names"
  | "source of a trust"
  | "condition key of an unknown issuer"
  | "acting for users by id";

/**
 * The key of a fault: two rules that report it share the key, and only the more specific one is shown.
 *
 * @param of the things that the fault is about, by any of their names, and what distinguishes several faults of them
 */
export function dedupKey(graph: Graph, kind: FaultKind, ...of: readonly (Name | number)[]): string {
  const things = of.map((each) => (typeof each === "number" ? each : graph.canonical(each)));
  return JSON.stringify([kind, ...things]);
}

/** The key of a binding whose subject is not known, whatever rights it gives. */
export function unknownSubjectKey(graph: Graph, { binding, subjectName }: FactOf<"binds">): string {
  return dedupKey(graph, "unknown subject of a binding", binding, subjectName);
}

/** The key of a binding by which an account assumes others. */
export function bindingKey(graph: Graph, { binding, subjectName }: FactOf<"binds">): string {
  return dedupKey(graph, "identities that a binding allows", subjectName, binding);
}

/** The key of all that a role of RBAC gives its subject, where that is everything or not known. */
export function rightsKey(graph: Graph, { role, subjectName }: FactOf<"binds">): string {
  return dedupKey(graph, "all rights of a role", role, subjectName);
}

/** The key of conditions of a statement, or values of them, that are not known. */
export function unknownConditionKey(
  graph: Graph,
  role: Name,
  statement: number,
  conditions: readonly Condition[],
): string {
  return conditions.some(({ kind }) => kind === "unknown")
    ? dedupKey(graph, "unknown trust", role)
    : dedupKey(graph, "unknown condition", role, statement);
}

/**
 * The key of a principal of which it is not certain whether a statement trusts it.
 *
 * @param aspect what a rule reports of it that others do not
 */
export function uncertainPrincipalKey(
  graph: Graph,
  { identity }: FactOf<"trusts">,
  { statement, principal }: Admission,
  aspect = "",
): string {
  return dedupKey(graph, "uncertain principal", identity, statement, principal.kind, aspect);
}
