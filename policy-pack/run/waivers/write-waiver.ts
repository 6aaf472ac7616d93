import { Document, isMap, isSeq, parseDocument, type YAMLSeq } from "yaml";
import type { Waiver } from "./waiver";

/** A waiver to write; the file decides its position. */
export interface NewWaiver extends Omit<Waiver, "source" | "holder"> {
  /** The workloads that it affects. */
  readonly holders: readonly string[];
}

/** First line of a new file: by it editors complete and check the rest. */
const schemaLine =
  "# yaml-language-server: $schema=./node_modules/pulumi-agentid/docs/waivers.schema.json\n";

/** The text of a new waivers file. */
export function newWaiversFile(waiver: NewWaiver): string {
  return `${schemaLine}waivers:\n${entryText(waiver, "  ", "\n")}`;
}

/**
 * The text of a waivers file with one more waiver at its end.
 *
 * Everything in it stays unchanged, comments and layout included, except a list without entries or in brackets, which becomes
 * one with an entry a line.
 *
 * @param text a file that is read without a mistake
 */
export function withWaiver(text: string, waiver: NewWaiver): string {
  const document = parseDocument(text);
  const list: unknown = document.get("waivers", true);
  if (isSeq(list) && list.flow !== true && list.items.length > 0)
    return inserted(text, list, waiver);
  const entries = document.createNode([
    ...(isSeq(list) ? list.items : []),
    document.createNode(fieldsOf(waiver)),
  ]) as YAMLSeq;
  if (isSeq(list)) {
    entries.comment = list.comment ?? null;
    entries.commentBefore = list.commentBefore ?? null;
  }
  for (const item of entries.items) layOut(item);
  document.set("waivers", entries);
  const written = document.toString({ lineWidth: 0 });
  return eolOf(text) === "\n" ? written : written.replaceAll(/\r?\n/g, "\r\n");
}

function inserted(text: string, list: YAMLSeq, waiver: NewWaiver): string {
  const [start = 0] = list.range ?? [];
  const last = list.items.at(-1) as { readonly range?: readonly number[] } | undefined;
  const end = last?.range?.[1] ?? text.length;
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const lineEnd = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  const eol = eolOf(text);
  const entry = entryText(waiver, indent, eol);
  if (lineEnd < 0) return `${text}${eol}${entry}`;
  return text.slice(0, lineEnd + 1) + entry + text.slice(lineEnd + 1);
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function entryText(waiver: NewWaiver, indent: string, eol: string): string {
  const document = new Document([fieldsOf(waiver)]);
  for (const item of (document.contents as unknown as YAMLSeq).items) layOut(item);
  return document
    .toString({ lineWidth: 0 })
    .trimEnd()
    .split("\n")
    .map((line) => `${indent}${line}${eol}`)
    .join("");
}

/** Controls are few words, so they are on one line. */
function layOut(item: unknown): void {
  const controls: unknown = isMap(item) ? item.get("controls", true) : undefined;
  if (isSeq(controls)) controls.flow = true;
}

function fieldsOf(waiver: NewWaiver): Readonly<Record<string, unknown>> {
  const { rule, thing, holders, fingerprint, owner, reason, ticket, expires, controls } = waiver;
  const [holder, ...more] = holders;
  return {
    rule,
    ...(thing !== undefined && { thing }),
    ...(more.length > 0 ? { holders: [...holders] } : holder !== undefined && { holder }),
    ...(fingerprint !== undefined && { fingerprint }),
    owner,
    reason,
    ticket,
    expires,
    controls: [...controls],
  };
}
