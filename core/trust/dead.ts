import { parseArn } from "../arn";
import { hasWildcard } from "../pattern";
import { evaluateConditions } from "../policy/condition/evaluate";
import { parseOperator, type Operator } from "../policy/condition/operator";
import type { Condition, Part, PolicyDocument, Statement } from "../policy/statement";
import { misformedForAws } from "./aws-values";
import type { ClaimPattern } from "./breadth";
import { contextFor, isKeyOf, issuerOfKey } from "./context";
import { issuerOf, plainKey } from "./issuers";
import { principalOf, type Lookups, type Principal } from "./principal";
import { misformed } from "./subject-forms";
import { testedKey } from "./tested";

type Test = Extract<Condition, { kind: "test" }>;

/** What of a statement is looked at beside whom it names. */
type Judged = Pick<Statement, "index" | "effect" | "conditions">;

/** A condition, or one of its values, that no request meets, or one run alone. */
export interface Dead {
  readonly kind: "operator" | "wildcard" | "value" | "contradiction" | "absent";
  /** The statement's place in the document, from 0. */
  readonly statement: number;
  /** As written. */
  readonly key: string;
  readonly operator: string;
  /** Whom the statement admits, as far as one of them matters for a correction. */
  readonly principal?: Principal;
  /** The value that is dead; undefined where the whole test is. */
  readonly value?: ClaimPattern;
  /** What is wrong, after the value or the key. */
  readonly because: string;
}

/**
 * Keys that a request by the token of an OIDC provider never has, since nobody signs it and it has no external id.
 * Source: IAM user guide, global condition keys (present in signed requests); STS API, AssumeRoleWithWebIdentity.
 */
const keysOfSignedRequests = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "sts:externalid",
];

/** The conditions of a trust policy, and the values of their lists, that are never met. */
export function deadConditions(document: PolicyDocument, lookups: Lookups): readonly Dead[] {
  return document.statements.flatMap((statement) => {
    if (statement.kind === "unknown") return [];
    return deadFor(principalsOf(statement, lookups), statement, document.variables);
  });
}

/** The conditions of a statement that are never met where these principals ask. */
export function deadFor(
  principals: readonly Principal[],
  statement: Judged,
  variables: boolean,
): readonly Dead[] {
  const tests = statement.conditions.filter((each) => each.kind === "test");
  const inTests = tests.flatMap((test) => deadIn(test, statement, principals, variables));
  if (statement.effect !== "Allow") return inTests;
  return [
    ...inTests,
    ...tests.flatMap((test) => absentFor(test, statement, principals)),
    ...contradictionsIn(statement, variables),
  ];
}

/** Those a statement names; all but some stand for nobody in particular. */
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
    return [{ ...found, kind: "operator", because: "is no operator of IAM" }];
  }
  // A test that holds for all other values lacks one; that matters where it is there to leave somebody out.
  const leavesOut = operator.negated && !isGuarded(test, statement, variables);
  if (operator.base === "Null" || leavesOut) return [];
  const principal = ofKey(test.key, principals);
  const about = { ...found, ...(principal === undefined ? {} : { principal }) };
  return test.values.flatMap((part): readonly Dead[] => {
    const value = valueOf(operator, part, variables);
    if (value === undefined) return [];
    if (value.literal && hasWildcard(value.text) && isText(operator)) {
      const because = `takes its wildcards for themselves under \`${test.operator}\``;
      return [{ ...about, kind: "wildcard", value, because }];
    }
    const problem = operator.negated ? undefined : problemOf(test.key, value, principals);
    if (problem === undefined) return [];
    // A Deny of one run is meant for that run.
    if (problem.kind === "once" && statement.effect !== "Allow") return [];
    return [{ ...about, kind: "value", value, because: problem.because }];
  });
}

function isGuarded({ key }: Test, { conditions, effect }: Judged, variables: boolean): boolean {
  return effect === "Deny" || testedKey(conditions, plainKey(key), variables).kind === "tested";
}

function isText(operator: Operator): boolean {
  return operator.base !== "Null" && operator.base.name.startsWith("String");
}

function valueOf(operator: Operator, part: Part, variables: boolean): ClaimPattern | undefined {
  if (part.kind === "unknown" || (variables && part.text.includes("${"))) return undefined;
  const literal = operator.base !== "Null" && operator.base.name.startsWith("StringEquals");
  return { text: part.text, literal, secret: part.secret };
}

