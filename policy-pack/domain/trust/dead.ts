import { hasWildcard } from "../../../core/pattern";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { parseOperator, isRange, type Operator } from "../../../core/policy/condition/operator";
import type { PolicyDocument, Statement } from "../../../core/policy/statement";
import { yes, type Three } from "../../../core/three-valued";
import { requiresBy } from "./admission";
import { misformedForAws } from "./aws-values";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { contextFor, isEvaluated, isKeyOf, issuerOfKey } from "./context";
import { issuerOf, plainKey } from "../../../core/trust/issuers";
import { oncePerDocument } from "./once-per-document";
import { principalOf, type Lookups, type Principal } from "./principal";
import { misformed } from "./subject-forms";
import { isText, problemForArns, valueOf, type Test } from "./test-values";
import { isGuard, testedKey } from "./tested";
import { contradictionsIn } from "./contradiction";
import { milliseconds } from "../../../core/policy/condition/date";

/** The parts of a statement that are checked besides its principals. */
type Judged = Pick<Statement, "index" | "effect" | "conditions"> &
  Partial<Pick<Statement, "actions">>;

/** A condition, or one of its values, that no request meets, or one run alone. */
export interface Dead {
  readonly kind:
    | "operator"
    | "wildcard"
    | "value"
    | "contradiction"
    | "untestable"
    | "absent"
    | "present";
  /** The statement's place in the document, from 0. */
  readonly statement: number;
  /** As written. */
  readonly key: string;
  readonly operator: string;
  /** The principals of the statement, as far as a correction needs them. */
  readonly principal?: Principal;
  /** The value that is dead; undefined where the whole test is. */
  readonly value?: ClaimPattern;
  /** Whether the excluded ones may have no such action at all, since an action is unknown. */
  readonly isUnsure?: true;
  /** What is wrong, after the value or the key. */
  readonly because: string;
}

/**
 * Keys that a request by the token of an OIDC provider never has, since it is not signed and has no external id. Source: IAM
 * user guide, global condition keys (present in signed requests); STS API, AssumeRoleWithWebIdentity.
 */
const keysOfSignedRequests = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "sts:externalid",
];

/** The conditions of a trust policy, and the values of their lists, that are never met. */
export const deadConditions = oncePerDocument(deadOf);

function deadOf(document: PolicyDocument, lookups: Lookups): readonly Dead[] {
  return document.statements.flatMap((statement) => {
    if (statement.kind === "unknown") return [];
    return deadFor(principalsOf(statement, lookups), statement, document.variables);
  });
}

/** The conditions of a statement that these principals never meet. */
export function deadFor(
  principals: readonly Principal[],
  statement: Judged,
  variables: boolean,
): readonly Dead[] {
  const tests = statement.conditions.filter((each) => each.kind === "test");
  const inTests = tests.flatMap((test) => deadIn(test, statement, principals, variables));
  if (statement.effect !== "Allow") return inTests;
  const { actions } = statement;
  const requestedOf = (kind: Three["kind"]): readonly Dead[] => {
    const asking = principals.filter(
      (each) => (actions === undefined ? yes : requiresBy(each, actions)).kind === kind,
    );
    return tests.flatMap((test) => absentFor(test, statement, asking, variables));
  };
  return [
    ...inTests,
    ...tests.flatMap((test) => withoutPrefix(test, statement)),
    ...requestedOf("yes"),
    ...requestedOf("unknown").map((each) => ({ ...each, isUnsure: true as const })),
    ...contradictionsIn(statement, variables).map((each) => ({
      ...each,
      kind: "contradiction" as const,
    })),
  ];
}

/** The named principals of a statement; all but some are no particular one. */
function principalsOf({ principals }: Statement, lookups: Lookups): readonly Principal[] {
  if (principals === undefined || principals.negated) return [];
  return principals.values.map((part) => principalOf(part, lookups));
}

