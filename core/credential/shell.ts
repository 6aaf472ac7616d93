import { longestText } from "./longest-text";

/** A word of a command line. */
export interface ShellWord {
  readonly text: string;
  /** Whether the shell puts something else into it: a variable, or what a command prints. */
  readonly expands: boolean;
}

/** A command of a script. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** The command whose output it is given: `echo … | docker login`. */
  readonly given?: ShellCommand;
}

/**
 * The commands of a script, and of texts in which command lines stand among others, as in YAML.
 *
 * No more of the shell's grammar is known than what parts commands and words; a list of words in JSON or YAML on one
 * line is one command.
 */
export function shellCommandsIn(text: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: ShellWord[] = [];
  let given: ShellCommand | undefined;
  const end = (isPiped: boolean): void => {
    const command = { words, ...(given !== undefined && { given }) };
    given = isPiped && words.length > 0 ? command : undefined;
    if (words.length > 0) commands.push(command);
    words = [];
  };
  const start = text.slice(0, longestText);
  for (let at = 0; at < start.length;) {
    const here = start[at] ?? "";
    if (here === "\\" && /[\r\n]/.test(start[at + 1] ?? "")) at += 2;
    else if (here === "#" && isBlank(start[at - 1])) at = lineEnd(start, at);
    else if (here === "\n" || here === ";" || here === "(" || here === ")") {
      end(false);
      at += 1;
    } else if (here === "|" || here === "&") {
      const isDouble = start[at + 1] === here;
      end(here === "|" && !isDouble);
      at += isDouble ? 2 : 1;
    } else if (isBlank(here)) at += 1;
    else {
      const { word, next } = wordAt(start, at);
      if (word.text !== "") words.push(word);
      at = next;
    }
  }
  end(false);
  return commands;
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /[\s,[\]]/.test(character);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** The word at a place, and where the text goes on behind it. */
function wordAt(text: string, start: number): { readonly word: ShellWord; readonly next: number } {
  let word = "";
  let expands = false;
  let at = start;
  while (at < text.length) {
    const here = text[at] ?? "";
    if (here === "'" || here === '"') {
      const end = closing(text, at);
      // A quote that nobody closes is an apostrophe.
      if (end === undefined) {
        at += 1;
        continue;
      }
      const inside = text.slice(at + 1, end);
      expands ||= here === '"' && expandsIn(inside);
      word += inside;
      at = end + 1;
      // What follows a comma behind a quoted word is the next of a list.
      if (text[at] === "," || text[at] === "]") break;
    } else if (here === "$" && (text[at + 1] === "(" || text[at + 1] === "{")) {
      expands = true;
      const end = text.indexOf(text[at + 1] === "(" ? ")" : "}", at);
      const next = end < 0 || end - at > 512 ? at + 2 : end + 1;
      word += text.slice(at, next);
      at = next;
    } else if (/[\s;|&()]/.test(here) || (here === "]" && word === "")) break;
    else {
      expands ||= here === "`" || (here === "$" && /\w/.test(text[at + 1] ?? ""));
      word += here;
      at += 1;
    }
  }
  return { word: { text: word, expands }, next: at };
}

/** Where the quote at a place is closed, on the same line or within a script of a few lines. */
function closing(text: string, open: number): number | undefined {
  const quote = text[open] ?? "";
  for (let at = open + 1; at < text.length && at - open < 16_384; at += 1) {
    const here = text[at];
    if (here === quote) return at;
    if (here === "\\" && quote === '"') at += 1;
  }
  return undefined;
}

function expandsIn(text: string): boolean {
  return /`|\$[\w({]/.test(text);
}
