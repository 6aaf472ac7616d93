import { plain } from "./escape";
import type { SourcePosition } from "../../core/snapshot/resource";

/** Longest part of a line that a frame shows, in characters. */
const widest = 100;

/** A line of the program and a caret under a place in it. */
export interface CodeFrame {
  readonly code: string;
  /** Blanks up to the place, and the caret. */
  readonly caret: string;
}

/**
 * The line at a place, with its indentation cut off.
 *
 * A line may hold a secret that nobody recognised. So what stands in quotes, in a comment, or as the value of a YAML key is
 * shown only where the report names it already.
 *
 * @param line the whole line, as the file has it
 * @param named whether the report names a text
 */
export function codeFrame(
  { file, column = 1 }: SourcePosition,
  line: string,
  named: (text: string) => boolean,
): CodeFrame | undefined {
  const start = line.length - line.trimStart().length;
  const at = Math.max(0, column - 1 - start);
  const masked = /\.ya?ml$/i.test(file)
    ? withoutScalars(line.trim(), named)
    : withoutStrings(line.trim(), named);
  const code = plain(masked.text);
  // Where something before the place was masked or written out, the caret moves with it.
  const before = plain(masked.prefix(at)).length;
  if (code === "" || before >= widest) return undefined;
  const shown = code.length > widest ? `${code.slice(0, widest - 1)}…` : code;
  return { code: shown, caret: `${" ".repeat(before)}^` };
}

interface Masked {
  readonly text: string;
  /** What is shown of the first so many characters of the line. */
  readonly prefix: (length: number) => string;
}

const quoted = /(["'`])((?:\\.|(?!\1)[^\\])*)(\1|$)|\/\/.*$|\/\*.*?(?:\*\/|$)/g;

/** A line of JavaScript or TypeScript without what its strings and comments hold. */
function withoutStrings(line: string, named: (text: string) => boolean): Masked {
  return masking(line, quoted, (match) => {
    const [whole, quote, inner = ""] = match;
    if (quote === undefined) return "";
    return inner === "" || named(inner) ? whole : `${quote}…${quote}`;
  });
}

/** A line of YAML without its values and comments. */
function withoutScalars(line: string, named: (text: string) => boolean): Masked {
  return masking(
    line,
    /(?<=^(?:- )*(?:[\w./-]+:\s+))\S.*$|(?<=^(?:- )+)[^\s:]+$|^[^:]*$/g,
    ([value]) => {
      const bare = value.replace(/^(["'])(.*)\1$/, "$2");
      return named(bare) || /^[|>{[][+-]?$/.test(value) ? value : "…";
    },
  );
}

function masking(
  line: string,
  parts: RegExp,
  shownOf: (match: RegExpMatchArray) => string,
): Masked {
  const shown = (text: string): string => text.replace(parts, (...match) => shownOf(match));
  return {
    text: shown(line).trimEnd(),
    prefix: (length) => prefixOf(line, parts, shownOf, length),
  };
}

function prefixOf(
  line: string,
  parts: RegExp,
  shownOf: (match: RegExpMatchArray) => string,
  length: number,
): string {
  let text = "";
  let end = 0;
  for (const match of line.matchAll(parts)) {
    if (match.index >= length) break;
    text += line.slice(end, match.index);
    end = match.index + match[0].length;
    // A place within what is masked is shown at its beginning.
    if (end > length) return text;
    text += shownOf(match);
  }
  return text + line.slice(end, Math.max(end, length));
}