function deadIn(
  test: Test,
  statement: Judged,
  principals: readonly Principal[],
  variables: boolean,
): readonly Dead[] {
  const found = { statement: statement.index, key: test.key, operator: test.operator };
  const operator = parseOperator(test.operator);
  if (operator === undefined) {
    return [{ ...found, kind: "operator", because: "is not an IAM condition operator" }];
  }
  // A test of all other values lacks one; that matters where it is meant to exclude.
  const leavesOut = operator.negated && !isGuarded(test, statement, variables);
  if (operator.base === "Null" || leavesOut) return [];
  if (statement.effect === "Allow" && requiresThePast(test, operator)) {
    const because = "is in the past";
    return test.values.flatMap((part): readonly Dead[] => {
      const value = valueOf(operator, part, variables);
      return value === undefined ? [] : [{ ...found, kind: "value", value, because }];
    });
  }
  if (isRange(operator) && test.values.length > 0) return [];
  if (test.values.length === 0 && !operator.negated) {
    return [{ ...found, kind: "untestable", because: "has no value to match" }];
  }
  const principal = ofKey(test.key, principals);
  const about = { ...found, ...(principal === undefined ? {} : { principal }) };
  return test.values.flatMap((part): readonly Dead[] => {
    const value = valueOf(operator, part, variables);
    if (value === undefined) return [];
    if (value.literal && hasWildcard(value.text) && isText(operator)) {
      const because = `has wildcards that \`${test.operator}\` compares literally`;
      return [{ ...about, kind: "wildcard", value, because }];
    }
    const problem = operator.negated
      ? undefined
      : (problemOf(test.key, value, principals) ?? problemForArns(operator, test, value));
    if (problem === undefined) return [];
    // A Deny of one run is meant for that run.
    if (problem.kind === "once" && statement.effect !== "Allow") return [];
    return [{ ...about, kind: "value", value, because: problem.because }];
  });
}

function isGuarded({ key }: Test, { conditions, effect }: Judged, variables: boolean): boolean {
  return effect === "Deny" || testedKey(conditions, plainKey(key), variables).kind === "tested";
}

/**
 * What is wrong with a value, where its key is of one of the principals or of AWS; another's key is reported by its own rule.
 */
function problemOf(key: string, value: ClaimPattern, principals: readonly Principal[]) {
  const host = issuerOfKey(key);
  if (host === undefined) return misformedForAws(plainKey(key), value);
  // That STS does not read the claim is reported for the whole test.
  if (!isEvaluated(key)) return undefined;
  // An issuer that is not known yet may turn out to be another than the key's.
  const isMatched = principals.some((each) => isOfKey(key, each));
  const claim = key.slice(key.lastIndexOf(":") + 1).toLowerCase();
  return isMatched ? misformed(issuerOf(host), claim, value) : undefined;
}

function isOfKey(key: string, principal: Principal): boolean {
  return (
    principal.kind === "federated" &&
    principal.issuer.kind !== "unknown" &&
    isKeyOf(principal.issuer.host, key)
  );
}

/** The principal that a correction is for: the one whose key it is, else the only one. */
function ofKey(key: string, principals: readonly Principal[]): Principal | undefined {
  const [only, ...more] = principals;
  return principals.find((each) => isOfKey(key, each)) ?? (more.length === 0 ? only : undefined);
}

/** A test of what is no condition key, which no request meets. */
function withoutPrefix({ key, operator }: Test, { index }: Judged): readonly Dead[] {
  const parsed = parseOperator(operator);
  if (parsed === undefined || !isGuard(parsed) || key.includes(":")) return [];
  const because = "is not a condition key: it has no prefix";
  return [{ kind: "untestable", statement: index, key, operator, because }];
}

