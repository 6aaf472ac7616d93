import { matches } from "../../../core/pattern";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { settledOfRequests, type Sender } from "../../../core/policy/condition/settled";
import { parseOperator } from "../../../core/policy/condition/operator";
import type {
  Condition,
  Part,
  PolicyDocument,
  Principals,
  Selection,
  Statement,
  UnknownStatement,
} from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { no, or, unknown, yes, type Three } from "../../../core/three-valued";
import { contextFor, contextOfRole } from "./context";
import { uncertaintyOf, leftByDeny } from "./deny";
import { oncePerDocument } from "./once-per-document";
import { hasScheme, principalCovers, principalOf, type Lookups, type Principal } from "./principal";

/** One path into a role: a principal and the conditions under which it may assume the role. */
export interface Admission {
  /** The statement's place in the document, from 0, and its Sid. */
  readonly statement: number;
  readonly sid?: string;
  readonly principal: Principal;
  /** Whether the statement trusts any principal at all: never `no`, and unknown while a part of it is unknown. */
  readonly holds: Exclude<Three, { kind: "no" }>;
  /** Those of the statement, and what Deny statements leave of them. All must be met. */
  readonly conditions: readonly Condition[];
  /** Whether `${…}` in the conditions is a variable. */
  readonly variables: boolean;
  /** What the parts wait for that are not known yet. */
  readonly dependsOn: readonly Urn[];
}

const certainly: Admission["holds"] = { kind: "yes" };

/** STS actions by which a principal of each kind assumes a role. Source: IAM user guide, AWS STS condition keys. */
const assumeActions = {
  aws: ["sts:AssumeRole"],
  web: ["sts:AssumeRoleWithWebIdentity"],
  saml: ["sts:AssumeRoleWithSAML"],
  any: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"],
} as const;

/** Who may assume the role of a trust policy; statements add up, and Deny statements subtract. */
export const admissions = oncePerDocument((document, lookups) =>
  admissionsTo(document, lookups, actionsFor),
);

/**
 * Who may pass session tags to the role of a trust policy.
 *
 * Source: IAM user guide, Pass session tags in AWS STS: without `sts:TagSession` in the trust policy, the request fails.
 */
export const taggers = oncePerDocument((document, lookups) =>
  admissionsTo(document, lookups, () => ["sts:TagSession"]),
);

function admissionsTo(
  document: PolicyDocument,
  lookups: Lookups,
  actionsOf: (principal: Principal) => readonly string[],
): readonly Admission[] {
  const statements = document.statements.filter((each) => each.kind === "statement");
  const denies = statements.filter((each) => each.effect === "Deny");
  const { variables } = document;
  return document.statements.flatMap((statement) => {
    if (statement.kind === "unknown") return [unknownAdmission(statement, variables)];
    if (statement.effect === "Deny") return [];
    const principals = principalsOf(statement.principals, lookups);
    return principals.flatMap((principal) => {
      const found = admissionOf({ statement, principal, denies, variables, lookups, actionsOf });
      return found === undefined ? [] : [found];
    });
  });
}

/** STS actions by which a principal assumes a role. */
function actionsFor(principal: Principal): readonly string[] {
  switch (principal.kind) {
    case "federated":
      return assumeActions.web;
    case "saml":
      return assumeActions.saml;
    case "everyone":
    case "unknown":
      return assumeActions.any;
    case "account":
    case "role":
    case "user":
    case "session":
    case "service":
    case "canonical":
    case "other":
      return assumeActions.aws;
  }
}

/** Whether a statement allows a principal any of its actions. */
export function requiresBy(principal: Principal, actions: Selection): Three {
  return or(actionsFor(principal).map((action) => selectsAction(actions, action)));
}

const actionUnknown = "an action of the statement is not known yet";

