import { YamlMistake, char, isBlank, isBlankOrEnd, isBreak, isDigit, type Cursor } from "./cursor";

/** Ends of lines between the parts of a text, which become spaces or stay. */
class Fold {
  /** Whether the text goes on in another line. */
  isOpen = false;
  #first = "";
  #more = "";
  #blanks = "";

  blank(cursor: Cursor): void {
    if (!this.isOpen) this.#blanks += cursor.text[cursor.at] ?? "";
    cursor.at += 1;
  }

  break(cursor: Cursor): void {
    const found = cursor.takeBreak();
    if (this.isOpen) this.#more += found;
    else this.#first = found;
    this.isOpen = true;
    this.#blanks = "";
  }

  /** What stands for all of it between two parts; nothing is left. */
  take(): string {
    const isSpace = this.#first === "\n" && this.#more === "";
    const text = this.isOpen
      ? isSpace
        ? " "
        : (this.#first === "\n" ? "" : this.#first) + this.#more
      : this.#blanks;
    this.isOpen = false;
    this.#first = "";
    this.#more = "";
    this.#blanks = "";
    return text;
  }
}

/** What was read without quotes. */
interface PlainText {
  readonly text: string;
  /** Whether the line where it ends is another than its last. */
  readonly endsLine: boolean;
}

/** Reads a text without quotes. */
export function plainText(cursor: Cursor, indent: number, isInFlow: boolean): PlainText {
  const start = cursor.at;
  const fold = new Fold();
  let text = "";
  while (!cursor.isDocumentIndicator() && cursor.code() !== char.hash) {
    const from = cursor.at;
    skipPlainRun(cursor, isInFlow);
    if (cursor.at > from) text += fold.take() + cursor.text.slice(from, cursor.at);
    let code = cursor.code();
    if (!isBlank(code) && !isBreak(code)) break;
    for (; isBlank(code) || isBreak(code); code = cursor.code()) {
      if (isBreak(code)) fold.break(cursor);
      else if (code === char.tab && fold.isOpen && cursor.column <= indent) {
        throw new YamlMistake(cursor.at, "found a tab character that violates indentation");
      } else fold.blank(cursor);
    }
    if (!isInFlow && cursor.column <= indent) break;
  }
  if (cursor.at === start) throw new YamlMistake(start, "found no text where one begins");
  return { text, endsLine: fold.isOpen };
}

function skipPlainRun(cursor: Cursor, isInFlow: boolean): void {
  for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
    if (code === char.colon && isBlankOrEnd(cursor.code(1))) return;
    if (isInFlow && endsInFlow(code)) return;
    cursor.at += 1;
  }
}

function endsInFlow(code: number): boolean {
  return (
    code === char.comma ||
    code === char.question ||
    code === char.openList ||
    code === char.closeList ||
    code === char.openMap ||
    code === char.closeMap
  );
}

/** Reads a text in quotes, of which the first is next. */
export function quotedText(cursor: Cursor): string {
  const start = cursor.at;
  const mark = cursor.code();
  const fold = new Fold();
  let text = "";
  cursor.at += 1;
  for (;;) {
    if (cursor.isDocumentIndicator()) {
      throw new YamlMistake(start, "found a document indicator in a text in quotes");
    }
    if (cursor.code() === char.end) {
      throw new YamlMistake(start, "found no end of a text in quotes");
    }
    let from = cursor.at;
    let code = cursor.code();
    for (; !isBlankOrEnd(code); code = cursor.code()) {
      if (code === mark) {
        if (mark !== char.quote || cursor.code(1) !== char.quote) break;
        text += cursor.text.slice(from, cursor.at + 1);
        cursor.at += 2;
        from = cursor.at;
      } else if (code === char.backslash && mark === char.doubleQuote) {
        text += cursor.text.slice(from, cursor.at);
        cursor.at += 1;
        if (isBreak(cursor.code())) {
          cursor.takeBreak();
          fold.isOpen = true;
          from = cursor.at;
          break;
        }
        text += escaped(cursor, start);
        from = cursor.at;
      } else {
        cursor.at += 1;
      }
    }
    text += cursor.text.slice(from, cursor.at);
    if (cursor.code() === mark) break;
    for (code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
      if (isBreak(code)) fold.break(cursor);
      else fold.blank(cursor);
    }
    text += fold.take();
  }
  cursor.at += 1;
  return text;
}

