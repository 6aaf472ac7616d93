import { parseArn } from "../../../../core/arn";
import type { Graph } from "../../../facts/graph";
import { hasWildcard } from "../../../../core/pattern";
import {
  contextOf,
  type Context,
  type ContextValue,
} from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import { parseOperator, type OperatorBase } from "../../../../core/policy/condition/operator";
import type { Condition, Part } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import {
  and,
  fromBoolean,
  not,
  or,
  unknown,
  yes,
  no,
  type Three,
} from "../../../../core/three-valued";
import { isArnOfRoles, rolesIn } from "../../iam/callers";
import { accountUnknown, matchesRole, matchesWhole, type RoleArn } from "../../iam/role-arn";
import { roleArnOf } from "../../iam/roles";
import { isGuard } from "../../trust/tested";

/** What conditions require of a caller's account and ARN. */
export interface ArnTests {
  readonly tests: readonly Test[];
  readonly trustsArn: (arn: string) => Three;
  readonly trustsRole: (role: RoleArn) => Three;
  readonly trustsAccount: (account: string) => Three;
}

type Test = Extract<Condition, { kind: "test" }>;

const arnKey = "aws:principalarn";
const accountKey = "aws:principalaccount";

/** What conditions require of a caller's account and ARN: whether one meets them. */
export function arnTestsIn(
  conditions: readonly Condition[],
  variables: boolean,
  graph: Graph,
): ArnTests {
  const tests = conditions.filter(
    (each): each is Test => each.kind === "test" && isAbout(each, arnKey, accountKey),
  );
  const trustsAll = (on: readonly Test[], context: Context): Three =>
    evaluateConditions(on, context, variables).result;
  const trusts = (arn: string, isOf: (role: Urn) => Three): Three =>
    trustsAll(
      tests.map((each) => withKnown(each, arn, isOf)),
      contextOfArn(arn),
    );
  const starts = tests.flatMap((each) => startsOf(each) ?? []);
  const partition = partitionOf(tests);
  return {
    tests,
    trustsArn: (arn) => trusts(arn, (role) => hasArn(graph, role, arn)),
    trustsRole: (role) => {
      if (tests.length === 0) return yes;
      const arns = arnsOf(role, partition);
      if (arns === undefined)
        return and(tests.map((each) => meets(each, { role, partition, variables })));
      const isOf = (urn: Urn): Three => fromBoolean(role.urns.includes(urn));
      // Most roles differ from most tests in their first letters, so these are compared first.
      const possible = arns.filter((arn) => starts.every((each) => startsWithAny(arn, each)));
      return anyOf(arns.map((arn) => (possible.includes(arn) ? trusts(arn, isOf) : no)));
    },
    trustsAccount: (account) => {
      const ofAccount = tests.filter((each) => isAbout(each, accountKey));
      return and([
        trustsAll(ofAccount, contextOf({ [accountKey]: account })),
        ...tests.filter((each) => !ofAccount.includes(each)).map(unknownList),
      ]);
    },
  };
}

function isAbout({ key }: Test, ...keys: readonly string[]): boolean {
  return keys.includes(key.toLowerCase());
}

function contextOfArn(arn: string): Context {
  const parsed = parseArn(arn);
  return contextOf({ [arnKey]: arn, [accountKey]: parsed.ok ? parsed.arn.account : "" });
}

/** The partition of AWS that a policy is written for, by the ARNs in it. */
function partitionOf(tests: readonly Test[]): string {
  const texts = tests.flatMap(({ values }) => values.map(textOf));
  return texts.map((text) => /^arn:(aws-[a-z-]+):/.exec(text)?.[1]).find(Boolean) ?? "aws";
}

function textOf(part: Part): string {
  return part.kind === "text" ? part.text : "";
}

/** The ARNs that a role can have; undefined where a part of them is unknown. */
function arnsOf(
  { accounts, path, name }: RoleArn,
  partition: string,
): readonly string[] | undefined {
  if (accounts.length === 0 || path === undefined || name === undefined) return undefined;
  return accounts.map((account) => `arn:${partition}:iam::${account}:role${path}${name}`);
}

/** The one verdict on all of several possible ARNs. */
function anyOf(verdicts: readonly Three[]): Three {
  const all = and(verdicts);
  return all.kind === "no" && or(verdicts).kind !== "no" ? unknown(accountUnknown) : all;
}