/** Whether `Action` or `NotAction` selects an action; IAM compares actions without regard to case. */
export function selectsAction(selection: Selection, action: string): Three {
  const wanted = action.toLowerCase();
  const selected = or(
    selection.values.map((part): Three => {
      if (part.kind === "unknown") return unknown(actionUnknown, part.dependsOn);
      return matches(part.text.toLowerCase(), wanted) ? yes : no;
    }),
  );
  if (!selection.negated || selected.kind === "unknown") return selected;
  return selected.kind === "yes" ? no : yes;
}

/** All that is looked at for one statement and principal. */
interface Case {
  readonly statement: Statement;
  readonly principal: Principal;
  readonly denies: readonly Statement[];
  readonly variables: boolean;
  readonly lookups: Lookups;
  readonly actionsOf: (principal: Principal) => readonly string[];
}

function admissionOf(given: Case): Admission | undefined {
  const { statement, principal, variables } = given;
  if (hasScheme(principal)) return undefined;
  const actions = given
    .actionsOf(principal)
    .filter((action) => selectsAction(statement.actions, action).kind !== "no");
  if (actions.length === 0) return undefined;
  const settled = settledOfRequests(statement.conditions, senderOf(principal));
  if (settled === undefined) return undefined;
  let conditions = settled;
  const uncertainties: Three[] = actions.map((action) => selectsAction(statement.actions, action));
  // Any one action is enough to assume the role.
  const selected = or(uncertainties);
  let certain: Admission["holds"] = selected.kind === "unknown" ? selected : certainly;
  const waiting: Urn[] = [];
  for (const written of given.denies) {
    const deny = settledDeny(written, principal);
    if (deny === undefined) continue;
    const applies = appliesTo(deny, principal, actions, given.lookups);
    if (applies === "to some") certain = uncertaintyOf(deny);
    if (applies === "to none") conditions = [...conditions, ...exemptedBy(deny, given, actions)];
    if (applies !== "to all") continue;
    const left = leftByDeny(deny, principal, variables);
    if (left.kind === "nothing") return undefined;
    if (left.kind === "unclear") {
      certain = left.uncertainty;
      waiting.push(...deny.conditions.flatMap(dependsOnCondition));
    } else if (left.conditions.length > 0) conditions = [...conditions, ...left.conditions];
  }
  const context = contextFor(principal);
  const trustsNoPrincipal = (tested: readonly Condition[]): boolean =>
    evaluateConditions(tested, context, variables).result.kind === "no";
  if (trustsNoPrincipal(conditions)) return undefined;
  const open = conditions.flatMap(unknownOfNull);
  const either = open.length === 0 ? [] : ["true", "false"];
  if (either.some((text) => trustsNoPrincipal(conditions.map((each) => withNull(each, text))))) {
    certain = uncertainty("a value of `Null` is not known yet");
  }
  if (statement.effect === "unknown")
    certain = uncertainty("the statement's effect is not known yet");
  return {
    statement: statement.index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    principal,
    holds: certain,
    conditions,
    variables,
    dependsOn: [...dependsOnOf(given), ...waiting, ...open.flatMap(({ dependsOn }) => dependsOn)],
  };
}

/** A Deny without the conditions that each request of a principal meets; undefined where none meets them. */
function settledDeny(deny: Statement, principal: Principal): Statement | undefined {
  // A Deny of roles spares services and tokens, which any principal may be.
  const sender = principal.kind === "everyone" ? "any" : senderOf(principal);
  const conditions = settledOfRequests(deny.conditions, sender);
  return conditions && { ...deny, conditions };
}

/** Any principal may be a role, whose request has the most keys: an Allow counts for it. */
function senderOf({ kind }: Principal): Sender {
  switch (kind) {
    case "everyone":
    case "account":
    case "role":
    case "user":
    case "session":
      return "principal";
    case "service":
    case "federated":
    case "saml":
    case "canonical":
    case "other":
    case "unknown":
      return "any";
  }
}

type UnknownPart = Extract<Part, { kind: "unknown" }>;

