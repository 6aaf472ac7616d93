import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { onceForEach } from "../../facts/once-for-each";
import { whyPossiblySame } from "../../facts/possibly-same";
import { unknownSubjectOf } from "../workloads/people";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import { permissionHolderOf, type PermissionHolder } from "../iam/authority/permission-holder";

/** The accounts that a subject of a binding includes. */
export type Bound =
  /** One ServiceAccount, or a role of AWS that is a workload's. */
  | "account"
  /** A group that every ServiceAccount is in, of the cluster or of a namespace. */
  | "accounts"
  /** `system:masters`, which nothing limits. */
  | "masters"
  /** Unknown: it may be any of these. */
  | "unknown"
  /** People, nodes, parts of the control plane, and unauthenticated callers. */
  | "others";

/** Distinguishes accounts from people. Source: kubernetes.io, "Using RBAC Authorization", referring to subjects. */
export function boundBy(graph: Graph, fact: FactOf<"binds">): Bound {
  const { kind, name } = fact.subject;
  if (kind === "ServiceAccount") return "account";
  if (uncertaintyOfSubject(graph, fact) !== undefined) return "unknown";
  if (kind === "IAM role") {
    return permissionHolderIn(graph, fact.subjectName).kind === "workload" ? "account" : "others";
  }
  if (kind === "User") return "others";
  if (name === "system:masters") return "masters";
  const isAll =
    name === "system:authenticated" ||
    name === "system:serviceaccounts" ||
    name.startsWith("system:serviceaccounts:");
  return isAll ? "accounts" : "others";
}

/** Why it is uncertain that a binding gives its rights to an account; undefined where it is certain. */
export function uncertaintyOfSubject(graph: Graph, fact: FactOf<"binds">): Uncertainty | undefined {
  const { subject, subjectName, accessEntry } = fact;
  const dependsOn = unknownSubjectOf(fact);
  if (dependsOn !== undefined) return { reason: "its subjects are not known yet", dependsOn };
  if (subject.kind !== "IAM role") return undefined;
  const permissionHolder = permissionHolderIn(graph, subjectName);
  if (permissionHolder.kind === "people" || permissionHolder.kind === "starter") return undefined;
  return (
    accessEntry?.uncertainty ?? (permissionHolder.kind === "unknown" ? permissionHolder : undefined)
  );
}

/**
 * Whether a binding is of a role of AWS that enters the cluster from outside: nothing in the stack creates it or shows who
 * assumes it.
 *
 * It may be an administrator's or a workload's. People have to decide that, and no update of the stack settles it.
 */
export function isOfOtherScope(graph: Graph, { subject, subjectName }: FactOf<"binds">): boolean {
  if (subject.kind !== "IAM role") return false;
  if (subject.dependsOn !== undefined) return subject.dependsOn.every(isOfOtherStack);
  return permissionHolderIn(graph, subjectName) === outside;
}

/** Whether the unknown comes from another stack. */
function isOfOtherStack(urn: Urn): boolean {
  return typeInUrn(urn) === "pulumi:pulumi:StackReference";
}

/** Whether the stack creates a role or shows who assumes it. */
function isOfStack(graph: Graph, role: Name): boolean {
  return (
    graph.facts("trusts", "identity", role).length > 0 ||
    graph.facts("runs-as", "identity", role).length > 0 ||
    graph.facts("owns", "identity", role).length > 0 ||
    graph.facts("assumes", "role", role).length > 0
  );
}

const outside: PermissionHolder = {
  kind: "unknown",
  reason: "who can assume it is not in the stack",
  dependsOn: [],
};

/**
 * The holder of a role with an access entry.
 *
 * Administrators of clusters enter by roles as well, mostly of other stacks. For those, the entry alone does not decide.
 */
const permissionHolderIn = onceForEach((graph, role): PermissionHolder => {
  const permissionHolder = permissionHolderOf(graph, role);
  if (permissionHolder.kind !== "workload") return permissionHolder;
  if (isOfStack(graph, role)) return permissionHolder;
  const alike = graph
    .possiblySame(role)
    .filter((each) => isOfStack(graph, each) && permissionHolderOf(graph, each).kind !== "people");
  const [possible] = alike;
  if (possible === undefined) return outside;
  const dependsOn: readonly Urn[] = [];
  return { kind: "unknown", reason: whyPossiblySame(graph, role, possible), dependsOn };
});
