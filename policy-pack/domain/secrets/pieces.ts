import { argumentsIn } from "./arguments";
import { connectionsIn } from "./connections";
import { decodedOnce, unescaped, type Decoded } from "./decoded";
import { longestText } from "./longest-text";
import { valuesOverLines } from "./multiline";
import type { Piece } from "./piece";

/**
 * In YAML what follows in the next line with a colon of its own is no value. In a call, what is in quotes behind a name is an
 * argument: `Desk(api_key="…")`.
 */
const assignment =
  /(?:^|[\s,;{&?]|(?<=\()(?=[A-Za-z_]\w{0,120}\s{0,4}=\s{0,4}["']))(?:export\s+|set\s+)?["']?-{0,2}([A-Za-z_][\w.-]{0,120})["']?\s{0,4}[:=]\s{0,4}(?:"((?:[^"\\\n]|\\[^\n])*)"|'([^'\n]*)'|(?!\{["'\s\w]|\[["'\s]|(?<=\n[ \t]{0,3})[\w.-]{1,120}:\s)((?:\$\{[^}\s]{0,120}\}|\$\([^)\n]{0,240}\)|[^\s"',;&}(]|\((?![A-Za-z_]\w{0,120}\s{0,4}=\s{0,4}["']))+(?:\((?=[A-Za-z_]\w{0,120}\s{0,4}=\s{0,4}["']))?))/g;

/** `PASSWORD :'name'`, where psql puts the value of a variable. */
const psqlVariable = /^\W?[A-Za-z_]\w*\s+:'/;

