import { deepest } from "../policy-pack/suppose/open-place";
import { mostJudged, mostWorlds } from "../policy-pack/suppose/suppose";
import { suppositions } from "../policy-pack/suppose/suppositions";

/** How much is supposed of one stack at most, as lines of a list. */
export function bounds(): string {
  return [
    `- A stack is judged at most ${mostWorlds} times again, and of a large one at most ${mostJudged.toLocaleString("en")} resources in all, but twice in any case. A note`,
    "  names each place that has more values than were tried.",
    `- What stands more than ${deepest} steps deep is not looked at.`,
  ].join("\n");
}

/** Where values are supposed, as lines of a list: the property, and an expression that its types fit. */
export function places(): string {
  const lines = suppositions.map(({ types, path }) => {
    const property = path.join(".").replaceAll(".[]", "[]");
    return `- \`${property}\` of \`${types.source.replaceAll("\\/", "/")}\``;
  });
  return [...new Set(lines)].sort().join("\n");
}
