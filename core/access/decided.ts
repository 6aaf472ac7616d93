import type { Policy } from "../authority/authority";
import { matchesRole, type RoleArn } from "../obtain/role-arn";
import { parseOperator } from "../policy/condition/operator";
import type { Condition, PolicyDocument, Statement, UnknownStatement } from "../policy/statement";
import { not, or, type Three } from "../three-valued";

/**
 * Condition keys of which it can be told what they hold when a tenant's identity asks for a resource: who it is and what
 * the resource is tagged, not what it may choose itself.
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
]);

const principalArn = "aws:principalarn";

/**
 * A policy with those conditions alone that can be decided of a caller of a tenant.
 *
 * All others of an Allow can be met by whoever wants to. A Deny with another one may never be met, so that it refuses
 * nobody for certain and is left out.
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
      const conditions = statement.conditions.filter(isDecided);
      const isPart = conditions.length < statement.conditions.length;
      return statement.effect === "Deny" && isPart ? [] : [{ ...statement, conditions }];
    });
    pruned.set(document, (known = { ...document, statements }));
  }
  return known;
}

function isDecided(condition: Condition): boolean {
  if (condition.kind === "unknown") return true;
  const key = condition.key.toLowerCase();
  return (
    decidedKeys.has(key) || key.includes(":resourcetag/") || key.startsWith("aws:principaltag/")
  );
}

function ofCaller(document: PolicyDocument, caller: RoleArn): PolicyDocument {
  const isAsked = document.statements.some(
    (statement) => statement.kind === "statement" && statement.conditions.some(isAboutArn),
  );
  if (!isAsked) return document;
  const statements = document.statements.flatMap((statement): readonly Kept[] => {
    const kept = statement.kind === "unknown" ? statement : statementOf(statement, caller);
    return kept === undefined ? [] : [kept];
  });
  return { ...document, statements };
}

/** The statement with what it asks of the caller's ARN answered; undefined where it does not count for the caller. */
function statementOf(statement: Statement, caller: RoleArn): Statement | undefined {
  const conditions: Condition[] = [];
  for (const condition of statement.conditions) {
    const result = isAboutArn(condition) ? arnHolds(condition, caller) : undefined;
    if (result === undefined) conditions.push(condition);
    else if (result.kind === "no") return undefined;
    else if (result.kind === "unknown") conditions.push({ kind: "unknown", waitsFor: caller.urns });
  }
  return { ...statement, conditions };
}

type Test = Extract<Condition, { readonly kind: "test" }>;

function isAboutArn(condition: Condition): condition is Test {
  return condition.kind === "test" && condition.key.toLowerCase() === principalArn;
}

function arnHolds({ operator, values }: Test, caller: RoleArn): Three | undefined {
  const parsed = parseOperator(operator);
  if (parsed === undefined || parsed.base === "Null") return undefined;
  const result = or(values.map((part) => matchesRole(part, caller)));
  return parsed.negated ? not(result) : result;
}
