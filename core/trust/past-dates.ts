import { milliseconds } from "../policy/condition/date";
import type { Operator } from "../policy/condition/operator";
import type { Test } from "./test-values";

/**
 * Keys that hold a moment of the request or of its session.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const times = ["aws:currenttime", "aws:epochtime", "aws:tokenissuetime"];

/** Before any request that this version judges: rules read no clock. */
const judgedFrom = Date.UTC(2026, 0, 1);

/** Whether a test asks for a moment that is past, so that no request meets it any more. */
export function requiresThePast({ key, values }: Test, operator: Operator): boolean {
  const { base, negated, set, ifExists } = operator;
  const plain = key.toLowerCase();
  if (base === "Null" || negated || set !== "none" || !times.includes(plain)) return false;
  // A session without such a token meets what asks only where there is one.
  if (ifExists && plain === "aws:tokenissuetime") return false;
  const isUpTo = /^(?:Date|Numeric)(?:Equals|LessThan|LessThanEquals)$/.test(base.name);
  return (
    isUpTo &&
    values.length > 0 &&
    values.every((part) => part.kind === "text" && milliseconds(part.text) < judgedFrom)
  );
}
