import { arnMatches } from "./arn";
import { binaryEquals } from "./binary";
import { boolEquals } from "./bool";
import { dateComparisons } from "./date";
import { inAddressRange } from "./ip";
import { numericComparisons } from "./numeric";
import { stringEquals, stringEqualsIgnoringCase, stringLike } from "./string";
import type { Pattern } from "../../pattern";

/** Whether a value of the request fits a value of the policy, of which `text` is the plain form. */
type Comparison = (given: string, wanted: { text: string; pattern: Pattern }) => boolean;

/** How an operator compares; the operators of one kind differ in this alone. */
export interface OperatorBase {
  /** As AWS spells it, without negation: `StringEquals`, `ArnLike`. */
  readonly name: string;
  readonly compare: Comparison;
  /** Whether `${…}` in its values stands for a variable. Source: IAM user guide, condition operators. */
  readonly variables: boolean;
}

/** A condition operator in its parts. */
export interface Operator {
  /** `ForAnyValue:` or `ForAllValues:`, for keys with several values. */
  readonly set: "none" | "any" | "all";
  readonly base: OperatorBase | "Null";
  readonly negated: boolean;
  readonly ifExists: boolean;
}

const bases: readonly OperatorBase[] = [
  { name: "StringEquals", compare: stringEquals, variables: true },
  { name: "StringEqualsIgnoreCase", compare: stringEqualsIgnoringCase, variables: true },
  { name: "StringLike", compare: stringLike, variables: true },
  { name: "ArnEquals", compare: arnMatches, variables: true },
  { name: "ArnLike", compare: arnMatches, variables: true },
  ...Object.entries(numericComparisons).map(([name, compare]) => base(name, compare)),
  ...Object.entries(dateComparisons).map(([name, compare]) => base(name, compare)),
  { name: "Bool", compare: boolEquals, variables: true },
  base("BinaryEquals", binaryEquals),
  base("IpAddress", inAddressRange),
];

const negations: Readonly<Record<string, string>> = {
  stringnotequals: "stringequals",
  stringnotequalsignorecase: "stringequalsignorecase",
  stringnotlike: "stringlike",
  arnnotequals: "arnequals",
  arnnotlike: "arnlike",
  numericnotequals: "numericequals",
  datenotequals: "dateequals",
  notipaddress: "ipaddress",
};

const byName = new Map(bases.map((each) => [each.name.toLowerCase(), each]));

const sets = [
  ["foranyvalue:", "any"],
  ["forallvalues:", "all"],
] as const;

/** Reads an operator such as `ForAnyValue:StringLikeIfExists`; undefined where AWS knows none of that name. */
export function parseOperator(text: string): Operator | undefined {
  const before = read.get(text);
  if (before !== undefined) return before.operator;
  const operator = operatorIn(text);
  if (read.size >= mostRead) read.clear();
  read.set(text, { operator });
  return operator;
}

/** Whether each of an operator's values stands for many: all that are less or greater, or a range of addresses. */
export function takesRanges({ base: of }: Operator): boolean {
  return of !== "Null" && /^(?:(?:Numeric|Date)(?:Less|Greater)|IpAddress$)/.test(of.name);
}

/** Operators read before: a stack spells a handful. */
const read = new Map<string, { readonly operator: Operator | undefined }>();

/** Most operators that are remembered. */
const mostRead = 1_000;

function operatorIn(text: string): Operator | undefined {
  let rest = text.toLowerCase();
  const set = sets.find(([prefix]) => rest.startsWith(prefix));
  if (set !== undefined) rest = rest.slice(set[0].length);
  const qualifier = set?.[1] ?? "none";
  if (rest === "null") {
    if (qualifier !== "none") return undefined;
    return { set: "none", base: "Null", negated: false, ifExists: false };
  }
  const ifExists = rest.endsWith("ifexists");
  if (ifExists) rest = rest.slice(0, -"ifexists".length);
  const plain = Object.hasOwn(negations, rest) ? negations[rest] : undefined;
  const found = byName.get(plain ?? rest);
  if (found === undefined) return undefined;
  return { set: qualifier, base: found, negated: plain !== undefined, ifExists };
}

function base(name: string, compare: Comparison): OperatorBase {
  return { name, compare, variables: false };
}
