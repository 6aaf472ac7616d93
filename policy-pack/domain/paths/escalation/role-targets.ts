import { roleType } from "../../../../core/aws/iam";
import type { Uncertainty } from "../../../../core/certainty";
import type { Graph } from "../../../facts/graph";
import { labelOfThing } from "../../../facts/label";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { matchesRole } from "../../iam/role-arn";
import { rolesOf, type Role } from "../../iam/roles";
import type { Part } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { no, unknown, yes, type Three } from "../../../../core/three-valued";
import { targetOf } from "./targets";

/** A role that a policy may name, as far as the stack has it. */
export type RoleTarget =
  | { readonly kind: "pattern"; readonly matchesOwn: Three }
  | { readonly kind: "own" }
  /** Another role; undefined where it is not of this stack. `possible`: where its account is not known. */
  | { readonly kind: "another"; readonly role: Role | undefined; readonly possible?: true }
  | { readonly kind: "other" }
  | ({ readonly kind: "unknown" } & Uncertainty);

/** ARNs of roles. */
export const anyRole = "arn:*:iam::*:role/*";

/** The role that a resource in a policy of an identity names. */
export function roleTarget(graph: Graph, identity: Name, part: Part): RoleTarget {
  const own = roleNamed(graph, [identity]);
  const target = targetOf(part, anyRole);
  switch (target.kind) {
    case "pattern":
      return {
        kind: "pattern",
        matchesOwn: own === undefined ? yes : coversRole(part, own, graph),
      };
    case "named": {
      if (target.names.some((name) => graph.same(name, identity))) return { kind: "own" };
      const isOwn = own === undefined ? no : coversRole(part, own, graph);
      if (isOwn.kind === "yes") return { kind: "own" };
      if (isOwn.kind === "unknown" && part.kind === "text") {
        return { kind: "unknown", reason: isOwn.reason, dependsOn: isOwn.dependsOn ?? [] };
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

/** Whether a resource in a policy matches a role, with the dependencies where the role's account, path or name is unknown. */
function coversRole(part: Part, role: Role, graph: Graph): Three {
  const matched = matchesRole(part, role.arn);
  if (matched.kind !== "unknown") return matched;
  if (isAnywhere(role)) return unknownWhere(role, graph);
  return unknown(matched.reason, matched.dependsOn ?? role.arn.urns);
}

/** Whether neither the name nor the account of a role is known. */
function isAnywhere({ arn }: Role): boolean {
  return arn.accounts.length === 0 && arn.name === undefined;
}

function unknownWhere({ name, arn }: Role, graph: Graph): Three {
  const what = `the name of \`${labelOfThing(graph, name)}\` is not known`;
  const reason = `${what}, nor its account, which \`allowedAccountIds\` of its provider would name`;
  return unknown(reason, [...(arn.dependsOn ?? []), ...arn.urns]);
}

/** Roles of the stack with an unknown name in an unknown account: a policy that names any role may mean one. */
export const rolesAnywhere = oncePerGraph((graph) =>
  rolesOf(graph).filter((role) => isAnywhere(role) && role.arn.dependsOn !== undefined),
);

/** That what a policy names may be one of such roles; undefined where it is none of them. */
export function possiblyOneOf(roles: readonly Role[], part: Part, graph: Graph): Three | undefined {
  const role = roles.find(({ arn }) => matchesRole(part, arn).kind !== "no");
  return role && unknownWhere(role, graph);
}

/**
 * A pattern of ARNs of IAM as far as it is about the account of an identity, where that is known.
 *
 * No identity changes IAM in another account, nor passes a role of it. Source: IAM user guide, granting permissions to pass a
 * role to a service.
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
  const possibly = names.flatMap((name) => graph.possiblySame(name));
  const possible = roleNamed(graph, possibly);
  return possible === undefined
    ? { kind: "another", role }
    : { kind: "another", role: possible, possible: true };
}

function isRoleName(name: Name): boolean {
  return typeInUrn(name) === roleType;
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
