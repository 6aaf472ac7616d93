import { CST } from "yaml";
import { YamlMistake } from "./mistake";

/** An end of a line that YAML 1.1 alone has, and a document that ends before it begins. */
const notInText = /[\r\x85\u2028\u2029]|^(?:[ \t]*(?:#.*)?\n)*\.\.\./;

/**
 * Escapes that go-yaml refuses, half of a character and `\/`, and an escaped end of a line before an empty line, which it
 * reads as one line feed more.
 */
const refusedEscape = /^"(?:[^\\]|\\[^])*?\\(?:\/|u[dD][89a-fA-F]|U(?!000|0010)|\n[ \t]*\n)/;

/** A tag with a character that go-yaml takes in none. */
const refusedTag = /^!(?!<?[\w;/?:@&=+$,.!~*'()[\]%-]*>?$)/;

/** A tab between a dash and its item, which go-yaml refuses. */
const tabbedItem = /- *\t/y;

/** A tab where a line is indented. */
const indentingTab = /^ *\t/gm;

/**
 * Throws a {@link YamlMistake} at what `yaml`, which reads YAML 1.2, and Kubernetes' go-yaml 2 may read in two ways: ends of
 * lines other than a line feed, directives, keys after a `?` or in several lines, and the like.
 *
 * `test-real/kubernetes-decoder.test.ts` compares the rest with kubectl's own decoder.
 *
 * @param start the start of the text in its file
 */
export function refuseForms(text: string, start: number, tokens: readonly CST.Token[]): void {
  const odd = notInText.exec(text);
  if (odd !== null) throw refused(start + odd.index);
  for (const token of tokens) {
    if (token.type === "directive") throw refused(start + token.offset);
    if (token.type === "document") refuseFormsIn(text, start, token);
  }
}

function refused(at: number): YamlMistake {
  return new YamlMistake(at, "this form of YAML is not read here");
}

function refuseFormsIn(text: string, start: number, token: CST.Document): void {
  const fail = (at: number): never => {
    throw refused(start + at);
  };
  // go-yaml requires it to be indented, and no object is one.
  if (token.value?.type === "block-scalar") fail(token.value.offset);
  CST.visit(token, ({ start: before, key, sep = [], value }, path) => {
    const isFlow =
      path.length > 0 && CST.visit.parentCollection(token, path).type === "flow-collection";
    for (const { type, source, offset } of [...before, ...sep]) {
      if (type === "explicit-key-ind") fail(offset);
      tabbedItem.lastIndex = offset;
      if (type === "seq-item-ind" && tabbedItem.test(text)) fail(offset);
      const next = text.charAt(offset + source.length);
      if (type === "tag" && (refusedTag.test(source) || !/\s|^$/.test(next))) fail(offset);
      if (type === "anchor" && !/^&[\w-]+$/.test(source)) fail(offset);
    }
    for (const part of [key, value]) if (part && isRefused(part, isFlow)) fail(part.offset);
    const colon = sep.findIndex(({ type }) => type === "map-value-ind");
    if (colon < 0) return;
    // `yaml` reads an empty key in any column.
    const mark = before.find(({ type }) => type === "tag" || type === "anchor");
    if (!key && mark !== undefined) fail(mark.offset);
    if (!key) return;
    const at = sep[colon]?.offset ?? 0;
    if (text.slice(key.offset, at).includes("\n")) fail(key.offset);
    if (isFlow && key.type === "scalar" && colon === sep.length - 1) fail(at);
  });
}

function isRefused(token: CST.Token, isFlow: boolean): boolean {
  if (token.type === "alias") return !/^\*[\w-]+$/.test(token.source);
  if (token.type === "scalar") return isFlow && /^:|\?/.test(token.source);
  return token.type === "double-quoted-scalar" && refusedEscape.test(token.source);
}

/**
 * Throws a {@link YamlMistake} at a line that a tab indents, except in texts.
 *
 * @param scalars the ranges of the texts, in their order
 */
export function refuseTabs(
  text: string,
  start: number,
  scalars: readonly (readonly [number, number])[],
): void {
  let next = 0;
  for (const { index, 0: indentation } of text.matchAll(indentingTab)) {
    const at = index + indentation.length;
    while (next < scalars.length && (scalars[next]?.[1] ?? 0) < at) next += 1;
    if ((scalars[next]?.[0] ?? at) >= at)
      throw new YamlMistake(start + index, "a tab indents a line");
  }
}

/**
 * The text of a block that ends in a line of more spaces than its indentation, which only go-yaml reads as part of the text;
 * undefined for any other block, which `yaml` reads alike.
 *
 * Throws a {@link YamlMistake} where such a block is folded, or its indentation is given.
 *
 * @param from its start with its header, in the text
 * @param to its end by `yaml`, before such lines
 */
export function textEndingInSpaces(
  text: string,
  start: number,
  from: number,
  to: number,
): string | undefined {
  blankLines.lastIndex = to;
  const after = blankLines.exec(text)?.[0] ?? "";
  const [header = "", ...lines] = (text.slice(from, to) + after).split("\n");
  const first = lines.find((line) => !isBlank.test(line)) ?? "";
  const isGiven = /\d/.test(header.slice(1, 3));
  const indentation = isGiven ? 0 : first.search(/[^ ]|$/);
  const last = lines.findLastIndex((line) => !isBlank.test(line));
  const lastSpaces = lines.findLastIndex(({ length }) => length > indentation);
  if ((last < 0 && !isGiven) || lastSpaces <= last) return undefined;
  // What follows the last end of a line is no line.
  const isEnded = lastSpaces < lines.length - 1;
  if (isGiven || !isEnded || !header.startsWith("|")) {
    throw new YamlMistake(start + from, "a block of text ends in a line of spaces; remove these");
  }
  const content = lines.slice(0, lastSpaces + 1).map((line) => line.slice(indentation));
  const blank = lines.length - 2 - lastSpaces;
  const end = header[1] === "-" ? "" : header[1] === "+" ? "\n".repeat(blank + 1) : "\n";
  return content.join("\n") + end;
}

/**
 * Throws a {@link YamlMistake} at a block of text whose indentation is not given and whose first line begins with a tab, which
 * go-yaml refuses.
 *
 * @param from its start with its header, in the text
 */
export function refuseTabAtStart(text: string, start: number, from: number, to: number): void {
  const [header = "", ...lines] = text.slice(from, to).split("\n");
  if (/\d/.test(header.slice(1, 3))) return;
  let at = from + header.length + 1;
  for (const line of lines) {
    if (/^ *\t/.test(line)) throw new YamlMistake(start + at, "a tab indents a line");
    if (!isBlank.test(line)) return;
    at += line.length + 1;
  }
}

const blankLines = /(?: *\n)*/y;
const isBlank = /^ *$/;
