import { arnMatches } from "./arn";
import { dateComparisons } from "./date";
import { type Pattern, matches } from "../../pattern";

/** Whether a value of the request fits a value of the policy, of which `text` is the plain form. */
type Comparison = (given: string, wanted: { text: string; pattern: Pattern }) => boolean;

/** How an operator compares; the operators of one kind differ in this alone. */
export interface OperatorBase {
  /** As AWS spells it, without negation: `StringEquals`, `ArnLike`. */
  readonly name: string;
  readonly compare: Comparison;
  /** Whether `${…}` in its values is a variable. Source: IAM user guide, condition operators. */
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

/** `BinaryEquals`: the key's bytes and the policy's value, both in base64; padding does not matter. */
function binaryEquals(given: string, wanted: { text: string }): boolean {
  return unpadded(given) === unpadded(wanted.text);
}

function unpadded(base64: string): string {
  let end = base64.length;
  while (end > 0 && base64[end - 1] === "=") end -= 1;
  return base64.slice(0, end);
}

/** `Bool`: `true` or `false`, in any case. */
function boolEquals(given: string, wanted: { text: string }): boolean {
  const value = wanted.text.toLowerCase();
  return (value === "true" || value === "false") && given.toLowerCase() === value;
}

/** `IpAddress`: an IPv4 or IPv6 address in a range such as `203.0.113.0/24`; without `/`, that address alone. */
export function inAddressRange(given: string, wanted: { text: string }): boolean {
  const [start = "", length, ...more] = wanted.text.split("/");
  const address = bitsOf(given);
  const range = bitsOf(start);
  if (address?.length !== range?.length || address === undefined || range === undefined)
    return false;
  if (more.length > 0 || (length !== undefined && !/^[0-9]{1,3}$/.test(length))) return false;
  const prefix = length === undefined ? range.length : Number(length);
  return prefix <= range.length && address.slice(0, prefix) === range.slice(0, prefix);
}

/** The address as 32 or 128 binary digits; undefined where it is none. */
function bitsOf(address: string): string | undefined {
  if (address.includes(":")) return bitsOfIpv6(address);
  const bytes = address.split(".");
  if (bytes.length !== 4) return undefined;
  return joinBits(bytes.map((byte) => digits(byte, /^[0-9]{1,3}$/, 10, 255, 8)));
}

function bitsOfIpv6(address: string): string | undefined {
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return joinBits(groups.map((group) => digits(group, /^[0-9a-f]{1,4}$/i, 16, 65_535, 16)));
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

function digits(
  text: string,
  form: RegExp,
  radix: number,
  most: number,
  width: number,
): string | undefined {
  const value = parseInt(text, radix);
  return form.test(text) && value <= most ? value.toString(2).padStart(width, "0") : undefined;
}

function joinBits(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join("");
}

/** `NumericEquals` and its kin; what is no number compares with nothing. */
const numericComparisons = {
  NumericEquals: numeric((given, wanted) => given === wanted),
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
};

function numeric(
  compare: (given: number, wanted: number) => boolean,
): (given: string, wanted: { text: string }) => boolean {
  return (given, wanted) =>
    given.trim() !== "" && wanted.text.trim() !== "" && compare(Number(given), Number(wanted.text));
}

/** `StringEquals`: wildcards are literal. */
function stringEquals(given: string, wanted: { text: string }): boolean {
  return given === wanted.text;
}

/** `StringEqualsIgnoreCase`: wildcards are literal. */
function stringEqualsIgnoringCase(given: string, wanted: { text: string }): boolean {
  return given.toLowerCase() === wanted.text.toLowerCase();
}

/** `StringLike`: `*` and `?` match other characters, colons and slashes included. */
function stringLike(given: string, wanted: { pattern: Pattern }): boolean {
  return matches(wanted.pattern, given);
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

/** Reads an operator such as `ForAnyValue:StringLikeIfExists`; undefined where AWS has none of that name. */
export function parseOperator(text: string): Operator | undefined {
  const before = read.get(text);
  if (before !== undefined) return before.operator;
  const operator = operatorIn(text);
  if (read.size >= mostRead) read.clear();
  read.set(text, { operator });
  return operator;
}

/** Whether each of an operator's values matches many: all that are less or greater, or a range of addresses. */
export function isRange({ base: of }: Operator): boolean {
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