/** Whether a role of the stack has an ARN. */
function hasArn(graph: Graph, role: Urn, arn: string): Three {
  const [trusts] = graph.facts("trusts", "identity", role);
  const part = { kind: "text", text: arn, secret: false } as const;
  return matchesRole(part, roleArnOf(graph, role, trusts?.path));
}

/**
 * A test with what is known of its values for one caller: an unknown ARN of a role is the caller's where that is the role, and
 * otherwise no value that the caller can have.
 */
function withKnown(test: Test, arn: string, isOf: (role: Urn) => Three): Test {
  const own: Part = { kind: "text", text: arn, secret: false };
  const known = (part: Part): readonly Part[] => {
    const found = isArnOfCaller(test, part, isOf);
    return found.kind === "yes" ? [own] : found.kind === "no" ? [] : [part];
  };
  return isAbout(test, arnKey) ? { ...test, values: test.values.flatMap(known) } : test;
}

const valueUnknown = "a value of the condition is not known yet";

/** Whether a value of a list is the ARN of a caller, by the roles that the value depends on; unknown for a text. */
function isArnOfCaller({ values }: Test, part: Part, isOf: (role: Urn) => Three): Three {
  if (part.kind === "text") return unknown(valueUnknown);
  const open = unknown(valueUnknown, part.dependsOn);
  if (!isArnOfRoles(part)) return open;
  const isCaller = or(part.dependsOn.map(isOf));
  const isListed = new Set(part.dependsOn).size === 1 || rolesIn(values) !== undefined;
  return isCaller.kind === "no" || (isCaller.kind === "yes" && isListed) ? isCaller : open;
}

/** A role of whose ARN parts are unknown, and how the policy that tests it is read. */
interface PartlyKnown {
  readonly role: RoleArn;
  readonly partition: string;
  readonly variables: boolean;
}

/** Whether a role meets a test, as far as its ARN is known. */
function meets(test: Test, caller: PartlyKnown): Three {
  const { role, variables } = caller;
  const operator = parseOperator(test.operator);
  if (!isAbout(test, arnKey) || operator === undefined || operator.base === "Null") {
    return evaluateConditions([test], contextOfRole(role), variables).result;
  }
  const { base, negated } = operator;
  const isOf = (urn: Urn): Three => fromBoolean(role.urns.includes(urn));
  const matched = or(
    test.values.map((part) =>
      part.kind === "unknown" ? isArnOfCaller(test, part, isOf) : matchesText(part, base, caller),
    ),
  );
  return negated ? not(matched) : matched;
}

function matchesText(
  part: Extract<Part, { kind: "text" }>,
  { name }: OperatorBase,
  { role, partition, variables }: PartlyKnown,
): Three {
  if (variables && part.text.includes("${")) return unknown(valueUnknown);
  if (name.startsWith("Arn")) return matchesRole(part, role);
  if (name === "StringLike") return matchesWhole(part.text, role, partition);
  return hasWildcard(part.text) ? no : matchesRole(part, role);
}

function contextOfRole({ accounts }: RoleArn): Context {
  const open: ContextValue = { kind: "some", reason: accountUnknown };
  const account = accounts.length === 1 ? contextOf({ [accountKey]: accounts }) : undefined;
  return (key) => (key === accountKey && account !== undefined ? account(key) : open);
}

/** Whether a test of ARNs has an unknown value, so that it may be of any caller. */
function unknownList(test: Test): Three {
  const operator = parseOperator(test.operator);
  const open = test.values.filter((part) => part.kind === "unknown");
  if (operator === undefined || !isGuard(operator) || open.length === 0) return yes;
  return unknown(
    valueUnknown,
    open.flatMap(({ dependsOn }) => dependsOn),
  );
}

/** What precedes the wildcards in the values of a test, one of which a caller's ARN starts with; undefined where any may. */
function startsOf(test: Test): readonly (readonly string[])[] | undefined {
  const operator = parseOperator(test.operator);
  if (operator === undefined || operator.base === "Null" || !isGuard(operator)) return undefined;
  if (!isAbout(test, arnKey) || operator.base.name === "StringEqualsIgnoreCase") return undefined;
  const texts = test.values.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  if (texts.length < test.values.length) return undefined;
  return [texts.map((text) => /^[^*?$]*/.exec(text)?.[0] ?? "")];
}

function startsWithAny(arn: string, starts: readonly string[]): boolean {
  return starts.some((start) => arn.startsWith(start));
}
