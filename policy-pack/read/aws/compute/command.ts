import type { Name } from "../../../facts/name";
import { argumentsOf } from "../../../domain/secrets/arguments";
import { Secret, type Value } from "../../../../core/snapshot/value";
import { mcpInWords } from "../../resource/mcp";
import type { ReadContext } from "../../resource/reader";
import type { FactList } from "../../resource/values";
import { addReceived } from "../secrets/received";

/** States the credentials in a command's arguments: those after a flag such as `--password` included. */
export function addCommand(
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
  list.addFacts(...mcpInWords({ config: place.workload, at }, words));
  const byTool = new Map(argumentsOf(words.map(textOf)).map((one) => [one.index, one]));
  words.forEach((word, index) => {
    const property = `${place.property}[${index}]`;
    const argument = byTool.get(index);
    const under = argument?.under ?? flagName(words[index - 1]);
    const reported = argument?.text === undefined ? word : withText(word, argument.text);
    addReceived(list, context, { ...place, property, under, through: "args" }, reported);
  });
}

function textOf(word: Value): string | undefined {
  const plain = word instanceof Secret ? word.revealForComparison() : word;
  return typeof plain === "string" ? plain : undefined;
}

/** A word with only that part of it which is a credential; marked as it was. */
function withText(word: Value, text: string): Value {
  return word instanceof Secret ? new Secret(text) : text;
}

/** The name that a flag before an argument gives it: `password` for `--password`. */
function flagName(word: Value | undefined): string | undefined {
  const text = word === undefined ? undefined : textOf(word);
  return text !== undefined && /^--?[A-Za-z][\w.-]*$/.test(text)
    ? text.replace(/^-+/, "")
    : undefined;
}
