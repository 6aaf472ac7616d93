import type { FactOf } from "../../graph/fact";
import { unknownSubjectOf } from "../../identity/people";

/** Who a subject of a binding stands for. */
export type Bound =
  /** One ServiceAccount. */
  | "account"
  /** A group that every ServiceAccount is in, of the cluster or of a namespace. */
  | "accounts"
  /** `system:masters`, whom nothing holds back. */
  | "masters"
  /** Nobody knows: it may be any of these. */
  | "unknown"
  /** People, nodes, parts of the control plane, and callers nobody has authenticated. */
  | "others";

/** Tells accounts from people. Source: kubernetes.io, "Using RBAC Authorization", referring to subjects. */
export function boundBy(fact: FactOf<"binds">): Bound {
  const { kind, name } = fact.subject;
  if (kind === "ServiceAccount") return "account";
  if (unknownSubjectOf(fact) !== undefined) return "unknown";
  if (kind === "User") return "others";
  if (name === "system:masters") return "masters";
  const isAll =
    name === "system:authenticated" ||
    name === "system:serviceaccounts" ||
    name.startsWith("system:serviceaccounts:");
  return isAll ? "accounts" : "others";
}
