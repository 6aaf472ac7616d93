import { parseArn } from "../../../core/arn";
import { hasWildcard } from "../../../core/pattern";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition, Statement } from "../../../core/policy/statement";
import { plainKey } from "../../../core/trust/issuers";
import { isText, problemForArns, valueOf, type Test } from "./test-values";
import { testedKey } from "./tested";

/** A test that can be met, but not together with the others of its statement. */
export interface Contradiction {
  /** The statement's place in the document, from 0. */
  readonly statement: number;
  /** As written. */
  readonly key: string;
  readonly operator: string;
  /** What is wrong, after the key. */
  readonly because: string;
}

/** Tests of which each can be met, and all together not. */
export function contradictionsIn(
  statement: Pick<Statement, "conditions" | "index">,
  variables: boolean,
): readonly Contradiction[] {
  const live = statement.conditions.flatMap((each) => withLiveValues(each, variables));
  const byKey = new Map<string, Test[]>();
  for (const test of live) {
    const plain = plainKey(test.key);
    const known = byKey.get(plain);
    if (known === undefined) byKey.set(plain, [test]);
    else known.push(test);
  }
  const found = [...byKey].flatMap(([plain, tests]): readonly Contradiction[] => {
    const because = contradiction(plain, tests, variables);
    const test = tests.at(-1);
    if (because === undefined || test === undefined) return [];
    const { key, operator } = test;
    return [{ statement: statement.index, key, operator, because }];
  });
  return [...found, ...sourcesThatDiffer(live, statement.index, variables)];
}

function withLiveValues(condition: Condition, variables: boolean): readonly Test[] {
  if (condition.kind === "unknown") return [];
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return [];
  const values = condition.values.filter((part) => {
    const value = valueOf(operator, part, variables);
    if (value === undefined) return true;
    const isAlive = !(value.literal && hasWildcard(value.text));
    return isAlive && problemForArns(operator, condition, value) === undefined;
  });
  return values.length === 0 ? [] : [{ ...condition, values }];
}

function contradiction(
  key: string,
  tests: readonly Test[],
  variables: boolean,
): string | undefined {
  const tested = testedKey(tests, key, variables);
  if (tested.kind === "none") return "has no value that all its tests accept";
  if (tested.kind !== "tested") return undefined;
  if (tests.some(requiresAbsence)) return "must be both present and absent";
  const excluded = tests.flatMap((test) => {
    const operator = parseOperator(test.operator);
    if (operator?.negated !== true || !isText(operator)) return [];
    return test.values.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  });
  const isExcluded = tested.tests.some(
    ({ patterns, dependsOn }) =>
      dependsOn === undefined &&
      patterns.length > 0 &&
      patterns.every(
        ({ text, literal }) => (literal || !hasWildcard(text)) && excluded.includes(text),
      ),
  );
  return isExcluded ? "has no value that is not excluded" : undefined;
}

function requiresAbsence(test: Test): boolean {
  const isNull = parseOperator(test.operator)?.base === "Null";
  return (
    isNull &&
    test.values.every((part) => part.kind === "text" && part.text.toLowerCase() === "true")
  );
}

/** AWS refuses a request whose source ARN is of another account than the required source account. */
function sourcesThatDiffer(
  tests: readonly Test[],
  statement: number,
  variables: boolean,
): readonly Contradiction[] {
  const arns = exactOf(tests, "aws:sourcearn", variables).map((text) => {
    const parsed = parseArn(text);
    return parsed.ok ? parsed.arn.account : "";
  });
  const accounts = exactOf(tests, "aws:sourceaccount", variables);
  if (arns.length === 0 || accounts.length === 0) return [];
  if (arns.some((each) => each === "" || hasWildcard(each) || accounts.includes(each))) return [];
  const test = tests.find((each) => plainKey(each.key) === "aws:sourcearn");
  if (test === undefined || accounts.some(hasWildcard)) return [];
  const because = "belongs to another account than `aws:SourceAccount`";
  const { key, operator } = test;
  return [{ statement, key, operator, because }];
}

/** The values that a key may have; none where a value is not known, or the key is not tested. */
function exactOf(tests: readonly Test[], key: string, variables: boolean): readonly string[] {
  const tested = testedKey(tests, key, variables);
  if (tested.kind !== "tested") return [];
  const isKnown = tested.tests.every(({ dependsOn }) => dependsOn === undefined);
  return isKnown ? tested.tests.flatMap(({ patterns }) => patterns.map(({ text }) => text)) : [];
}
