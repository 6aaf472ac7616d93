import { visible } from "../../core/visible";

/**
 * Names and messages come from the judged program and are hostile wherever they are shown: each format has one
 * function here that makes them harmless, and reporters print nothing from a report without it.
 */

/** Longest text shown for one field, in code points; more is cut and marked. */
const longestField = 2000;

/**
 * What a terminal, a diff or a browser acts on or hides, where JSON is printed: controls (ANSI begins with one), format characters (bidi
 * overrides, zero-width, tags), halves of pairs, what is unassigned, line and paragraph separators, and letters that
 * show as nothing.
 */
const invisible = /[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;

/** Text for a line of a terminal or a log: one line of bounded length, nothing invisible, and no command for a runner. */
export function plain(text: string): string {
  return visible(cut(text));
}

/** Text in HTML, as an element's content or in a quoted attribute. */
export function html(text: string): string {
  return plain(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text as a Markdown code span, in which only the delimiter has a meaning. Not for tables: see {@link cell}. */
export function code(text: string): string {
  const shown = plain(text);
  if (shown.trim() === "") return "—";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const isolation = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") || /^ .* $/.test(shown) ? " " : "";
  return `${isolation}${pad}${shown}${pad}${isolation}`;
}

/**
 * Text as code in a cell of a Markdown table.
 *
 * Cells are split before code spans are found, so a code span protects nothing there. All punctuation is written as character
 * references, which have no structure in CommonMark.
 */
export function cell(text: string): string {
  const shown = plain(text);
  return shown.trim() === "" ? "—" : `<code>${references(shown)}</code>`;
}

/**
 * A message in a cell of a Markdown table: what it has between backticks, and each word that GitHub could act on, as code, all
 * punctuation as references.
 *
 * A reference is no shelter from mentions and issue numbers: GitHub looks for them once references are resolved, but not in code.
 */
export function proseCell(text: string): string {
  const parts = plain(text).split("`");
  if (parts.length % 2 === 0) return cell(text);
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? cell(part)
        : wordsOf(part)
            .map((word) => (word.isCode ? cell(word.text) : references(word.text)))
            .join(""),
    )
    .join("");
}

function references(shown: string): string {
  return shown.replace(/[^\p{L}\p{N} /-]/gu, (c) => `&#${c.codePointAt(0) ?? 0};`);
}

/**
 * A message in Markdown: what it has between backticks, and each word that Markdown, HTML or GitHub could act on, as
 * code spans, the rest as it is.
 */
export function prose(text: string): string {
  const parts = plain(text).split("`");
  const pieces = parts.flatMap((part, index) =>
    index % 2 === 1 ? [{ text: part, isCode: true }] : wordsOf(part),
  );
  // A delimiter that touches another is another delimiter: where a name had backticks of its own, all of it is code.
  const touching = pieces.some(
    (piece, index) => piece.isCode && pieces[index + 1]?.isCode === true,
  );
  if (parts.length % 2 === 0 || touching) return code(text);
  return pieces.map((piece) => (piece.isCode ? code(piece.text) : piece.text)).join("");
}

/** Text for the message of a workflow command. Line breaks of our own are put in after it, as `%0A`. */
export function commandData(text: string): string {
  return plain(text).replaceAll("%", "%25");
}

/** Text for a property of a workflow command. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Text for a SARIF message: brackets would be a link, braces a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6). */
export function sarifText(text: string): string {
  return plain(text)
    .replace(/[\\[\]]/g, "\\$&")
    .replace(/[{}]/g, "$&$&");
}

/** JSON on which a terminal or a runner cannot act either; it reads back as the same value. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(invisible, (character) => (character === "\n" ? character : escapeUnits(character)))
    .replace(/##(?=[a-z]*\[)/gi, "#\\u0023");
}

function wordsOf(text: string): readonly { readonly text: string; readonly isCode: boolean }[] {
  return text
    .split(/(\s+)/)
    .filter((word) => word !== "")
    .map((word) => ({ text: word, isCode: word.trim() !== "" && !isSafeWord(word) }));
}

/** Letters, digits and the punctuation of a sentence; no address, and nothing GitHub takes for a commit or an issue. */
function isSafeWord(word: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N}.,;:()'"%=/…→–—-]+$/u.test(word) &&
    !/:\/\/|www\.|\bGH-|[0-9a-f]{7}|^[-=.:]+$/i.test(word)
  );
}

function cut(text: string): string {
  if (text.length <= longestField) return text;
  return `${text.slice(0, longestField)}… (${text.length} characters)`;
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