/** What is wrong with a value, where its key is of one of the principals or of AWS; another's key is told elsewhere. */
function problemOf(key: string, value: ClaimPattern, principals: readonly Principal[]) {
  const host = issuerOfKey(key);
  if (host === undefined) return misformedForAws(plainKey(key), value);
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

/** Tests of a key that requests of a principal never have; that of another issuer is told by its own rule. */
function absentFor(
  test: Test,
  statement: Judged,
  principals: readonly Principal[],
): readonly Dead[] {
  const found = { statement: statement.index, key: test.key, operator: test.operator };
  const operator = parseOperator(test.operator);
  if (operator === undefined) return [];
  for (const principal of principals) {
    if (!isNeverThere(test, operator, principal)) continue;
    const because = `is never there when ${nameOf(principal)} asks`;
    return [{ ...found, kind: "absent", because }];
  }
  return [];
}

function isNeverThere(test: Test, operator: Operator, principal: Principal): boolean {
  if (principal.kind === "federated") {
    const asks =
      operator.base !== "Null" && !operator.negated && !operator.ifExists && operator.set !== "all";
    if (issuerOfKey(test.key) !== undefined || !asks) return false;
    const key = plainKey(test.key);
    return keysOfSignedRequests.includes(key) || key.startsWith("saml:");
  }
  const context = contextFor(principal);
  if (context(test.key.toLowerCase()).kind !== "absent") return false;
  return evaluateConditions([test], context).result.kind === "no";
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case "federated":
      return "the token of a provider";
    case "saml":
      return "a SAML assertion";
    case "service":
      return `\`${principal.service}\``;
    case "account":
    case "role":
    case "user":
    case "session":
      return "a caller of an account";
    case "everyone":
    case "canonical":
    case "other":
    case "unknown":
      return "the principal";
  }
}

/** Tests of which each can be met, and all together not. */
function contradictionsIn(statement: Judged, variables: boolean): readonly Dead[] {
  const live = statement.conditions.flatMap((each) => withLiveValues(each, variables));
  const byKey = new Map<string, Test[]>();
  for (const test of live) {
    const plain = plainKey(test.key);
    const known = byKey.get(plain);
    if (known === undefined) byKey.set(plain, [test]);
    else known.push(test);
  }
  const found = [...byKey].flatMap(([plain, tests]): readonly Dead[] => {
    const because = contradiction(plain, tests, variables);
    const test = tests.at(-1);
    if (because === undefined || test === undefined) return [];
    const { key, operator } = test;
    return [{ kind: "contradiction", statement: statement.index, key, operator, because }];
  });
  return [...found, ...sourcesThatDiffer(live, statement.index, variables)];
}

function withLiveValues(condition: Condition, variables: boolean): readonly Test[] {
  if (condition.kind === "unknown") return [];
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return [];
  const values = condition.values.filter((part) => {
    const value = valueOf(operator, part, variables);
    return value === undefined || !(value.literal && hasWildcard(value.text));
  });
  return values.length === 0 ? [] : [{ ...condition, values }];
}

function contradiction(
  key: string,
  tests: readonly Test[],
  variables: boolean,
): string | undefined {
  const tested = testedKey(tests, key, variables);
  if (tested.kind === "nobody") return "has no value that all its tests take";
  if (tested.kind !== "tested") return undefined;
  if (tests.some(asksForAbsence)) return "has to be there and to be absent";
  const excluded = tests.flatMap((test) => {
    const operator = parseOperator(test.operator);
    if (operator?.negated !== true || !isText(operator)) return [];
    return test.values.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  });
  const isExcluded = tested.tests.some(
    ({ patterns, waitsFor }) =>
      waitsFor === undefined &&
      patterns.length > 0 &&
      patterns.every(
        ({ text, literal }) => (literal || !hasWildcard(text)) && excluded.includes(text),
      ),
  );
  return isExcluded ? "has no value that is not excluded" : undefined;
}

function asksForAbsence(test: Test): boolean {
  const isNull = parseOperator(test.operator)?.base === "Null";
  return (
    isNull &&
    test.values.every((part) => part.kind === "text" && part.text.toLowerCase() === "true")
  );
}

/** AWS refuses a request whose source ARN is of another account than the source account asked for. */
function sourcesThatDiffer(
  tests: readonly Test[],
  statement: number,
  variables: boolean,
): readonly Dead[] {
  const arns = exactOf(tests, "aws:sourcearn", variables).map((text) => {
    const parsed = parseArn(text);
    return parsed.ok ? parsed.arn.account : "";
  });
  const accounts = exactOf(tests, "aws:sourceaccount", variables);
  if (arns.length === 0 || accounts.length === 0) return [];
  if (arns.some((each) => each === "" || hasWildcard(each) || accounts.includes(each))) return [];
  const test = tests.find((each) => plainKey(each.key) === "aws:sourcearn");
  if (test === undefined || accounts.some(hasWildcard)) return [];
  const because = "is of another account than `aws:SourceAccount`";
  const { key, operator } = test;
  return [{ kind: "contradiction", statement, key, operator, because }];
}

/** The values that a key may have; none where a value is not known, or the key is not tested. */
function exactOf(tests: readonly Test[], key: string, variables: boolean): readonly string[] {
  const tested = testedKey(tests, key, variables);
  if (tested.kind !== "tested") return [];
  const isKnown = tested.tests.every(({ waitsFor }) => waitsFor === undefined);
  return isKnown ? tested.tests.flatMap(({ patterns }) => patterns.map(({ text }) => text)) : [];
}
