import { covers, matches, patternsOverlap } from "../../pattern";
import { fromBoolean } from "../../three-valued";
import type { Condition, PolicyDocument, Statement } from "../statement";
import { plainRuns } from "../plain-wildcards";
import { milliseconds } from "./date";
import { whenAbsent } from "./evaluate";
import { parseOperator, type Operator, type OperatorBase } from "./operator";

/** Who sends a request, which decides which keys it always has. */
export type Sender =
  /** A role, a user or a session, whose requests are signed. */
  | "principal"
  /** A service, or one with a token or an assertion. */
  | "any";

/**
 * Keys of each request, with a pattern that all values match. Keys of a network, of an organisation and of tags are left out:
 * a request through a VPC endpoint has no `aws:SourceIp`.
 *
 * Source: IAM user guide, AWS global condition context keys (Availability of each).
 */
const keysOfRequests: Readonly<Record<string, string>> = {
  "aws:currenttime": "?*",
  "aws:epochtime": "?*",
  "aws:securetransport": "?*",
  "aws:useragent": "*",
};

/** The same of a signed request of a role, a user or a session. */
const keysOfPrincipals: Readonly<Record<string, string>> = {
  ...keysOfRequests,
  "aws:principalaccount": "?".repeat(12),
  "aws:principalarn": "arn:aws*:*::????????????:*",
  "aws:principaltype": "?*",
  "aws:requestedregion": "?*",
  "aws:userid": "?*",
  "aws:viaawsservice": "?*",
};

/**
 * No request that is judged is sent before or after: this code is younger, and no stack is that old.
 *
 * A date between is decided by no clock, so it stays a condition.
 */
const earliest = Date.UTC(2026, 0, 1);
const latest = Date.UTC(2076, 0, 1);

/** Whether every request of a sender meets a condition, or none does; undefined where it depends on the request. */
export function settledCondition(condition: Condition, sender: Sender): boolean | undefined {
  if (condition.kind === "unknown") return undefined;
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return false;
  const keys = keysOf(sender);
  const key = condition.key.toLowerCase();
  const form = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (operator.base === "Null") return form === undefined ? undefined : settledNull(condition);
  const whenPresent = settledValues(condition, operator, operator.base, form ?? "*");
  if (whenPresent === undefined || form !== undefined) return whenPresent;
  const absent = whenAbsent(operator);
  return absent.kind === fromBoolean(whenPresent).kind ? whenPresent : undefined;
}

function keysOf(sender: Sender): Readonly<Record<string, string>> {
  return sender === "principal" ? keysOfPrincipals : keysOfRequests;
}

/** `Null` of a key that each request has. */
function settledNull({ values }: Test): boolean | undefined {
  if (values.some((part) => part.kind === "unknown")) return undefined;
  return values.some((part) => part.kind === "text" && part.text.toLowerCase() !== "true");
}

type Test = Extract<Condition, { kind: "test" }>;

/** Whether all values of a key meet a test, or none does. */
function settledValues(
  { key, values }: Test,
  { negated }: Operator,
  { name }: OperatorBase,
  form: string,
): boolean | undefined {
  // A value with a variable is another one in each request.
  const texts = values.flatMap((part) =>
    part.kind === "text" && !part.text.includes("${") ? [plainRuns(part.text)] : [],
  );
  const compared = { name, key: key.toLowerCase(), form };
  if (matchesAll(compared, texts)) return !negated;
  if (texts.length < values.length) return undefined;
  return texts.every((text) => matchesNone(compared, text)) ? negated : undefined;
}

/** An operator, and what is known of the values of its key. */
interface Compared {
  readonly name: string;
  readonly key: string;
  readonly form: string;
}

