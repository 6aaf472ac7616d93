import { isCredentialName } from "./name";
import type { Piece } from "./piece";
import { tools, toolsCalled, type Tool } from "./tools";
import { longestText } from "./longest-text";

/** What a word of a command line has that is a credential by its place. */
export interface Argument {
  readonly index: number;
  readonly under: string;
  /** The credential in the word; undefined where the word is not known. */
  readonly text: string | undefined;
}

/** A word of a command line; undefined where it is not known. */
type Word = string | undefined;

const deepest = 3;

/** Names of programs whose command lines are searched, and options with the name of a credential. */
const worthwhile = new RegExp(
  `(?:^|[^\\w-])(?:${[...new Set(tools.flatMap(({ names }) => names))].join("|")})["',]{0,2}(?:\\s|$)|` +
    "--[\\w-]{0,40}(?:pass|token|secret|key|credential|auth)[\\w-]{0,40}[\"',]{0,2}\\s|--from-literal",
  "i",
);

/** Statements of SQL that set a password. */
const sqlPassword =
  /\b(?:USER|ROLE|LOGIN|GRANT)\b[^;]{0,200}?\b(?:PASSWORD|IDENTIFIED(?:\s+WITH\s+\S{1,60})?\s+BY)\s{0,4}(?:FOR\s+[^=\n]{1,80})?=?\s{0,4}'([^'\n]{1,200})'/gi;

