import { PartialText, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { lifted } from "./lift";

/** The text between two marks is the number of an unknown; from the private area of Unicode. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];
const MARK = new RegExp(`${OPEN}(\\d+)${CLOSE}`);

/**
 * Makes a text of values that may be unknown in part: its known parts stay.
 *
 * @param make receives a text in the place of each unknown, which it may move and put between others, and not read
 */
export function partlyMade(
  values: readonly Value[],
  make: (plain: readonly Value[]) => string,
): Value {
  const unknowns: Unknown[] = [];
  const marked = values.map((value) => withMarks(value, unknowns));
  if (unknowns.length === 0 || marked.includes(undefined)) return lifted(values, make);
  const parts = partsOf(make(marked as readonly Value[]), unknowns);
  return parts.every((part) => typeof part === "string") ? parts.join("") : new PartialText(parts);
}

/** The JSON of a value of which parts may not be known. */
export function jsonOf(value: Value): Value {
  return value instanceof Unknown && !(value instanceof PartialText)
    ? new Unknown(value.dependsOn, value.secret)
    : partlyMade([value], ([plain]) => JSON.stringify(plain));
}

/** The same value with a mark for each unknown; undefined where a part is secret, or a text has marks of its own. */
function withMarks(value: Value, unknowns: Unknown[]): Value | undefined {
  if (value instanceof PartialText) return markedText(value.parts, unknowns);
  if (value instanceof Unknown) {
    return `${OPEN}${unknowns.push(value) - 1}${CLOSE}`;
  }
  if (typeof value === "string") return value.includes(OPEN) ? undefined : value;
  if (isList(value)) {
    const items = value.map((item) => withMarks(item, unknowns));
    return items.includes(undefined) ? undefined : (items as readonly Value[]);
  }
  if (!isRecord(value)) return value === null || typeof value !== "object" ? value : undefined;
  const record: OpenRecord = {};
  for (const [key, item] of Object.entries(value)) {
    const marked = withMarks(item, unknowns);
    if (marked === undefined || key.includes(OPEN)) return undefined;
    setOwn(record, key, marked);
  }
  return record;
}

function markedText(parts: readonly (string | Unknown)[], unknowns: Unknown[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : `${OPEN}${unknowns.push(part) - 1}${CLOSE}`))
    .join("");
}

function partsOf(text: string, unknowns: readonly Unknown[]): readonly (string | Unknown)[] {
  // Of a text that is split by a group, each second part is the match of the group.
  return text
    .split(MARK)
    .map((part, at) => (at % 2 === 0 ? part : (unknowns[Number(part)] ?? new Unknown())))
    .filter((part) => part !== "");
}

/**
 * The content of a text of JSON, with its unknowns in position; undefined where it is none. A map is unknown where a key is, and
 * a text with an unknown part keeps its known parts.
 */
export function readPartialJson({ parts }: PartialText): Value | undefined {
  const unknowns: Unknown[] = [];
  let parsed: Value;
  try {
    parsed = JSON.parse(markedText(parts, unknowns)) as Value;
  } catch {
    return undefined;
  }
  return withUnknowns(parsed, unknowns);
}

function withUnknowns(value: Value, unknowns: readonly Unknown[]): Value {
  if (typeof value === "string") return textOrUnknown(value, unknowns);
  if (isList(value)) return value.map((item) => withUnknowns(item, unknowns));
  if (!isRecord(value)) return value;
  const key = textOrUnknown(Object.keys(value).join(" "), unknowns);
  if (key instanceof Unknown) return withoutParts(key);
  const record: OpenRecord = {};
  for (const [name, item] of Object.entries(value)) {
    setOwn(record, name, withUnknowns(item, unknowns));
  }
  return record;
}

/** The same value with each text that is known in part as a bare unknown. */
export function withoutParts(value: Value): Value {
  if (value instanceof PartialText) return new Unknown(value.dependsOn, value.secret);
  if (isList(value)) return value.map(withoutParts);
  if (!isRecord(value)) return value;
  const record: OpenRecord = {};
  for (const [key, item] of Object.entries(value)) setOwn(record, key, withoutParts(item));
  return record;
}

function textOrUnknown(text: string, unknowns: readonly Unknown[]): string | Unknown {
  const parts = partsOf(text, unknowns);
  if (parts.every((part) => typeof part === "string")) return text;
  const [only, ...others] = parts;
  return only instanceof Unknown && others.length === 0 ? only : new PartialText(parts);
}
