import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import { YamlMistake } from "./mistake";
import { decodeNode } from "./decode";
import { parseDocument, type YamlNode } from "./parser";

/** A document of a text, and at which character it begins. */
export interface ReadDocument {
  readonly value: Value;
  readonly at: number;
  /** The start of its text, with comments before its content. */
  readonly start: number;
  /** At which characters the items of its list `items` begin. */
  readonly itemPlaces: () => readonly number[];
}

/** What Go takes for white space. */
const space = "\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const jsonPrefix = new RegExp(`^[${space}]*\\{`);
const separatorEnd = new RegExp(`^[${space}]*(?:#|$)`);
const isSpace = new RegExp(`[${space}]`);

/** How many bytes kubectl looks at for what JSON begins with. */
const PREFIX_BYTES = 4096;

/**
 * The documents of a text as kubectl reads them: consecutive JSON, or YAML between lines of `---`; what begins as JSON may go
 * on as YAML. Empty documents are left out.
 *
 * Source: https://github.com/kubernetes/apimachinery/blob/v0.36.3/pkg/util/yaml/decoder.go.
 *
 * Throws a {@link YamlMistake} at what is no YAML, at what Kubernetes refuses, and at what Kubernetes may read otherwise.
 *
 * @param text with line feeds in place of `\\r\
 * `, as kubectl passes it on
 */
export function* documentsIn(text: string): Generator<ReadDocument> {
  const [prefix] = jsonPrefix.exec(text) ?? [];
  if (prefix === undefined || Buffer.byteLength(prefix) > PREFIX_BYTES) {
    yield* yamlDocuments(text, 0);
    return;
  }
  const stream = jsonStream(text);
  const isPlain = !mayBeOther.test(text);
  for (const json of stream.values) {
    const { value, at } = json;
    if (!isPlain) refuseOtherwiseRead(value as Value, at);
    const itemPlaces = (): readonly number[] => jsonItemPlaces(text, json);
    if (value !== null) yield { value: value as Value, at, start: at, itemPlaces };
  }
  if (!stream.isWhole) yield* yamlDocuments(text, afterJson(text, stream));
}

/** Escapes that may be half a character, and numbers that may be too large. */
const mayBeOther = /\\u[dD]|[0-9][eE]\+?[0-9]{3}|[0-9]{300}/;

function refuseOtherwiseRead(value: Value, at: number): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new YamlMistake(at, "a number is too large for JSON");
  }
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) {
    throw new YamlMistake(at, "an escape is half a character");
  }
  const inner = isList(value) ? value : isRecord(value) ? Object.entries(value).flat() : [];
  for (const one of inner) refuseOtherwiseRead(one, at);
}

/** Where YAML goes on behind JSON: at what follows it on its line, or in the next. */
function afterJson(text: string, { values }: JsonStream): number {
  const from = values.at(-1)?.end ?? 0;
  if (values.length > 1) throw new YamlMistake(from, "something other than JSON follows JSON");
  for (let at = from; ; at += 1) {
    const sign = text.charAt(at);
    if (Buffer.byteLength(text.slice(at, at + 4)) < 4 || sign === "\ufffd") {
      throw new YamlMistake(from, "this is no JSON");
    }
    if (sign === "\n") return at + 1;
    if (!isSpace.test(sign)) return at;
  }
}

const notAllowed = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function* yamlDocuments(written: string, from: number): Generator<ReadDocument> {
  const text = written.endsWith("\n") ? written : `${written}\n`;
  notAllowed.lastIndex = from;
  const control = notAllowed.exec(text);
  if (control !== null) {
    throw new YamlMistake(control.index, "control characters are not allowed");
  }
  const hasMark = text.includes("\ufeff", from);
  let start = from;
  for (let line = from; line < text.length;) {
    if (text.startsWith("---", line)) {
      const end = text.indexOf("\n", line);
      if (!separatorEnd.test(text.slice(line + 3, end))) {
        throw new YamlMistake(line, "a line of `---` has something other than a comment behind it");
      }
      if (line > start) {
        yield* yamlDocument(text, start, line, hasMark);
        start = end + 1;
        line = start;
        continue;
      }
    }
    const next = text.indexOf("\n---", line);
    line = next < 0 ? text.length : next + 1;
  }
  yield* yamlDocument(text, start, text.length, hasMark);
}

