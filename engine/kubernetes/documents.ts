import {
  LineCounter,
  isMap,
  isSeq,
  visit,
  type Document,
  type Node,
  type ScalarTag,
  type Tags,
} from "yaml";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { plainYaml } from "./plain-yaml";
import { composeYaml, messageOf, placed, yamlProblem, type Parsed } from "../yaml-text";

/** A Kubernetes object and where it begins in its file. */
export interface PlacedObject {
  readonly object: ValueRecord;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The template that Helm says it made the object from: `desk/charts/db/templates/server.yaml`. */
  readonly template?: string;
}

/** What a file holds: its Kubernetes objects, and how many documents are none. */
export interface Documents {
  readonly objects: readonly PlacedObject[];
  /** How many documents have content and are no Kubernetes objects. */
  readonly others: number;
}

/** An alias may not make a document this many times its own size: so no file exhausts memory. */
const MAX_ALIASES = 100;

/**
 * Reads the Kubernetes objects in a YAML or JSON text, of one document or many.
 *
 * The dialect is that of Kubernetes (https://pkg.go.dev/sigs.k8s.io/yaml): YAML 1.1 without sexagesimals and timestamps.
 * A problem reads `<file>:<line>:<column>: <message>`.
 *
 * @param lists whether the items of a `List` stand for themselves or the list is kept as one object
 */
export function readDocuments(
  text: string,
  file: string,
  lists: "expanded" | "kept" = "expanded",
): Parsed<Documents> {
  const plain = readPlainly(text);
  const isPlain = plain !== undefined && (lists === "kept" || !plain.some(isListOfObjects));
  if (isPlain) return { kind: "ok", value: objectsAmong(plain) };
  const read = composedDocuments(text, file);
  if (read.kind === "problem") return read;
  const { documents, lines } = read.value;
  const objects: PlacedObject[] = [];
  let others = 0;
  for (const { value, node } of documents) {
    const found = [...objectsIn(value, node, lines, lists)];
    if (found.length === 0 && !isEmptyList(value)) others++;
    objects.push(...found);
  }
  return { kind: "ok", value: { objects, others } };
}

