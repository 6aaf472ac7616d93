import type { Graph } from "../../graph/graph";
import { oncePerGraph } from "../../graph/once-per-graph";
import type { Name } from "../../graph/name";
import type { ThingId } from "../../graph/things";
import { matchesRole } from "../../obtain/role-arn";
import { rolesOf, type Role } from "../../obtain/roles";
import type { Part } from "../../policy/statement";
import { typeInUrn } from "../../snapshot/resource";
import type { Doubt } from "../authority";
import { targetOf } from "./targets";

/** A role that a policy may name, as far as the stack knows it. */
export type RoleTarget =
  | { readonly kind: "pattern"; readonly takesInOwn: boolean }
  | { readonly kind: "own" }
  /** Another role; undefined where it is not of this stack. `perhaps`: where its account is not known. */
  | { readonly kind: "another"; readonly role: Role | undefined; readonly perhaps?: true }
  | { readonly kind: "other" }
  | ({ readonly kind: "unknown" } & Doubt);

/** ARNs of roles. */
export const anyRole = "arn:*:iam::*:role/*";

/** Which role a resource in a policy of an identity stands for. */
export function roleTarget(graph: Graph, identity: Name, part: Part): RoleTarget {
  const own = roleNamed(graph, [identity]);
  const target = targetOf(part, anyRole);
  switch (target.kind) {
    case "pattern":
      return {
        kind: "pattern",
        takesInOwn: own === undefined || matchesRole(part, own.arn).kind !== "no",
      };
    case "named": {
      if (target.names.some((name) => graph.same(name, identity))) return { kind: "own" };
      const isOwn = own === undefined ? undefined : matchesRole(part, own.arn);
      if (isOwn?.kind === "yes") return { kind: "own" };
      if (isOwn?.kind === "unknown" && part.kind === "text") {
        return { kind: "unknown", reason: isOwn.reason, waitsFor: own?.arn.urns ?? [] };
      }
      const named = roleNamed(graph, target.names);
      // At another path is no role of that name.
      if (named !== undefined && part.kind === "text" && matchesRole(part, named.arn).kind === "no")
        return { kind: "other" };
      const isRole = part.kind === "text" || target.names.every(isRoleName);
      return isRole ? another(graph, target.names) : { kind: "other" };
    }
    case "other":
    case "unknown":
      return target;
  }
}

/**
 * A pattern of ARNs of IAM as far as it is about the account of an identity, where that is known.
 *
 * Nobody changes what IAM holds in another account, nor passes a role of it. Source: IAM user guide, granting permissions to pass a role to a service.
 */
export function inAccountOf(graph: Graph, identity: Name, kind: string): string {
  const { accounts = [] } = roleNamed(graph, [identity])?.arn ?? {};
  const [account] = accounts;
  return accounts.length === 1 && account !== undefined
    ? kind.replace(":iam::*:", `:iam::${account}:`)
    : kind;
}

/** The ARN of a role of the stack, in whatever partition; undefined where a part of it is not known. */
export function arnOfRole(graph: Graph, role: Name): string | undefined {
  const { accounts = [], path, name } = roleNamed(graph, [role])?.arn ?? {};
  const [account] = accounts;
  const isKnown = accounts.length === 1 && path !== undefined && name !== undefined;
  return isKnown && account !== undefined ? `arn:*:iam::${account}:role${path}${name}` : undefined;
}

function another(graph: Graph, names: readonly Name[]): RoleTarget {
  const role = roleNamed(graph, names);
  if (role !== undefined) return { kind: "another", role };
  const maybe = names.flatMap((name) => graph.maybeSame(name));
  const perhaps = roleNamed(graph, maybe);
  return perhaps === undefined
    ? { kind: "another", role }
    : { kind: "another", role: perhaps, perhaps: true };
}

function isRoleName(name: Name): boolean {
  return typeInUrn(name) === "aws:iam/role:Role";
}

const rolesById = oncePerGraph(
  (graph): ReadonlyMap<ThingId, Role> =>
    new Map(rolesOf(graph).map((role) => [graph.idOf(role.name), role])),
);

function roleNamed(graph: Graph, names: readonly Name[]): Role | undefined {
  const roles = rolesById(graph);
  for (const name of names) {
    const found = roles.get(graph.idOf(name));
    if (found !== undefined) return found;
  }
  return undefined;
}