/** Tests of a key that requests of a principal never have; that of another issuer is reported by its own rule. */
function absentFor(
  test: Test,
  statement: Judged,
  principals: readonly Principal[],
  variables: boolean,
): readonly Dead[] {
  const found = { statement: statement.index, key: test.key, operator: test.operator };
  const operator = parseOperator(test.operator);
  if (operator === undefined) return [];
  if (!test.key.includes(":")) return [];
  for (const principal of principals) {
    if (isNotEvaluated(test, operator, principal)) {
      const { name } = issuerOf(issuerOfKey(test.key) ?? "");
      const because = `STS does not evaluate in tokens of ${name}`;
      return [{ ...found, kind: "absent", principal, because }];
    }
    if (isNeverThere(test, operator, principal)) {
      const because = `is never present in requests ${principalText(principal)}`;
      return [{ ...found, kind: "absent", because }];
    }
    const isThere =
      isNeverLeftOut(test, operator, principal) && isOnlyTest(test, statement, variables);
    if (isThere || isNeverMet(test, principal)) {
      const how = operator.base === "Null" ? "is always present" : "has another value";
      return [
        { ...found, kind: "present", because: `${how} in requests ${principalText(principal)}` },
      ];
    }
  }
  return [];
}

/** Whether a test is of a claim that a token of the principal has and STS does not look at. */
function isNotEvaluated({ key }: Test, operator: Operator, principal: Principal): boolean {
  return isGuard(operator) && isOfKey(key, principal) && !isEvaluated(key);
}

function isNeverThere(test: Test, operator: Operator, principal: Principal): boolean {
  if (principal.kind === "federated") {
    if (issuerOfKey(test.key) !== undefined || !isGuard(operator)) return false;
    const key = plainKey(test.key);
    return keysOfSignedRequests.includes(key) || key.startsWith("saml:");
  }
  const context = contextFor(principal);
  if (context(test.key.toLowerCase()).kind !== "absent") return false;
  return evaluateConditions([test], context).result.kind === "no";
}

/** Whether a test requires another value than the key always has for the principal, or that it is absent. */
function isNeverMet(test: Test, principal: Principal): boolean {
  const context = contextFor(principal);
  if (context(test.key.toLowerCase()).kind !== "present") return false;
  return evaluateConditions([test], context).result.kind === "no";
}

/** Whether no other test requires the key, which would be a contradiction. */
function isOnlyTest({ key }: Test, { conditions }: Judged, variables: boolean): boolean {
  return testedKey(conditions, plainKey(key), variables).kind !== "tested";
}

/** Whether a test requires that a key is absent that a token certainly has. */
function isNeverLeftOut(test: Test, { base }: Operator, principal: Principal): boolean {
  if (base !== "Null" || principal.kind !== "federated") return false;
  return evaluateConditions([test], contextFor(principal)).result.kind === "no";
}

const serviceForm = /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/;

/** The maker of a request. */
function principalText(principal: Principal): string {
  switch (principal.kind) {
    case "federated":
      return "with a token of an OIDC provider";
    case "saml":
      return "with a SAML assertion";
    case "service":
      // What has no service's form may be a text that a program keeps secret.
      return serviceForm.test(principal.service) ? `by \`${principal.service}\`` : "by a service";
    case "account":
    case "role":
    case "user":
    case "session":
      return "by a principal of an account";
    case "everyone":
    case "canonical":
    case "other":
    case "unknown":
      return "by the principal";
  }
}

/**
 * Keys with a moment of the request or of its session.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const times = ["aws:currenttime", "aws:epochtime", "aws:tokenissuetime"];

/** Before any request that this version judges: rules read no clock. */
const judgedFrom = Date.UTC(2026, 0, 1);

/** Whether a test requires a past moment, so that no request meets it any more. */
function requiresThePast({ key, values }: Test, operator: Operator): boolean {
  const { base, negated, set, ifExists } = operator;
  const plain = key.toLowerCase();
  if (base === "Null" || negated || set !== "none" || !times.includes(plain)) return false;
  // A session without such a token meets a test with `IfExists`.
  if (ifExists && plain === "aws:tokenissuetime") return false;
  const isUpTo = /^(?:Date|Numeric)(?:Equals|LessThan|LessThanEquals)$/.test(base.name);
  return (
    isUpTo &&
    values.length > 0 &&
    values.every((part) => part.kind === "text" && milliseconds(part.text) < judgedFrom)
  );
}