/** What a character behind a backslash stands for. */
const escapes: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\x07"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\x1b"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\x85"],
  ["_", "\xa0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);

/** How many digits follow for the code of a character. */
const digitsOf: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

function escaped(cursor: Cursor, start: number): string {
  const sign = cursor.code() === char.end ? "" : (cursor.text[cursor.at] ?? "");
  cursor.at += 1;
  const plain = escapes.get(sign);
  if (plain !== undefined) return plain;
  const digits = digitsOf.get(sign);
  if (digits === undefined) throw new YamlMistake(start, "found an unknown escape character");
  const hex = cursor.text.slice(cursor.at, Math.min(cursor.at + digits, cursor.end));
  if (hex.length !== digits || !/^[0-9a-f]+$/i.test(hex)) {
    throw new YamlMistake(start, "found no hexadecimal number behind an escape character");
  }
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw new YamlMistake(start, "found an escape that stands for no character");
  }
  cursor.at += digits;
  return String.fromCodePoint(code);
}

/** Reads a text behind `|` or `>`, which is next. */
export function blockText(cursor: Cursor, parentIndent: number): string {
  const start = cursor.at;
  const isLiteral = cursor.code() === char.bar;
  cursor.at += 1;
  const { chomping, increment } = blockHeader(cursor, start);
  const least = Math.max(parentIndent + 1, 1);
  const given = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  const first = blockBreaks(cursor, given, start);
  const indent = given > 0 ? given : Math.max(first.deepest, least);
  let trailing = first.breaks;
  let leading = "";
  let wasBlank = false;
  let text = "";
  while (cursor.column === indent && cursor.code() !== char.end) {
    const blank = isBlank(cursor.code());
    const isFolded = !isLiteral && !wasBlank && !blank && leading === "\n";
    if (!isFolded) text += leading;
    else if (trailing === "") text += " ";
    text += trailing;
    wasBlank = blank;
    const from = cursor.at;
    for (let code = cursor.code(); code !== char.end && !isBreak(code); code = cursor.code()) {
      cursor.at += 1;
    }
    text += cursor.text.slice(from, cursor.at);
    leading = cursor.code() === char.end ? "" : cursor.takeBreak();
    trailing = blockBreaks(cursor, indent, start).breaks;
  }
  if (chomping !== char.dash) text += leading;
  if (chomping === char.plus) text += trailing;
  return text;
}

function blockHeader(
  cursor: Cursor,
  start: number,
): { readonly chomping: number; readonly increment: number } {
  let chomping = 0;
  let increment = 0;
  const takeChomping = (): void => {
    const code = cursor.code();
    if (code !== char.plus && code !== char.dash) return;
    chomping = code;
    cursor.at += 1;
  };
  takeChomping();
  if (isDigit(cursor.code())) {
    increment = cursor.code() - char.zero;
    if (increment === 0) throw new YamlMistake(start, "found an indentation indicator equal to 0");
    cursor.at += 1;
    if (chomping === 0) takeChomping();
  }
  cursor.endLine(start);
  return { chomping, increment };
}

/** Passes the indentation of lines and those that have nothing else. */
function blockBreaks(
  cursor: Cursor,
  indent: number,
  start: number,
): { readonly breaks: string; readonly deepest: number } {
  let breaks = "";
  let deepest = 0;
  for (;;) {
    const isBefore = (): boolean => indent === 0 || cursor.column < indent;
    while (isBefore() && cursor.code() === char.space) cursor.at += 1;
    deepest = Math.max(deepest, cursor.column);
    if (isBefore() && cursor.code() === char.tab) {
      throw new YamlMistake(start, "found a tab character where an indentation space is expected");
    }
    if (!isBreak(cursor.code())) return { breaks, deepest };
    breaks += cursor.takeBreak();
  }
}
