import type { Uncertainty } from "../../../../core/certainty";
import type { Graph } from "../../../facts/graph";
import { and, yes } from "../../../../core/three-valued";
import type { CallerTests } from "./caller-tests";
import {
  allows,
  assumeAction,
  isRestrictedToOwnTag,
  mayAssumeAny,
  permissionsOf,
  tagAction,
  type Permissions,
} from "./permissions";
import { isOfAccount } from "../../iam/role-arn";
import type { Role } from "../../iam/roles";
import type { Session } from "./session";
import { sessionsOf } from "./sessions";
import { thing, type Step } from "./step";

/** A path into a role from roles with equal permissions. */
export interface GroupPath {
  readonly key: string;
  readonly uncertainty: Uncertainty | undefined;
  /** Whether the permission requires that the role carries the caller's own tag. */
  readonly ownTenantOnly: boolean;
  /** Whether a tag that the conditions test has an unknown value, so that it restricts none of them to a tenant. */
  readonly isOfUnknownTags: boolean;
  /** The sessions that are the callers; undefined for roles without tags of a caller. */
  readonly session: Session | undefined;
}

/** Roles that have the same permissions, and of whose tags the same is known. */
interface Group extends Pick<GroupPath, "isOfUnknownTags" | "session"> {
  readonly permissions: Permissions;
}

/** A role, or its sessions with tags that a caller passed. */
interface Member {
  readonly role: Role;
  readonly permissions: Permissions;
  readonly session: Session | undefined;
}

/**
 * Groups of roles whose policies are equal about assuming roles.
 *
 * Many roles that may assume many others would be as many pairs. With groups there are as many steps as roles.
 */
export class Groups {
  readonly #members: readonly Member[];
  readonly #selections = new Map<string, ReadonlyMap<string, Group>>();
  readonly #steps: Step[] = [];

  constructor(graph: Graph, roles: readonly Role[]) {
    this.#members = roles.flatMap((role): readonly Member[] => {
      const permissions = permissionsOf(graph, role.name);
      if (!mayAssumeAny(permissions)) return [];
      const sessions = [undefined, ...sessionsOf(graph, role.name)];
      return sessions.map((session) => ({ role, permissions, session }));
    });
  }

  /**
   * The paths into a role from groups of an account, or of any, whose roles meet the conditions.
   *
   * @param passesTags whether they pass tags to their sessions
   */
  into(
    role: Role,
    account: string | undefined,
    tests: CallerTests,
    passesTags: boolean,
  ): readonly GroupPath[] {
    const ways: GroupPath[] = [];
    for (const [key, { permissions, ...of }] of this.#select(account, tests)) {
      const allowed = and([
        allows(permissions, role.arn, assumeAction),
        passesTags ? allows(permissions, role.arn, tagAction) : yes,
      ]);
      if (allowed.kind === "no") continue;
      const uncertainty =
        allowed.kind === "unknown"
          ? { reason: allowed.reason, dependsOn: permissions.own.dependsOn ?? [] }
          : undefined;
      const ownTenantOnly = isRestrictedToOwnTag(permissions, role.arn);
      ways.push({ key, uncertainty, ownTenantOnly, ...of });
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
    for (const { role, permissions, session } of this.#members) {
      const byTags =
        session === undefined ? tests.trustsTags(role.name) : tests.trustsSession(session);
      const byArn = and([isOfAccount(account, role.arn), tests.trustsRole(role.arn)]);
      const selected = and([byArn, byTags]);
      const isOfUnknownTags = byTags.kind === "unknown";
      const [fact] = role.trusts;
      if (selected.kind === "no" || fact === undefined) continue;
      const of = session === undefined ? "" : session.key;
      const key = `${selection}${isOfUnknownTags ? "?" : ""}${permissions.key}${of}`;
      groups.set(key, { permissions, isOfUnknownTags, session });
      this.#steps.push({
        from: session === undefined ? thing(role.name) : { kind: "session", session },
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