/** The values of a test of whether a key is absent that are not known yet. */
function unknownOfNull(condition: Condition): readonly UnknownPart[] {
  if (condition.kind === "unknown") return [];
  if (parseOperator(condition.operator)?.base !== "Null") return [];
  return condition.values.filter((part) => part.kind === "unknown");
}

/** A condition with what a test of an absent key may turn out to require. */
function withNull(condition: Condition, text: string): Condition {
  if (condition.kind === "unknown" || unknownOfNull(condition).length === 0) return condition;
  const known: Part = { kind: "text", text, secret: false };
  return {
    ...condition,
    values: condition.values.map((part) => (part.kind === "unknown" ? known : part)),
  };
}

function uncertainty(reason: string): Admission["holds"] {
  return { kind: "unknown", reason };
}

function unknownAdmission(statement: UnknownStatement, variables: boolean): Admission {
  return {
    statement: statement.index,
    principal: { kind: "unknown", type: "any", dependsOn: statement.dependsOn },
    holds: uncertainty("the statement is not known yet"),
    conditions: [],
    variables,
    dependsOn: statement.dependsOn,
  };
}

/** Whether a Deny excludes a principal, or some of those it includes, from every action by which it could assume the role. */
function appliesTo(
  deny: Statement,
  principal: Principal,
  actions: readonly string[],
  lookups: Lookups,
): "to all" | "to some" | "to none" {
  const { principals } = deny;
  const refused = actions.every((action) => selectsAction(deny.actions, action).kind === "yes");
  if (principals === undefined || !refused) return "to none";
  const named = principals.values.map((part) => principalOf(part, lookups));
  const covered = named.some((each) => principalCovers(each, principal));
  if (!principals.negated) return covered ? "to all" : "to none";
  if (covered) return "to none";
  // Of everyone, or of an account, those who are named are left.
  return principal.kind === "everyone" || principal.kind === "account" ? "to some" : "to all";
}

/**
 * What a Deny of some roles leaves of an account, or of everyone: all callers but those of these roles that certainly meet its
 * conditions.
 */
function exemptedBy(
  deny: Statement,
  { principal, lookups, variables }: Case,
  actions: readonly string[],
): readonly Condition[] {
  const { principals, conditions } = deny;
  if (principal.kind !== "account" && principal.kind !== "everyone") return [];
  if (principals === undefined || principals.negated) return [];
  const refused = actions.every((action) => selectsAction(deny.actions, action).kind === "yes");
  if (!refused) return [];
  const values = principals.values.flatMap((part): readonly Part[] => {
    const named = principalOf(part, lookups);
    if (named.kind !== "role") return [];
    const applies = evaluateConditions(conditions, contextOfRole(named), variables).result;
    return applies.kind === "yes" ? [{ kind: "text", text: named.arn, secret: false }] : [];
  });
  if (values.length === 0) return [];
  return [{ kind: "test", operator: "ArnNotEquals", key: "aws:PrincipalArn", values }];
}

function principalsOf(principals: Principals | undefined, lookups: Lookups): readonly Principal[] {
  if (principals === undefined) return [];
  // Whoever is left out can act as another, so all but some is everyone.
  if (principals.negated) return [{ kind: "everyone" }];
  const found = principals.values.map((part) => principalOf(part, lookups));
  const others = found.filter((principal) => principal.kind !== "everyone");
  return others.length < found.length ? [{ kind: "everyone" }, ...others] : others;
}

function dependsOnCondition(condition: Condition): readonly Urn[] {
  if (condition.kind === "unknown") return condition.dependsOn;
  return condition.values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
}

function dependsOnOf(given: Case): readonly Urn[] {
  const { statement, principal } = given;
  return [
    ...(principal.kind === "unknown" ? principal.dependsOn : []),
    ...(statement.dependsOn ?? []),
    ...statement.actions.values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : [])),
  ];
}