function* yamlDocument(
  text: string,
  start: number,
  end: number,
  hasMark: boolean,
): Generator<ReadDocument> {
  const first = hasMark && text.startsWith("\ufeff", start) ? start + 1 : start;
  const mark = hasMark ? text.slice(first, end).indexOf("\ufeff") : -1;
  if (mark >= 0) throw new YamlMistake(first + mark, "a byte order mark is within a document");
  const root = parseDocument(text, first, end);
  const value = root === undefined ? null : decodeNode(root);
  if (root === undefined || value === null) return;
  yield { value, at: root.at, start, itemPlaces: () => yamlItemPlaces(root) };
}

function yamlItemPlaces(root: YamlNode): readonly number[] {
  const map = root.kind === "alias" ? root.target : root;
  if (map.kind !== "map") return [];
  const key = map.entries.findIndex(
    (node, index) => index % 2 === 0 && node.kind === "scalar" && node.text === "items",
  );
  const found = map.entries[key + 1];
  const list = found?.kind === "alias" ? found.target : found;
  return list?.kind === "list" ? list.items.map(({ at }) => at) : [];
}

/** A value of JSON, and its range in a text. */
interface JsonValue {
  readonly value: unknown;
  readonly at: number;
  readonly end: number;
}

/** What a text begins with. */
interface JsonStream {
  readonly values: readonly JsonValue[];
  /** Whether nothing else follows. */
  readonly isWhole: boolean;
}

/** Values of JSON nested deeper are not read: what follows recurses, and no real one comes near. */
const MAX_DEPTH = 256;

/** Reads consecutive values of JSON, as Go's decoder does, up to what is none. */
function jsonStream(text: string): JsonStream {
  const values: JsonValue[] = [];
  for (let at = afterSpace(text, 0); at < text.length;) {
    const end = valueEnd(text, at);
    const found = end === undefined ? undefined : parsed(text.slice(at, end));
    if (end === undefined || found === undefined) return { values, isWhole: false };
    values.push({ value: found.value, at, end });
    at = afterSpace(text, end);
  }
  return { values, isWhole: true };
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  return at;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const word = /null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function valueEnd(text: string, at: number): number | undefined {
  const first = text.charAt(at);
  if (first === '"') return stringEnd(text, at);
  if (first === "{" || first === "[") return bracketEnd(text, at);
  word.lastIndex = at;
  return word.test(text) ? word.lastIndex : undefined;
}

function stringEnd(text: string, at: number): number | undefined {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charAt(before) === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return undefined;
}

function bracketEnd(text: string, at: number): number | undefined {
  for (const { depth, end } of partsOf(text, at)) {
    if (depth > MAX_DEPTH) return undefined;
    if (depth === 0) return end;
  }
  return undefined;
}

/** A bracket, a comma, a colon or a text of JSON. */
interface Part {
  readonly sign: string;
  readonly at: number;
  readonly end: number;
  /** The nesting depth of what follows. */
  readonly depth: number;
}

function* partsOf(text: string, from: number): Generator<Part> {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const sign = text.charAt(at);
    const end = sign === '"' ? stringEnd(text, at) : at + 1;
    if (end === undefined) return;
    if (sign === "{" || sign === "[") depth += 1;
    if (sign === "}" || sign === "]") depth -= 1;
    if ('{}[],:"'.includes(sign)) yield { sign, at, end, depth };
    at = end;
  }
}

/** Where the items of the list `items` of an object begin; none where it has no such list. */
function jsonItemPlaces(text: string, { at: start, end }: JsonValue): readonly number[] {
  const places: number[] = [];
  let key: unknown;
  let isInside = false;
  let isNext = false;
  for (const part of partsOf(text, start)) {
    if (part.at >= end) break;
    const { sign, depth } = part;
    if (isInside && isNext && sign === "{" && depth === 3) places.push(part.at);
    isNext = (sign === "[" && depth === 2) || (sign === "," && depth === 2);
    if (depth === 1 && sign === '"') key = parsed(text.slice(part.at, part.end))?.value;
    if (depth === 1 && sign === "]") isInside = false;
    if (depth === 2 && sign === "[" && key === "items") {
      isInside = true;
      places.length = 0;
    }
  }
  return places;
}
