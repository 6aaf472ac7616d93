import type { Uncertainty } from "../../../../core/certainty";
import type { Graph } from "../../../facts/graph";
import { and } from "../../../../core/three-valued";
import type { CallerTests } from "./caller-tests";
import {
  allowsAssuming,
  isRestrictedToOwnTag,
  mayAssumeAny,
  permissionsOf,
  type Permissions,
} from "./permissions";
import { isOfAccount } from "../../iam/role-arn";
import type { Role } from "../../iam/roles";
import { thing, type Step } from "./step";

/** A path into a role from roles with equal permissions. */
export interface GroupPath {
  readonly key: string;
  readonly uncertainty: Uncertainty | undefined;
  /** Whether the permission requires that the role carries the caller's own tag. */
  readonly ownTenantOnly: boolean;
  /** Whether a tag that the conditions test has an unknown value, so that it restricts none of them to a tenant. */
  readonly isOfUnknownTags: boolean;
}

/** Roles that have the same permissions, and of whose tags the same is known. */
interface Group {
  readonly permissions: Permissions;
  readonly isOfUnknownTags: boolean;
}

/**
 * Groups of roles whose policies are equal about assuming roles.
 *
 * Many roles that may assume many others would be as many pairs. With groups there are as many steps as roles.
 */
export class Groups {
  readonly #members: readonly { readonly role: Role; readonly permissions: Permissions }[];
  readonly #selections = new Map<string, ReadonlyMap<string, Group>>();
  readonly #steps: Step[] = [];

  constructor(graph: Graph, roles: readonly Role[]) {
    this.#members = roles
      .map((role) => ({ role, permissions: permissionsOf(graph, role.name) }))
      .filter(({ permissions }) => mayAssumeAny(permissions));
  }

  /**
   * The paths into a role from groups of an account, or of any, whose roles meet the conditions.
   */
  into(role: Role, account: string | undefined, tests: CallerTests): readonly GroupPath[] {
    const ways: GroupPath[] = [];
    for (const [key, { permissions, isOfUnknownTags }] of this.#select(account, tests)) {
      const allowed = allowsAssuming(permissions, role.arn);
      if (allowed.kind === "no") continue;
      const uncertainty =
        allowed.kind === "unknown"
          ? { reason: allowed.reason, dependsOn: permissions.own.dependsOn ?? [] }
          : undefined;
      const ownTenantOnly = isRestrictedToOwnTag(permissions, role.arn);
      ways.push({ key, uncertainty, ownTenantOnly, isOfUnknownTags });
    }
    return ways;
  }

  /** The steps from roles into the groups requested so far. */
  steps(): readonly Step[] {
    return this.#steps;
  }

  #select(account: string | undefined, tests: CallerTests): ReadonlyMap<string, Group> {
    const selection = JSON.stringify([account ?? "*", tests.key]);
    const known = this.#selections.get(selection);
    if (known !== undefined) return known;
    const groups = new Map<string, Group>();
    for (const { role, permissions } of this.#members) {
      const byTags = tests.trustsTags(role.name);
      const byArn = and([isOfAccount(account, role.arn), tests.trustsRole(role.arn)]);
      const selected = and([byArn, byTags]);
      const isOfUnknownTags = byTags.kind === "unknown";
      const [fact] = role.trusts;
      if (selected.kind === "no" || fact === undefined) continue;
      const key = `${selection}${isOfUnknownTags ? "?" : ""}${permissions.key}`;
      groups.set(key, { permissions, isOfUnknownTags });
      this.#steps.push({
        from: thing(role.name),
        to: { kind: "group", key },
        by: "assumes",
        fact,
        ...(selected.kind === "unknown" && {
          uncertainty: { reason: selected.reason, dependsOn: selected.dependsOn ?? [] },
        }),
      });
    }
    this.#selections.set(selection, groups);
    return groups;
  }
}
