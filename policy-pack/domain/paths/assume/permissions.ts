import { notKnown } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { Ref } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import type { Context } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import type { Condition, ParsedDocument, Statement } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import { and, no, not, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { selectsAction } from "../../trust/admission";
import { callerTags } from "../access/caller-tags";
import { matchesRole, type RoleArn } from "../../iam/role-arn";
import type { Role } from "../../iam/roles";
import { isAboutTags } from "../../iam/session-tags";
import { isOwnTag, resourceTagsMeet } from "../../iam/tags";

/** The action by which a role assumes another. */
export const assumeAction = "sts:AssumeRole";
/** The action by which it passes tags to the session. */
export const tagAction = "sts:TagSession";
/** The action by which it changes the own tags of a role. */
const tagRoleAction = "iam:TagRole";
/** What permissions are read for. */
export type SessionAction = typeof assumeAction | typeof tagAction | typeof tagRoleAction;
const sessionActions: readonly SessionAction[] = [assumeAction, tagAction, tagRoleAction];

/** AWS managed policies that allow assuming any role. Source: their documents in the IAM console, 2026-11. */
const allowsAnyRole = new Set(["AdministratorAccess", "PowerUserAccess"]);

/** What an identity's policies contain about assuming roles and passing tags to the sessions. */
export interface Permissions {
  /** Equal for identities with equivalent policies. */
  readonly key: string;
  readonly own: Statements;
  /** What the boundary contains; undefined where there is none. */
  readonly boundary: Statements | undefined;
}

interface Statements {
  readonly allows: readonly Statement[];
  readonly denies: readonly Statement[];
  readonly allowsAll: boolean;
  /** What policies wait for that are not known; undefined where all are known. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/** What the policies of an identity, inline and attached, contain about assuming roles; computed once. */
export const permissionsOf = onceForEach(findPermissions);

function findPermissions(graph: Graph, identity: Name): Permissions {
  const attached = graph.facts("attaches", "identity", identity);
  const by = (as: "permissions" | "boundary"): readonly Policy[] =>
    attached.filter((fact) => fact.as === as).flatMap(({ policy }) => documentsOf(graph, policy));
  const own = graph.facts("allows", "identity", identity).map(({ policy }): Policy => policy);
  const boundaries = by("boundary");
  const statements = statementsIn([...own, ...by("permissions")]);
  const boundary = boundaries.length === 0 ? undefined : statementsIn(boundaries);
  return {
    key: JSON.stringify([statements, boundary ?? null, statements.dependsOn !== undefined]),
    own: statements,
    boundary,
  };
}

/** Whether policies contain anything that could allow assuming a role. */
export function mayAssumeAny({ own }: Permissions): boolean {
  return (
    own.allowsAll ||
    own.dependsOn !== undefined ||
    own.allows.some((statement) => selects(statement, assumeAction))
  );
}

/**
 * The fact by whose policy an identity may change its own tags, certain or not; undefined where it may not.
 *
 * A permission with a condition on tags is taken as one that leaves the tenant's tag alone.
 */
export function selfTagging(
  graph: Graph,
  { name, arn }: Role,
): { readonly fact: FactOf<"allows" | "attaches">; readonly may: Three } | undefined {
  const may = allows(byOwnTags(graph, name, permissionsOf(graph, name)), arn, tagRoleAction);
  if (may.kind === "no") return undefined;
  const facts = [
    ...graph.facts("allows", "identity", name),
    ...graph.facts("attaches", "identity", name).filter((fact) => fact.as === "permissions"),
  ];
  const fact = facts.find((each) => {
    const policies = each.kind === "allows" ? [each.policy] : documentsOf(graph, each.policy);
    return allowedBy(statementsIn(policies), arn, tagRoleAction).kind === may.kind;
  });
  return fact && { fact, may };
}

/** Whether the policies of an identity allow it an action on a role. */
export function allows(permissions: Permissions, role: RoleArn, action: SessionAction): Three {
  const { own, boundary } = permissions;
  return and([
    allowedBy(own, role, action),
    not(deniedBy(own, role, action)),
    boundary === undefined ? yes : allowedBy(boundary, role, action),
    boundary === undefined ? yes : not(deniedBy(boundary, role, action)),
  ]);
}

/** Whether a policy or boundary of an identity denies it an action on a role, even one that trusts it by name. */
function refuses({ own, boundary }: Permissions, role: RoleArn, action: SessionAction): Three {
  return or([
    deniedBy(own, role, action),
    boundary === undefined ? no : deniedBy(boundary, role, action),
  ]);
}

/**
 * Whether the boundary of an identity allows it an action on a role that trusts its own ARN, for which it needs no permission.
 *
 * Source: IAM user guide, "Policy evaluation for requests within a single account": an implicit deny in the boundary limits a
 * statement that names a role. It does not limit one that names the session, or everyone with `aws:PrincipalArn`.
 */
function boundaryAllows({ boundary }: Permissions, role: RoleArn, action: SessionAction): Three {
  return boundary === undefined ? yes : allowedBy(boundary, role, action);
}

/**
 * Whether a role that a trust policy names can assume another, by its own Deny statements and its boundary.
 *
 * @param as what the trust policy names: the role itself, or its session
 */
export function canUseTrust(
  graph: Graph,
  caller: Name,
  role: RoleArn,
  as: "role" | "session",
  action: SessionAction = assumeAction,
): Three {
  const permissions = permissionsOf(graph, caller);
  return and([
    not(refuses(permissions, role, action)),
    as === "role" ? boundaryAllows(permissions, role, action) : yes,
  ]);
}

/** Whether a permission restricts the caller to its own tenant: the target must carry the caller's own tag. */
export function isRestrictedToOwnTag({ own }: Permissions, role: RoleArn): boolean {
  const applying = own.allows.filter(
    (statement) => applies(statement, role, assumeAction).kind !== "no",
  );
  return (
    !own.allowsAll &&
    applying.length > 0 &&
    applying.every(({ conditions }) => conditions.some(isOwnTag))
  );
}

/** Permissions without what the caller's own tags do not meet, and without the conditions that they do. */
function byOwnTags(graph: Graph, identity: Name, { key, own, boundary }: Permissions): Permissions {
  const tags = callerTags(graph, identity);
  const context: Context = (name) => tags(name.slice(principalTag.length));
  const decided = (statements: readonly Statement[]): readonly Statement[] =>
    statements.flatMap((statement) => {
      const about = statement.conditions.filter(isOnOwnTags);
      const { result } = evaluateConditions(about, context);
      if (result.kind === "no") return [];
      if (result.kind === "unknown") return [statement];
      return [
        { ...statement, conditions: statement.conditions.filter((each) => !isOnOwnTags(each)) },
      ];
    });
  const of = (statements: Statements): Statements => ({
    ...statements,
    allows: decided(statements.allows),
    denies: decided(statements.denies),
  });
  return { key, own: of(own), boundary: boundary && of(boundary) };
}

const principalTag = "aws:principaltag/";

function isOnOwnTags(condition: Condition): boolean {
  return condition.kind === "test" && condition.key.toLowerCase().startsWith(principalTag);
}

type Policy = ParsedDocument | { readonly kind: "all" };

function documentsOf(graph: Graph, policy: Ref | undefined): readonly Policy[] {
  if (policy?.kind !== "named") {
    return [{ kind: "unknown", dependsOn: policy?.dependsOn ?? [] }];
  }
  const documents = graph.facts("allows", "identity", policy.name).map((fact) => fact.policy);
  if (documents.length > 0) return documents;
  const managed = /^arn:[\w-]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(policy.name)?.[1];
  if (managed === undefined) return [notKnown()];
  return allowsAnyRole.has(managed) ? [{ kind: "all" }] : [];
}

function statementsIn(policies: readonly Policy[]): Statements {
  const allows: Statement[] = [];
  const denies: Statement[] = [];
  let dependsOn: Urn[] | undefined;
  for (const policy of policies) {
    if (policy.kind === "unknown") dependsOn = [...(dependsOn ?? []), ...policy.dependsOn];
    if (policy.kind !== "document") continue;
    for (const statement of policy.document.statements) {
      if (statement.kind === "unknown") {
        dependsOn = [...(dependsOn ?? []), ...statement.dependsOn];
      } else if (sessionActions.some((action) => selects(statement, action))) {
        (statement.effect === "Deny" ? denies : allows).push(statement);
      }
    }
  }
  return { allows, denies, allowsAll: policies.some(({ kind }) => kind === "all"), dependsOn };
}

function selects(statement: Statement, action: SessionAction): boolean {
  return selectsAction(statement.actions, action).kind !== "no";
}

function allowedBy(statements: Statements, role: RoleArn, action: SessionAction): Three {
  if (statements.allowsAll) return yes;
  return or([
    ...statements.allows
      .filter((statement) => action === assumeAction || !statement.conditions.some(isAboutTags))
      .map((statement) => applies(statement, role, action)),
    statements.dependsOn === undefined
      ? no
      : unknown("a policy is not known yet", statements.dependsOn),
  ]);
}

function deniedBy(statements: Statements, role: RoleArn, action: SessionAction): Three {
  return or(
    statements.denies.map((statement) => {
      // A Deny of tags is read as one of every tag.
      const conditions =
        action === assumeAction
          ? statement.conditions
          : statement.conditions.filter((each) => !isAboutTags(each));
      return applies({ ...statement, conditions }, role, action);
    }),
  );
}

function applies(statement: Statement, role: RoleArn, action: SessionAction): Three {
  return and([
    selectsAction(statement.actions, action),
    selectsRole(statement, role),
    resourceTagsMeet(statement, role.tenantTag),
    statement.effect === "unknown" ? unknown(effectUnknown, statement.dependsOn) : yes,
  ]);
}

const effectUnknown = "the effect of a statement is not known yet";

function selectsRole({ resources }: Statement, role: RoleArn): Three {
  if (resources === undefined) return no;
  const selected = or(resources.values.map((part) => matchesRole(part, role)));
  return resources.negated ? not(selected) : selected;
}
