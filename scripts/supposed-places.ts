import { deepest } from "../policy-pack/suppose/open-place";
import {
  mostInPairs,
  mostJudged,
  mostJudgedInPairs,
  mostWorlds,
} from "../policy-pack/suppose/suppose";
import { suppositions } from "../policy-pack/suppose/suppositions";

/** How much is supposed of one stack at most, as lines of a list. */
export function bounds(): string {
  return [
    `- Where there are no more than ${mostInPairs} values, and ${figure(mostJudgedInPairs)} resources in all are enough to judge each, each is tried alone; then as many times again`,
    "  each beside each value of every other place.",
    `- Else all places take their next value at once, at most ${mostWorlds} times, and of a large stack at most ${figure(mostJudged)} resources in all, but twice in any case. A note`,
    "  names each place that has more values than were tried.",
    `- What stands more than ${deepest} steps deep is not looked at.`,
  ].join("\n");
}

function figure(count: number): string {
  return count.toLocaleString("en");
}

/** Where values are supposed, as lines of a list: the property, and an expression that its types fit. */
export function places(): string {
  const lines = suppositions.map(({ types, path }) => {
    const property = path.join(".").replaceAll(".[]", "[]");
    return `- \`${property}\` of \`${types.source.replaceAll("\\/", "/")}\``;
  });
  return [...new Set(lines)].sort().join("\n");
}
