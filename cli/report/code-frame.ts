import { sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import type { SourcePosition } from "../../core/snapshot/resource";
import { plain } from "./escape";

/** Longest part of a line that a frame shows, in characters. */
const widest = 100;

/** A line of the program and a caret under a place in it. */
interface CodeFrame {
  readonly code: string;
  /** Blanks up to the place, and the caret. */
  readonly caret: string;
}

/**
 * The line where a fault is shown; undefined without a place, where the line cannot be read, or where it is unclear what of
 * it may be shown.
 *
 * @param lineOf the whole line of a place
 */
export function codeFrameOf(
  fault: Fault,
  lineOf: ((source: SourcePosition) => string | undefined) | undefined,
): CodeFrame | undefined {
  const source = sourceOf(fault);
  const line = source && lineOf?.(source);
  if (source === undefined || line === undefined) return undefined;
  return codeFrame(source, line, (text) => isNamed(fault, text));
}

/** Whether a finding shows a text as a name or a part of its place already. */
function isNamed({ first, affected, related }: Fault, text: string): boolean {
  const labels = [first.about, ...affected, ...related].map(({ label }) => label);
  return labels.some((label) => label === text || label.split("/").includes(text));
}

/** A line in pieces, of which some are shown otherwise. */
type Pieces = readonly { readonly written: string; readonly shown: string }[];

/**
 * The line at a location, without its indentation; undefined where it is unclear what of it may be shown.
 *
 * A line may have an unrecognised secret. So quoted texts, comments, and the value of a YAML key are shown only where the
 * report names them already.
 *
 * @param line the whole line, as in the file
 * @param named whether the report names a text
 */
export function codeFrame(
  { file, column = 1 }: SourcePosition,
  line: string,
  named: (text: string) => boolean,
): CodeFrame | undefined {
  const text = line.trim();
  const pieces = /\.ya?ml$/i.test(file) ? piecesOfYaml(text, named) : piecesOfCode(text, named);
  if (pieces === undefined) return undefined;
  const indentation = line.length - line.trimStart().length;
  const before = plain(shownBefore(pieces, Math.max(0, column - 1 - indentation))).length;
  const code = plain(pieces.map(({ shown }) => shown).join("")).trimEnd();
  if (code === "" || before >= widest) return undefined;
  const shown = code.length > widest ? `${code.slice(0, widest - 1)}…` : code;
  return { code: shown, caret: `${" ".repeat(before)}^` };
}

const stringOrComment = /(["'`])((?:\\.?|(?!\1)[^\\])*)(\1|$)|\/\/.*$|\/\*.*?(?:\*\/|$)/gs;

/**
 * A line of JavaScript or TypeScript; undefined within a template or where a string does not end in it, as text and code are
 * not distinguishable then.
 */
function piecesOfCode(line: string, named: (text: string) => boolean): Pieces | undefined {
  const pieces: { written: string; shown: string }[] = [];
  let end = 0;
  for (const match of line.matchAll(stringOrComment)) {
    const [written, quote, inner = "", close] = match;
    if (quote !== undefined && close !== quote) return undefined;
    const between = line.slice(end, match.index);
    end = match.index + written.length;
    const text = quote === undefined ? "" : `${quote}…${quote}`;
    const isShown = quote !== undefined && (inner === "" || named(inner));
    pieces.push(asItIs(between), { written, shown: isShown ? written : text });
  }
  pieces.push(asItIs(line.slice(end)));
  return pieces.some(({ shown }) => shown.includes("${")) ? undefined : pieces;
}

/** A line of YAML: its key, and the value where the report names it or where more lines follow. */
function piecesOfYaml(line: string, named: (text: string) => boolean): Pieces {
  const [, start = "", value = ""] =
    /^((?:- +)*(?:[\w./$-]+|"[^"\\]*"|'[^']*') *:(?: +|$)|(?:- +)+|)(.*)$/s.exec(line) ?? [];
  const bare = value.replace(/^(["'])(.*)\1$/, "$2");
  const isShown = value === "" || named(bare) || /^[|>][+-]?$/.test(value);
  return [asItIs(start), { written: value, shown: isShown ? value : "…" }];
}

function asItIs(text: string): Pieces[number] {
  return { written: text, shown: text };
}

/** What is shown of the first so many characters of a line; a place within what is hidden is at its beginning. */
function shownBefore(pieces: Pieces, length: number): string {
  let left = length;
  let text = "";
  for (const { written, shown } of pieces) {
    if (written.length > left) return written === shown ? text + shown.slice(0, left) : text;
    text += shown;
    left -= written.length;
  }
  return text;
}
