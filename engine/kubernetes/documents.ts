import { LineCounter } from "yaml";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { placed, type Parsed } from "../yaml-text";
import { YamlMistake } from "./yaml/mistake";
import { documentsIn, type ReadDocument } from "./yaml/stream";

/** A Kubernetes object and where it begins in its file. */
export interface PlacedObject {
  readonly object: ValueRecord;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The template of the object in Helm's comment: `desk/charts/db/templates/server.yaml`. */
  readonly template?: string;
}

/** The content of a file: its Kubernetes objects, and how many documents are none. */
export interface Documents {
  readonly objects: readonly PlacedObject[];
  /** How many documents have content and are no Kubernetes objects. */
  readonly others: number;
}

/**
 * Reads the Kubernetes objects in a YAML or JSON text, of one document or many, as kubectl does.
 *
 * A problem reads `<file>:<line>:<column>: <message>`.
 *
 * @param lists whether the items of a list are separate objects or the list stays one object
 */
export function readDocuments(
  text: string,
  file: string,
  lists: "expanded" | "kept" = "expanded",
): Parsed<Documents> {
  return readText(text, file, (normal, placeOf) => {
    const objects: PlacedObject[] = [];
    let left = 0;
    for (const document of documentsIn(normal)) {
      const { found, others } = objectsIn(document, lists);
      const template = templateOf(normal, document);
      left += others;
      for (const { object, at } of found) {
        objects.push({ object, ...placeOf(at), ...(template !== undefined && { template }) });
      }
    }
    return { objects, others: left };
  });
}

/** A document with content, and its start in its file. */
export interface PlainDocument {
  readonly value: Value;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Reads all documents of a text with content of any kind, as {@link readDocuments} reads objects. */
export function readPlain(text: string, file: string): Parsed<readonly PlainDocument[]> {
  return readText(text, file, (normal, placeOf) =>
    [...documentsIn(normal)].map(({ value, at }) => ({ value, ...placeOf(at) })),
  );
}

function readText<T>(
  written: string,
  file: string,
  read: (text: string, placeOf: (at: number) => Place) => T,
): Parsed<T> {
  const text = written.includes("\r\n") ? written.replaceAll("\r\n", "\n") : written;
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines.addNewLine(at + 1);
  }
  const placeOf = (at: number): Place => {
    const { line, col: column } = lines.linePos(at);
    return { line, column };
  };
  try {
    return { kind: "ok", value: read(text, placeOf) };
  } catch (thrown) {
    if (!(thrown instanceof YamlMistake)) throw thrown;
    const template = templateNear(text, thrown.offset);
    return template === undefined
      ? placed(file, lines, thrown.offset, thrown.message)
      : placed(file, lines, template, templateMessage(text, template));
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A template of Helm or Jinja is no YAML on the line of its `{{` or `{%`, or on the next. */
function templateNear(text: string, offset: number): number | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const before = text.lastIndexOf("\n", lineStart - 2) + 1;
  for (const start of [lineStart, before]) {
    const at = text.slice(start, lineEnd < 0 ? undefined : lineEnd).search(/\{[{%]/);
    if (at >= 0) return start + at;
  }
  return undefined;
}

function templateMessage(text: string, offset: number): string {
  const mark = text.slice(offset, offset + 2);
  return `this is a template (\`${mark}\`), not a manifest; render it first, for example with \`helm template\``;
}

interface FoundObject {
  readonly object: ValueRecord;
  readonly at: number;
}

/** The objects of a document, and how many parts of it are none. */
function objectsIn(
  { value, at, itemPlaces }: ReadDocument,
  lists: "expanded" | "kept",
): { readonly found: readonly FoundObject[]; readonly others: number } {
  if (!isRecord(value)) return { found: [], others: 1 };
  const isOpened =
    lists === "expanded" && Object.hasOwn(value, "items") && textOf(value, "kind") !== "";
  if (!isOpened) {
    return isObject(value)
      ? { found: [{ object: value, at }], others: 0 }
      : { found: [], others: 1 };
  }
  const { items = null } = value;
  if (items === null) return { found: [], others: 0 };
  if (!isList(items)) {
    if (!isObject(value)) return { found: [], others: 1 };
    throw new YamlMistake(
      at,
      "`items` is no list, and Kubernetes takes what has `items` for a list",
    );
  }
  const places = items.length > 0 ? itemPlaces() : [];
  const found: FoundObject[] = [];
  let others = 0;
  for (const [index, item] of items.entries()) {
    const place = places[index] ?? at;
    const object = itemOf(value, item, place);
    if (isObject(object)) found.push({ object, at: place });
    else others += 1;
  }
  return { found, others };
}

/**
 * An item of a list, which may leave out what the list's kind names.
 *
 * Source: https://github.com/kubernetes/apimachinery/blob/v0.36.3/pkg/apis/meta/v1/unstructured/helpers.go, `decodeToList`.
 */
function itemOf(list: ValueRecord, item: Value, at: number): ValueRecord {
  if (!isRecord(item)) throw new YamlMistake(at, "an item of a list is no object");
  if (isList(item["items"] ?? null)) {
    throw new YamlMistake(at, "a list is inside a list, which kubectl refuses");
  }
  if (textOf(item, "kind") !== "" || textOf(item, "apiVersion") !== "") return item;
  const kind = textOf(list, "kind").replace(/List$/, "");
  return { ...item, apiVersion: textOf(list, "apiVersion"), kind };
}

function textOf(record: ValueRecord, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}

function isObject(value: ValueRecord): boolean {
  return textOf(value, "apiVersion") !== "" && textOf(value, "kind") !== "";
}

/** What `helm template` writes above each object. Source: github.com/helm/helm, pkg/action/action.go, `renderResources`. */
function templateOf(text: string, { start, at }: ReadDocument): string | undefined {
  return /^# Source: ([\w.-]+(?:\/[\w.-]+)*)$/m.exec(text.slice(start, at))?.[1];
}
