import { covers, patternsOverlap } from "../../../../core/pattern";

/** How many colons an ARN has before its resource. */
const arnColons = 5;

/** Texts beyond this product of lengths are not compared: none are written by hand. */
const longestProduct = 4_000_000;

/**
 * The pattern of what two patterns both match, or undefined where nothing does.
 *
 * Where no pattern is exact, the longer of the two, which matches a little more.
 */
export function meet(a: string, b: string): string | undefined {
  if (a === b) return a;
  if (a.length * b.length > longestProduct) return a.length < b.length ? b : a;
  if (!patternsOverlap(a, b)) return undefined;
  if (covers(a, b)) return b;
  if (covers(b, a)) return a;
  const left = partsOf(a);
  const right = partsOf(b);
  if (left === undefined || right === undefined) return a.length < b.length ? b : a;
  return meetOfArns(left, right);
}

/** A wildcard matches text within its part. Source: IAM user guide, Amazon Resource Names in policies. */
function meetOfArns(left: readonly string[], right: readonly string[]): string | undefined {
  const parts = left.map((part, index) => meet(part, right[index] ?? ""));
  return parts.includes(undefined) ? undefined : parts.join(":");
}

function partsOf(pattern: string): readonly string[] | undefined {
  if (!pattern.startsWith("arn:")) return undefined;
  const all = pattern.split(":");
  if (all.length <= arnColons) return undefined;
  return [...all.slice(0, arnColons), all.slice(arnColons).join(":")];
}
