import { longestText } from "./longest-text";

/** A word of a command line. */
export interface ShellWord {
  readonly text: string;
  /** Whether the shell replaces a part of it: by a variable, or by what a command prints. */
  readonly expands: boolean;
}

const quoted = String.raw`"((?:[^"\\]|\\[^]){0,16384})"|'([^']{0,16384})'`;

/** A comment, the end of a line that goes on, what ends a command, or a word: quoted parts, `$(…)`, `${…}` and other characters. */
const part = new RegExp(
  String.raw`(?<![^\s,[\]])#[^\n]*|\\\r?\n|([;&|()\n])|((?:[^\s\\;&|()"'$]+|${quoted}|\$\([^)]{0,512}\)|\$\{[^}]{0,512}\}|\\(?!\r?\n).|[^\s\\;&|()])+)`,
  "g",
);

/** A quoted part of a word, an escaped character, or a quote that nothing closes. */
const quotes = new RegExp(String.raw`${quoted}|(\\[^])|["']`, "g");

/** What stands between the words of a list in JSON or YAML. */
const between = /(?<=["'])\s{0,40}[,\]]|(?<![^\s,[\]])[,[\]]+/g;

/** The commands of a script, and of texts in which command lines stand among others; a list of words in JSON on one line is one command. */
export function shellCommandsIn(text: string): readonly (readonly ShellWord[])[] {
  const commands: ShellWord[][] = [[]];
  for (const [, end, word] of text.slice(0, longestText).replace(between, " ").matchAll(part)) {
    if (end !== undefined) commands.push([]);
    else if (word !== undefined) commands.at(-1)?.push(wordOf(word));
  }
  return commands.filter((words) => words.length > 0);
}

function wordOf(word: string): ShellWord {
  const withoutQuotes = (keepsSingle: boolean): string =>
    word.replace(
      quotes,
      (_, double?: string, single?: string, escaped?: string) =>
        double ?? (keepsSingle ? single : undefined) ?? escaped ?? "",
    );
  return { text: withoutQuotes(true), expands: /`|\$[\w({]/.test(withoutQuotes(false)) };
}
