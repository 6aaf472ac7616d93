import { argumentsIn } from "./arguments";
import { connectionsIn } from "./connections";
import { longestText } from "./longest-text";
import type { Piece } from "./piece";

/** Shortest base64 that is searched for settings. */
const shortestSettings = 24;
/** In YAML what follows in the next line with a colon of its own is no value. */
const assignment =
  /(?:^|[\s,;{&?])(?:export\s+|set\s+)?["']?-{0,2}([A-Za-z_][\w.-]{0,120})["']?\s{0,4}[:=]\s{0,4}(?:"([^"\n]*)"|'([^'\n]*)'|(?!\{["'\s\w]|\[["'\s]|(?<=\n[ \t]{0,3})[\w.-]{1,120}:\s)((?:\$\{[^}\s]{0,120}\}|\$\([^)\n]{0,240}\)|[^\s"',;&}])+))/g;

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

/**
 * The parts of a text that may be credentials: values that it assigns to names, arguments of command lines, and passwords in
 * connection strings; of an encoded text those of what it decodes to.
 *
 * @param under what the text is called
 */
export function piecesIn(text: string, under?: string): readonly Piece[] {
  const decoded = text.length >= shortestSettings ? decodedBase64(text) : undefined;
  const plain = decoded ?? text;
  return [...assignmentsIn(plain), ...argumentsIn(plain), ...connectionsIn(plain, under)];
}

/** The text in a base64 string, or undefined where it is not base64 of readable UTF-8. */
export function decodedBase64(text: string): string | undefined {
  const compact = text.replace(/\s/g, "");
  if (compact.length < 8 || compact.length > longestText || compact.length % 4 !== 0) {
    return undefined;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, "base64");
  const decoded = bytes.toString("utf8");
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(decoded) ? undefined : decoded;
}
