import type { Name } from "../../../core/graph/name";
import type { Value } from "../../../core/snapshot/value";
import { mcpInWords } from "../mcp";
import type { ReadContext } from "../reader";
import type { FactList } from "../values";
import { sayGiven } from "./given";

/** States the credentials in a command's arguments: those after a flag such as `--password` included. */
export function sayCommand(
  list: FactList,
  context: ReadContext,
  place: {
    readonly workload: Name;
    readonly top: string;
    readonly property: string;
    readonly markedAround?: boolean;
  },
  words: readonly Value[],
): void {
  const at = { urn: list.resource.urn, property: place.property };
  list.add(...mcpInWords({ config: place.workload, at }, words));
  words.forEach((word, index) => {
    const property = `${place.property}[${index}]`;
    const under = flagName(words[index - 1]);
    sayGiven(list, context, { ...place, property, under, through: "args" }, word);
  });
}

/** The name that a flag before an argument gives it: `password` for `--password`. */
function flagName(word: Value | undefined): string | undefined {
  if (typeof word !== "string" || !/^--?[A-Za-z][\w.-]*$/.test(word)) return undefined;
  return word.replace(/^-+/, "");
}