/** The credentials that the command lines in a text hand to programs, and that its statements of SQL set. */
export function argumentsIn(text: string): readonly Piece[] {
  const found: Piece[] = [];
  if (text.includes("'")) {
    for (const [, password = ""] of text.matchAll(sqlPassword)) {
      if (!/^[$:%{]/.test(password)) found.push({ text: password, under: "PASSWORD" });
    }
  }
  if (mayBeLine(text) && worthwhile.test(text)) collect(text, deepest, found);
  return found;
}

/** Whether a text has more than one word, or one that is a whole option: most texts are passed over by this. */
function mayBeLine(text: string): boolean {
  return /[\s,;|&()[\]]/.test(text) || text.includes("--");
}

/**
 * The credentials among the words of one command line.
 *
 * @param program the program that is called, where the words are its arguments alone
 */
export function argumentsOf(words: readonly Word[], program?: string): readonly Argument[] {
  const found: Argument[] = [];
  const called = program === undefined ? [] : [{ tools: toolsCalled(program), from: 0, program }];
  words.forEach((word, index) => {
    const here = word === undefined ? [] : toolsCalled(word);
    if (here.length > 0) called.push({ tools: here, from: index + 1, program: nameOf(word ?? "") });
  });
  called.forEach(({ tools: ways, from, program: name }, position) => {
    const until = called[position + 1]?.from ?? words.length + 1;
    for (const way of ways) found.push(...argumentsFor(way, name, words, from, until - 1));
  });
  return found;
}

function collect(text: string, depth: number, into: Piece[]): void {
  for (const words of shellCommandsIn(text)) {
    const known = words.map(({ text: word, expands }) => (expands ? undefined : word));
    for (const { text: value, under } of argumentsOf(known)) {
      if (value !== undefined) into.push({ text: value, under });
    }
    into.push(...longOptions(words));
    if (depth <= 1) continue;
    // `sh -c "…"`: a command line in a word of another.
    for (const { text: word } of words) {
      if (/\s/.test(word) && word.length < text.length) collect(word, depth - 1, into);
    }
  }
}

/** An argument in code that declares an option of a program: `required=True,`. */
const isKeywordArgument = /^[A-Za-z_]\w{0,40}=(?:True|False|None|\S{0,80},)$/;

/** `--password VALUE`, `--from-literal=password=VALUE`: options whose name, or whose value's, is a credential's. */
function* longOptions(words: readonly ShellWord[]): Iterable<Piece> {
  for (const [index, { text, expands }] of words.entries()) {
    const option = /^--([A-Za-z][\w.-]{0,80})$/.exec(text)?.[1];
    const next = words[index + 1];
    if (option !== undefined && next !== undefined && isCredentialName(option)) {
      // Plain words in a text can be a value or prose.
      const isValue =
        !next.expands &&
        !next.text.startsWith("-") &&
        !/^[a-z]+$/i.test(next.text) &&
        !isKeywordArgument.test(next.text);
      if (isValue) yield { text: next.text, under: option };
    }
    const pair = /^--[\w-]{1,40}=([A-Za-z_][\w.-]{0,80})=(.+)$/.exec(text);
    if (pair !== null && !expands) yield { text: pair[2] ?? "", under: pair[1] };
  }
}

function* argumentsFor(
  tool: Tool,
  program: string,
  words: readonly Word[],
  from: number,
  until: number,
): Iterable<Argument> {
  const { secret = [], pair = [], places = {}, after } = tool;
  let applies = after === undefined;
  for (let index = from; index < Math.min(until, words.length); index += 1) {
    const word = words[index];
    if (word === undefined) continue;
    if (!applies) {
      applies = word === after;
      continue;
    }
    const under = `${program} password`;
    const behind = words[index + 1];
    const hasNext = index + 1 < words.length && behind?.startsWith("-") !== true;
    const isPair = pair.includes(optionIn(word, pair));
    if (isPair || secret.includes(optionIn(word, secret))) {
      if (tool.attached === "only" || !hasNext) continue;
      const text = isPair && behind !== undefined ? behindUser(behind) : behind;
      if (behind === undefined || text !== undefined) yield { index: index + 1, under, text };
      index += 1;
      continue;
    }
    const attached = attachedIn(word, tool);
    if (attached !== undefined) yield { index, under, text: attached };
    const place = Object.hasOwn(places, word) ? (places[word] ?? 0) : undefined;
    if (place !== undefined) yield* atPlace(words, index + 1, place, under);
    if (tool.settings === true && hasNext && !word.startsWith("-") && isCredentialName(word)) {
      yield { index: index + 1, under: word, text: behind };
    }
  }
}

/** Whether a word is an option, also as programs of Windows take them: `/add`, `/active:yes`. */
function isOption(word: Word): boolean {
  return word !== undefined && /^(?:-|\/[a-z]{1,20}(?::|$))/i.test(word);
}

/** The word after another; nothing before options or at the end. */
function* atPlace(
  words: readonly Word[],
  from: number,
  place: number,
  under: string,
): Iterable<Argument> {
  const between = words.slice(from, from + place + 1);
  if (between.length <= place || between.some(isOption)) return;
  const text = between[place];
  if (text?.includes("=") === true && place === 0) return;
  yield { index: from + place, under, text };
}

/** The option that a word is: itself, or the last of short ones written together, as `-su` is `-u`. */
function optionIn(word: string, options: readonly string[]): string {
  if (options.includes(word) || !/^-[A-Za-z]{2,5}$/.test(word)) return word;
  const last = `-${word.at(-1) ?? ""}`;
  return options.includes(last) && /^-[sSfkLvgiIjJOlNn]+$/.test(word.slice(0, -1)) ? last : word;
}

/** What follows a short option, or the equals sign of a long one. */
function attachedIn(word: string, tool: Tool): string | undefined {
  for (const [options, isPair] of [
    [tool.secret ?? [], false],
    [tool.pair ?? [], true],
  ] as const) {
    for (const option of options) {
      const isLong = option.startsWith("--");
      if (!isLong && tool.attached === undefined) continue;
      const start = isLong ? `${option}=` : option;
      if (!word.startsWith(start) || word.length <= start.length) continue;
      const text = word.slice(start.length);
      return isPair ? behindUser(text) : text;
    }
  }
  return undefined;
}

/** The password in `user:password` or `user%password`. */
function behindUser(text: string): string | undefined {
  const at = text.search(/[:%]/);
  return at <= 0 && text[0] !== ":" ? undefined : text.slice(at + 1) || undefined;
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/** A word of a command line. */
interface ShellWord {
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

/** The separators between the words of a list in JSON or YAML. */
const between = /(?<=["'])\s{0,40}[,\]]|(?<![^\s,[\]])[,[\]]+/g;

/**
 * The commands of a script, and of texts with command lines among others; a list of words in JSON on one line is one command.
 */
function shellCommandsIn(text: string): readonly (readonly ShellWord[])[] {
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