/** A document that holds something, and where it begins in its file. */
export interface PlainDocument {
  readonly value: Value;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Reads all documents of a text that hold something, whatever it is, as {@link readDocuments} reads objects. */
export function readPlain(text: string, file: string): Parsed<readonly PlainDocument[]> {
  const plain = readPlainly(text);
  if (plain !== undefined) return { kind: "ok", value: plain };
  const read = composedDocuments(text, file);
  if (read.kind === "problem") return read;
  const { documents, lines } = read.value;
  const placedDocuments = documents.map(({ value, node }) => {
    const { line, col: column } = lines.linePos(node?.range?.[0] ?? 0);
    return { value, line, column };
  });
  return { kind: "ok", value: placedDocuments };
}

/** Reads a text that is so plain that no more than its values are needed; undefined where it is not. */
function readPlainly(text: string): readonly PlainDocument[] | undefined {
  let line = 1;
  let lineStart = 0;
  return plainYaml(text)?.map(({ value, offset }) => {
    for (let end = text.indexOf("\n", lineStart); end >= 0 && end < offset;) {
      line += 1;
      lineStart = end + 1;
      end = text.indexOf("\n", lineStart);
    }
    return { value, line, column: offset - lineStart + 1 };
  });
}

function objectsAmong(documents: readonly PlainDocument[]): Documents {
  const objects = documents.flatMap(({ value, line, column }) =>
    isObject(value) ? [{ object: value, line, column }] : [],
  );
  const others = documents.filter(({ value }) => !isObject(value) && !isEmptyList(value));
  return { objects, others: others.length };
}

interface ComposedDocuments {
  readonly documents: readonly { readonly value: Value; readonly node: Node | null }[];
  readonly lines: LineCounter;
}

function composedDocuments(text: string, file: string): Parsed<ComposedDocuments> {
  const lines = new LineCounter();
  const composed = composeYaml(text, file, lines, ofKubernetes);
  if (composed.kind === "problem") return composed;
  const documents: { value: Value; node: Node | null }[] = [];
  const mayBeTemplate = /\{[{%]/.test(text);
  for (const document of composed.value) {
    const template = mayBeTemplate ? templateAt(document, text) : undefined;
    if (template !== undefined)
      return placed(file, lines, template, templateMessage(text, template));
    const [error] = document.errors;
    if (error !== undefined) return yamlProblem(error, file, lines);
    let value: Value;
    try {
      value = plainValue(document.toJS({ maxAliasCount: MAX_ALIASES }));
    } catch (thrown) {
      const message = `this document cannot be read: ${messageOf(thrown).toLowerCase()}`;
      return placed(file, lines, document.contents?.range[0] ?? 0, message);
    }
    if (value !== null) documents.push({ value, node: document.contents });
  }
  return { kind: "ok", value: { documents, lines } };
}

function templateMessage(text: string, offset: number): string {
  const mark = text.slice(offset, offset + 2);
  return `this is a template (\`${mark}\`), not a manifest; render it first, for example with \`helm template\``;
}

/** A template's `{{` outside quotes reads as a map in a map's key, or as an error on its line; so does a `{%`. */
function templateAt(document: Document.Parsed, text: string): number | undefined {
  const [error] = document.errors;
  if (error !== undefined) {
    const lineStart = text.lastIndexOf("\n", error.pos[0] - 1) + 1;
    const lineEnd = text.indexOf("\n", error.pos[0]);
    const at = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).search(/\{[{%]/);
    if (at >= 0) return lineStart + at;
  }
  let found: number | undefined;
  visit(document, {
    Pair: (_key, pair) => {
      if (!isMap(pair.key)) return undefined;
      found = pair.key.range?.[0];
      return visit.BREAK;
    },
  });
  return found === undefined ? undefined : found - 1;
}

function* objectsIn(
  value: Value,
  node: Node | null,
  lines: LineCounter,
  lists: "expanded" | "kept",
): Generator<PlacedObject> {
  if (!isObject(value)) return;
  const { apiVersion, kind, items } = value;
  if (lists === "expanded" && kind.endsWith("List") && isList(items)) {
    const list = isMap(node) ? node.get("items", true) : undefined;
    const itemKind = kind.slice(0, -"List".length);
    for (const [index, item] of items.entries()) {
      const itemNode = isSeq(list) ? (list.items[index] as Node) : node;
      yield* objectsIn(withKind(item, apiVersion, itemKind), itemNode, lines, lists);
    }
    return;
  }
  const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
  const template = templateOf(node);
  yield { object: value, line, column: col, ...(template !== undefined && { template }) };
}

/** A value that says which kind of object it is. */
type KubernetesObject = ValueRecord & { readonly apiVersion: string; readonly kind: string };

function isObject(value: Value): value is KubernetesObject {
  if (!isRecord(value)) return false;
  const { apiVersion, kind } = value;
  return (
    typeof apiVersion === "string" && typeof kind === "string" && apiVersion !== "" && kind !== ""
  );
}

function isListOfObjects({ value }: PlainDocument): boolean {
  return isObject(value) && value.kind.endsWith("List") && isList(value["items"]);
}

/** What `helm template` writes above each object. Source: github.com/helm/helm, pkg/action/action.go, `renderResources`. */
function templateOf(node: Node | null): string | undefined {
  return /^ Source: ([\w.-]+(?:\/[\w.-]+)*)$/m.exec(node?.commentBefore ?? "")?.[1];
}

/** Items of a typed list, such as `RoleList`, may leave out what its kind says. */
function withKind(item: Value, apiVersion: string, kind: string): Value {
  if (!isRecord(item) || kind === "") return item;
  return { apiVersion, kind, ...item };
}

function isEmptyList(value: Value): boolean {
  if (!isRecord(value)) return false;
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && isList(items) && items.length === 0;
}

/** What YAML gives as plain values; tags that are no JSON become text or lists. */
function plainValue(parsed: unknown): Value {
  if (parsed === null || parsed === undefined) return null;
  if (typeof parsed === "string" || typeof parsed === "boolean") return parsed;
  if (typeof parsed === "number") return parsed;
  if (typeof parsed !== "object") return null;
  if (parsed instanceof Uint8Array) return Buffer.from(parsed).toString("base64");
  if (Array.isArray(parsed)) return parsed.map(plainValue);
  if (parsed instanceof Set) return [...parsed].map(plainValue);
  const record: OpenRecord = {};
  for (const [key, value] of parsed instanceof Map ? parsed : Object.entries(parsed)) {
    setOwn(record, String(key), plainValue(value));
  }
  return record;
}

function ofKubernetes(tags: Tags): Tags {
  return tags.filter((tag) => !isTime(tag)).map((tag) => (isFloat(tag) ? withDigits(tag) : tag));
}

function isTime(tag: Tags[number]): boolean {
  if (typeof tag === "string") return ["intTime", "floatTime", "timestamp"].includes(tag);
  return ("format" in tag && tag.format === "TIME") || tag.tag.endsWith(":timestamp");
}

function isFloat(tag: Tags[number]): tag is ScalarTag {
  return typeof tag === "object" && "test" in tag && tag.tag.endsWith(":float");
}

/** `.` and `e12` are no numbers. Source: github.com/go-yaml/yaml, resolve.go, `yamlStyleFloat`. */
const withoutDigits = /^[-+]?[._]*(?:[eE]|$)/;

function withDigits(tag: ScalarTag): ScalarTag {
  const { test: number } = tag;
  if (number === undefined) return tag;
  const test = { test: (text: string) => !withoutDigits.test(text) && number.test(text) };
  // The parser calls nothing else of it.
  return { ...tag, test: test as RegExp };
}
