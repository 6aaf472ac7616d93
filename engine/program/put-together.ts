import { PartialText, Unknown, isList, type Value } from "../../core/snapshot/value";

/** What a function or method returns, in parts. */
type Put = (receiver: Value | undefined, given: readonly Value[]) => readonly Value[] | undefined;

/** The functions and methods of JavaScript and the SDK that put a text together of others. */
const putting: ReadonlyMap<string, Put> = new Map<string, Put>([
  [
    "String",
    (receiver, [text = "", ...more]) =>
      receiver === undefined && more.length === 0 ? [text] : undefined,
  ],
  [
    "concat",
    (receiver, given) =>
      receiver !== undefined && isText(receiver) ? [receiver, ...given] : undefined,
  ],
  [
    "encodeURIComponent",
    (receiver, [text]) => (receiver === undefined ? encoded(text) : undefined),
  ],
  [
    "join",
    (receiver, [separator = ",", ...more]) => {
      if (!isList(receiver) || more.length > 0) return undefined;
      return receiver.flatMap((item, at) => (at === 0 ? [item] : [separator, item]));
    },
  ],
  ["pulumi.concat", (_, given) => given],
  [
    "toString",
    (receiver, given) =>
      receiver !== undefined && isText(receiver) && given.length === 0 ? [receiver] : undefined,
  ],
  [
    "trim",
    (receiver) => {
      if (receiver instanceof PartialText) return [trimmed(receiver)];
      return typeof receiver === "string" ? [receiver.trim()] : undefined;
    },
  ],
]);

/** Whether a function or method of a name may put a text together. */
export function isPutting(name: string): boolean {
  return putting.has(name);
}

/**
 * The texts, one after another, that a call returns; undefined where that is not certain.
 *
 * @param receiver what a method is called on; undefined for a function
 */
export function put(
  name: string,
  receiver: Value | undefined,
  given: readonly Value[],
): readonly Value[] | undefined {
  return putting.get(name)?.(receiver, given);
}

function trimmed({ parts }: PartialText): PartialText {
  return new PartialText(
    parts.map((part, at) => {
      if (typeof part !== "string") return part;
      const start = at === 0 ? part.trimStart() : part;
      return at === parts.length - 1 ? start.trimEnd() : start;
    }),
  );
}

function encoded(text: Value | undefined): readonly Value[] | undefined {
  if (typeof text === "string") return [encodeURIComponent(text)];
  return text instanceof Unknown ? [new Unknown(text.dependsOn, text.secret)] : undefined;
}

/** Whether a value is a text for certain. */
function isText(value: Value): boolean {
  return typeof value === "string" || value instanceof PartialText;
}