/** A line by which a text shows that it is a program: of Python, JavaScript or Go. */
const program =
  /^[ \t]{0,40}(?:import [a-z_][\w.]{0,80}(?: as \w{1,60})?|from [\w.]{1,80} import \S.{0,200}|def \w{1,80}\(.{0,200}|(?:const|let|var) \w{1,80} = .{0,400}|func \w{1,80}\(.{0,200})$/m;

/** `<password>…</password>`, as files of settings in XML have it. */
const element = /<([A-Za-z][\w.-]{0,120})>([^<>\n]{1,512})<\/\1>/g;

/** Names under which pairs in lists have the name and the value: `- name: A`, `value: …`. */
const pairNames = new Set(["name", "key"]);
const pairValue = "value";

/**
 * The values that a text assigns to names, as command lines, environment files, JSON, YAML, XML and properties do.
 *
 * The value of a pair in a list has the pair's name. Only the first MiB is searched.
 */
export function assignmentsIn(text: string): readonly Piece[] {
  const found: Piece[] = [];
  const start = text.slice(0, longestText);
  if (start.includes("</")) {
    for (const [, under, value = ""] of start.matchAll(element)) {
      found.push({ text: value, under });
    }
  }
  if (!text.includes("=") && !text.includes(":")) return found;
  let pair: string | undefined;
  const isProgram = program.test(start);
  for (const match of start.matchAll(assignment)) {
    if (psqlVariable.test(match[0])) continue;
    if (isProgram && match[4] !== undefined && isExpression(match[0], match[4])) continue;
    const value = match[2] ?? match[3] ?? match[4] ?? "";
    const name = match[1]?.toLowerCase() ?? "";
    const under = name === pairValue && pair !== undefined ? pair : match[1];
    pair = pairNames.has(name) ? value : undefined;
    if (value !== "") found.push({ text: value, under });
    // A connection string in quotes, as in JSON: `"Db": "Server=db;Password=…"`.
    if (value.includes(";") && value.includes("=")) found.push(...settingsIn(value));
  }
  return found;
}

/**
 * Whether a program computes a value there: without quotes, and after a blank, which ends a word in a shell, other names of the
 * program follow.
 */
function isExpression(assigned: string, value: string): boolean {
  if (!/^\W?[\w.-]{1,121}\s{1,4}=\s/.test(assigned)) return false;
  return (
    /^[A-Za-z_]+$/.test(value) || /^[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,8}[([]/.test(value)
  );
}

/** The values of a connection string: `Server=db;User Id=crm;Password=…`. */
function settingsIn(text: string): readonly Piece[] {
  return text.split(";").flatMap((part) => {
    const [, under, value = ""] = /^\s?([A-Za-z][\w .-]{0,60})=(.{1,512})$/.exec(part) ?? [];
    return under === undefined ? [] : [{ text: value, under }];
  });
}

/** How many packages may be in one another, how many texts may be in packages, and how long they may be together. */
const bounds = { depth: 8, packages: 1_000, characters: 4 * longestText };

/** A value that may assign values of its own: JSON in a text in quotes, a connection string, lines, a command. */
const isDocument = /=[^=]|:["'\s\\]|\\n|\n|\s-/;

/** What a text has, and why not all of it is read. */
interface Opened {
  readonly pieces: readonly Piece[];
  /** The texts in packages. */
  readonly packed: readonly string[];
  readonly problems: readonly string[];
}

/**
 * The parts of a text that may be credentials: values that it assigns to names, arguments of command lines, and passwords in
 * connection strings; the same of each text that it, or a value in it, is a package of, and that text itself.
 *
 * @param under what the text is called
 */
export function piecesIn(text: string, under?: string): readonly Piece[] {
  return opened(text, under).pieces;
}

/** The texts that are packed in a text, in whatever way. */
export function packedTextsIn(text: string): readonly string[] {
  return opened(text, undefined).packed;
}

/** Why not all packages in a text are read, each as the end of a sentence; none where all are. */
export function problemsIn(text: string): readonly string[] {
  return opened(text, undefined).problems;
}

const onlyItself: Opened = { pieces: [], packed: [], problems: [] };

function isPlain({ texts, problem }: Decoded): boolean {
  return texts.length === 0 && problem === undefined;
}

/** Opens a text, the packages in it, and those in these, up to the bounds. */
function opened(text: string, under: string | undefined): Opened {
  const own = partsOf(text, under);
  // Nearly all texts are one value, and no package.
  if (own.length === 0 && isPlain(decodedOnce(text))) return onlyItself;
  const open: (Piece & { readonly depth: number })[] = [{ text, under, depth: 0 }];
  const pieces: Piece[] = [];
  const problems = new Set<string>();
  const seen = new Set([text]);
  let [characters, packages] = [0, 0];
  const add = (inner: string, from: Piece, depth: number): void => {
    if (seen.has(inner)) return;
    seen.add(inner);
    characters += inner.length;
    if (depth > bounds.depth) problems.add(`is packed more than ${bounds.depth} times`);
    else if (packages > bounds.packages) problems.add("has more than 1,000 packed texts");
    else if (characters > bounds.characters) {
      problems.add("has packed texts of more than 4,194,304 characters");
    } else open.push({ text: inner, under: from.under, depth });
  };
  const decode = (from: Piece, depth: number): void => {
    const { texts, problem } = decodedOnce(from.text);
    if (problem !== undefined) problems.add(problem);
    packages += texts.length;
    for (const inner of texts) add(inner, from, depth + 1);
  };
  for (const one of open) {
    if (one.depth > 0) pieces.push(one);
    decode(one, one.depth);
    for (const piece of one.depth === 0 ? own : partsOf(one.text, one.under)) {
      pieces.push(piece);
      if (isDocument.test(piece.text)) add(unescaped(piece.text), piece, one.depth + 1);
      else decode(piece, one.depth);
    }
  }
  const packed = open.slice(1).map((one) => one.text);
  return { pieces: distinct(pieces), packed, problems: [...problems] };
}

function partsOf(text: string, under: string | undefined): readonly Piece[] {
  return [
    ...assignmentsIn(text),
    ...valuesOverLines(text),
    ...argumentsIn(text),
    ...connectionsIn(text, under),
  ];
}

/** Pieces, each once: a value is written in several ways at once. */
function distinct(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length < 2) return pieces.map(({ text, under }) => ({ text, under }));
  const byText = new Map<string, Piece>();
  for (const { text, under } of pieces) byText.set(`${under ?? ""}\n${text}`, { text, under });
  return [...byText.values()];
}