function matchesAll({ name, key, form }: Compared, texts: readonly string[]): boolean {
  switch (name) {
    case "StringLike":
      return texts.some((text) => covers(text, form));
    case "ArnEquals":
    case "ArnLike":
      return texts.some((text) => text === "*" || everyPart(text, form, covers));
    case "Bool":
      return ["true", "false"].every((each) => texts.some((text) => text.toLowerCase() === each));
    case "IpAddress":
      return ["0.0.0.0/0", "::/0"].every((each) => texts.includes(each));
    default:
      return texts.some((text) => timeIs(name, key, text) === "always");
  }
}

function matchesNone({ name, key, form }: Compared, text: string): boolean {
  switch (name) {
    case "StringEquals":
      return !matches(form, text);
    case "StringLike":
      return !patternsOverlap(text, form);
    case "ArnEquals":
    case "ArnLike":
      return text !== "*" && !everyPart(text, form, patternsOverlap);
    default:
      return timeIs(name, key, text) === "never";
  }
}

/** How many parts an ARN has; the resource keeps its colons. */
const arnParts = 6;

/** Whether each part of a pattern of ARNs compares with the same part of all ARNs that a key can have. */
function everyPart(
  text: string,
  form: string,
  compare: (pattern: string, part: string) => boolean,
): boolean {
  const parts = partsOf(text);
  const others = partsOf(form.includes(":") ? form : "arn:*:*:*:*:*");
  return parts.length === arnParts && parts.every((part, at) => compare(part, others[at] ?? ""));
}

function partsOf(text: string): readonly string[] {
  const all = text.split(":");
  if (all.length < arnParts) return all;
  return [...all.slice(0, arnParts - 1), all.slice(arnParts - 1).join(":")];
}

/** Whether the time of a request always, or never, compares with a text as an operator wants. */
function timeIs(name: string, key: string, text: string): "always" | "never" | undefined {
  const compared = /^(Date|Numeric)(Equals|LessThan|GreaterThan)(?:Equals)?$/.exec(name);
  if (compared === null) return undefined;
  const isSeconds = compared[1] === "Numeric";
  const time = isSeconds ? Number(text) * 1000 : milliseconds(text);
  if (Number.isNaN(time)) return "never";
  if (key !== "aws:epochtime" && (isSeconds || key !== "aws:currenttime")) return undefined;
  const isPast = time < earliest;
  if (!isPast && time <= latest) return undefined;
  if (compared[2] === "Equals") return "never";
  return isPast === (compared[2] === "GreaterThan") ? "always" : "never";
}

/**
 * The statements that some request of a principal meets, without the conditions that each request meets.
 *
 * So a condition that narrows nothing counts as none, and a Deny that no request meets protects nothing.
 */
export function settledDocument(document: PolicyDocument): PolicyDocument {
  const statements = document.statements.flatMap((statement) => {
    const settled = statement.kind === "unknown" ? statement : settledStatement(statement);
    return settled === undefined ? [] : [settled];
  });
  return { ...document, statements };
}

function settledStatement(statement: Statement): Statement | undefined {
  const conditions = settledConditions(statement.conditions, "principal");
  return conditions && { ...statement, conditions };
}

/** The same of keys that each request has, alone: readers of trust policies decide about all others. */
export function settledOfRequests(
  conditions: readonly Condition[],
  sender: Sender,
): readonly Condition[] | undefined {
  const about = conditions.filter((each) => each.kind === "test" && hasForm(each.key, sender));
  const settled = settledConditions(about, sender);
  return settled && conditions.filter((each) => !about.includes(each) || settled.includes(each));
}

function hasForm(key: string, sender: Sender): boolean {
  return Object.hasOwn(keysOf(sender), key.toLowerCase());
}

/** The conditions that some requests of a sender meet and others do not; undefined where none meets all. */
function settledConditions(
  conditions: readonly Condition[],
  sender: Sender,
): readonly Condition[] | undefined {
  const settled = conditions.map((each) => settledCondition(each, sender));
  if (settled.includes(false)) return undefined;
  return conditions.filter((_, at) => settled[at] === undefined);
}
