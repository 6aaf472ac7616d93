import { parseOperator } from "../../../core/policy/condition/operator";
import { shownPattern, type Test } from "./permission";

/** How a comparison is said, by AWS's name of it or that of a grant's: of one value, and of several. */
const words: Readonly<Record<string, readonly [one: string, several: string]>> = {
  ...{ StringEquals: ["is", "is one of"], ArnEquals: ["is", "is one of"] },
  ...{ BinaryEquals: ["is", "is one of"], NumericEquals: ["is", "is one of"] },
  ...{ DateEquals: ["is", "is one of"], Bool: ["is", "is one of"] },
  StringEqualsIgnoreCase: ["is, in any case,", "is, in any case, one of"],
  ...{ StringLike: ["is like", "is like one of"], ArnLike: ["is like", "is like one of"] },
  NumericLessThan: ["is less than", "is less than one of"],
  NumericLessThanEquals: ["is at most", "is at most one of"],
  NumericGreaterThan: ["is more than", "is more than one of"],
  NumericGreaterThanEquals: ["is at least", "is at least one of"],
  DateLessThan: ["is before", "is before one of"],
  DateLessThanEquals: ["is not after", "is not after one of"],
  DateGreaterThan: ["is after", "is after one of"],
  DateGreaterThanEquals: ["is not before", "is not before one of"],
  IpAddress: ["is in", "is in one of"],
  ...{ "one-of": ["is", "is one of"], "at-most": ["is at most", "is at most"], is: ["is", "is"] },
  between: ["is between", "is between"],
  sum: ["adds up in a task to at most", "adds up in a task to at most"],
};

/** The same where it is negated: then it is of each of several values. */
const negated: Readonly<Record<string, readonly [one: string, several: string]>> = {
  ...{ StringEquals: ["is not", "is none of"], ArnEquals: ["is not", "is none of"] },
  ...{ NumericEquals: ["is not", "is none of"], DateEquals: ["is not", "is none of"] },
  StringEqualsIgnoreCase: ["is not, in any case,", "is, in any case, none of"],
  ...{
    StringLike: ["is not like", "is like none of"],
    ArnLike: ["is not like", "is like none of"],
  },
  IpAddress: ["is not in", "is in none of"],
};

/**
 * A test of a condition as people read it: `` `aws:SourceVpc` is one of `vpc-1`, `vpc-2` ``.
 *
 * @param quoted how a key or a value is written. Default: as code
 */
export function testText(
  { operator, key, values }: Test,
  quoted: (text: string) => string = (text) => `\`${text}\``,
): string {
  if (operator === "unknown") return "a condition that is not known yet";
  const shown = values.map(shownPattern);
  const parsed = parseOperator(operator);
  if (parsed?.base === "Null") {
    const isAbsent = shown.map((each) => each.toLowerCase());
    if (isAbsent.every((each) => each === "true")) return `${quoted(key)} is absent`;
    if (isAbsent.every((each) => each === "false")) return `${quoted(key)} is present`;
    return `${quoted(key)} is absent or present, by ${shown.map(quoted).join(", ")}`;
  }
  const name = parsed?.base.name ?? operator;
  const said = (parsed?.negated === true ? negated : words)[name];
  if (said === undefined) return quoted([operator, key, ...shown].join(" "));
  const subject =
    parsed?.set === "any"
      ? `a value of ${quoted(key)}`
      : parsed?.set === "all"
        ? `each value of ${quoted(key)}`
        : quoted(key);
  const verb = shown.length === 1 ? said[0] : said[1];
  const orAbsent = parsed?.ifExists === true ? "is absent or " : "";
  return `${subject} ${orAbsent}${verb} ${shown.map(quoted).join(operator === "between" ? " and " : ", ")}`;
}
