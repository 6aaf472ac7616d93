import type { Policy } from "../../iam/authority/authority";
import { roleType } from "../../../../core/aws/iam";
import { tenantMark } from "../../../../core/marks";
import { isArnOfRoles } from "../../iam/callers";
import { matchesRole, type RoleArn } from "../../iam/role-arn";
import { hasWildcard, patternsOverlap } from "../../../../core/pattern";
import { parseOperator } from "../../../../core/policy/condition/operator";
import type {
  Condition,
  Part,
  PolicyDocument,
  Statement,
  UnknownStatement,
} from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { fromBoolean, no, not, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { isTagKey, objectTagKey } from "./tag-authorization";

/**
 * Condition keys whose values are known when a tenant's identity requests a resource: the caller's identity and the resource's
 * tags. Keys that the caller chooses are left out.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const decidedKeys: ReadonlySet<string> = new Set([
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principaltype",
  "aws:resourceaccount",
  "aws:securetransport",
  "aws:viaawsservice",
  "kms:resourcealiases",
  "s3:resourceaccount",
  // Whose an object is; its other tags may be anything.
  `${objectTagKey}${tenantMark}`,
]);

const principalArn = "aws:principalarn";
const userId = "aws:userid";

/**
 * A policy with only those conditions that can be decided for a caller of a tenant.
 *
 * Any caller can meet all other conditions of an Allow. A Deny with another condition may never be met, so it denies nothing
 * for certain and is left out.
 */
export function decided(policy: Policy, caller: RoleArn): Policy {
  if (policy.content.kind === "unknown") return policy;
  const document = decidedIn(policy.content.document, caller);
  return { ...policy, content: { kind: "document", document } };
}

/** The same of a document. */
export function decidedIn(document: PolicyDocument, caller: RoleArn): PolicyDocument {
  return ofCaller(withoutOthers(document), caller);
}

type Kept = Statement | UnknownStatement;

const pruned = new WeakMap<PolicyDocument, PolicyDocument>();

/** The document without conditions of keys that are not decided; the same for every caller. */
function withoutOthers(document: PolicyDocument): PolicyDocument {
  let known = pruned.get(document);
  if (known === undefined) {
    const statements = document.statements.flatMap((statement): readonly Kept[] => {
      if (statement.kind === "unknown") return [statement];
      const isDeny = statement.effect === "Deny";
      const conditions = statement.conditions.filter(
        (condition) => isDecided(condition) || (isDeny && isAboutId(condition)),
      );
      const isPart = conditions.length < statement.conditions.length;
      return isDeny && isPart ? [] : [{ ...statement, conditions }];
    });
    pruned.set(document, (known = { ...document, statements }));
  }
  return known;
}

function isDecided(condition: Condition): boolean {
  if (condition.kind === "unknown") return true;
  const key = condition.key.toLowerCase();
  return decidedKeys.has(key) || isTagKey(key) || key.startsWith("aws:principaltag/");
}

function ofCaller(document: PolicyDocument, caller: RoleArn): PolicyDocument {
  const isRequested = document.statements.some(
    (statement) => statement.kind === "statement" && statement.conditions.some(isAboutCaller),
  );
  if (!isRequested) return document;
  const statements = document.statements.flatMap((statement): readonly Kept[] => {
    const kept = statement.kind === "unknown" ? statement : statementOf(statement, caller);
    return kept === undefined ? [] : [kept];
  });
  return { ...document, statements };
}

/** The statement with its tests of the caller's ARN and id decided; undefined where it does not count for the caller. */
function statementOf(statement: Statement, caller: RoleArn): Statement | undefined {
  const conditions: Condition[] = [];
  for (const condition of statement.conditions) {
    const result = isAboutCaller(condition) ? callerMeets(condition, caller) : undefined;
    if (result === undefined) conditions.push(condition);
    else if (result.kind === "no") return undefined;
    else if (result.kind === "unknown") {
      const { reason, dependsOn = caller.urns } = result;
      conditions.push({ kind: "unknown", dependsOn, ...(isAboutId(condition) && { reason }) });
    }
  }
  return { ...statement, conditions };
}

type Test = Extract<Condition, { readonly kind: "test" }>;

function isAboutCaller(condition: Condition): condition is Test {
  return keyOf(condition) === principalArn || isAboutId(condition);
}

function isAboutId(condition: Condition): boolean {
  return keyOf(condition) === userId;
}

function keyOf(condition: Condition): string | undefined {
  return condition.kind === "test" ? condition.key.toLowerCase() : undefined;
}

function callerMeets(test: Test, caller: RoleArn): Three | undefined {
  const parsed = parseOperator(test.operator);
  if (parsed === undefined || parsed.base === "Null") return undefined;
  const isMet = isAboutId(test) ? isIdOf : isArnOf;
  const { name } = parsed.base;
  const result = or(
    test.values.map((part) => (isOfNoPrincipal(part, name) ? no : isMet(part, caller))),
  );
  return parsed.negated ? not(result) : result;
}

/** Whether a value is the ARN of a role; what depends on other roles alone is one of theirs. */
function isArnOf(part: Part, role: RoleArn): Three {
  const isOthers =
    part.kind === "unknown" &&
    role.urns.length > 0 &&
    isArnOfRoles(part) &&
    !part.dependsOn.some((urn) => role.urns.includes(urn));
  return isOthers ? no : matchesRole(part, role);
}

/**
 * Whether a value has a literal wildcard, which no ARN of a role and no id has.
 *
 * Source: IAM user guide, string condition operators: `StringEquals` is "exact matching, case sensitive".
 */
function isOfNoPrincipal(part: Part, operator: string): boolean {
  const isExact = operator === "StringEquals" || operator === "StringEqualsIgnoreCase";
  return isExact && part.kind === "text" && hasWildcard(part.text);
}

/**
 * Whether a pattern of ids is one of a role's sessions: `AROA…:session`, which AWS makes with the role.
 *
 * Sources: IAM user guide, "IAM identifiers" (unique ids) and "IAM policy elements: Variables and tags" (`aws:userid`).
 */
function isIdOf(part: Part, { urns }: RoleArn): Three {
  if (part.kind === "unknown") {
    const [only, ...more] = part.dependsOn;
    if (only === undefined || more.length > 0 || typeInUrn(only) !== roleType) {
      return unknown(idUnknown, part.dependsOn);
    }
    return fromBoolean(urns.includes(only));
  }
  if (/^\*+$/.test(part.text)) return yes;
  return patternsOverlap(part.text, "AROA*:*") ? unknown(idUnknown) : no;
}

const idUnknown = "the id of a role is known only when it is made";
