import { argumentErrorCode, fileErrorCode } from "../../core/snapshot/error-codes";
import { visible } from "../../core/visible";

/** Longest value that a message repeats whole. */
const longestRepeated = 200;

/**
 * An argument mistake as ``agent `triage`: what is wrong; what to do``.
 *
 * Values are cut to a readable length, and invisible characters in them are written out.
 */
export function argumentError(subject: string, problem: string): Error {
  return coded(visible(`${subject}: ${problem}`.replace(/`[^`]+`/g, cut)), argumentErrorCode);
}

/** Mistakes of a file, each on a line of its own, which their reader has made fit to be read. */
export function fileError(subject: string, lines: string): Error {
  return coded(`${subject}: ${lines}`, fileErrorCode);
}

/** An error that consoles recognise by its code and do not print the code. */
function coded(message: string, code: string): Error {
  return Object.defineProperty(new Error(message), "code", { value: code });
}

function cut(quoted: string): string {
  if (quoted.length <= longestRepeated) return quoted;
  return `${quoted.slice(0, longestRepeated)}…\``;
}

/** How errors name a component, such as ``agent `triage` ``. */
export function subjectOf(kind: string, name: string): string {
  return `${kind} \`${name}\``;
}

/** Refuses a block of alternatives with none or several of them. */
export function exactlyOne(
  subject: string,
  block: string,
  alternatives: Readonly<Record<string, unknown>>,
): void {
  const names = Object.keys(alternatives);
  const given = names.filter((name) => alternatives[name] !== undefined);
  if (given.length === 1) return;
  const allowed = names.map((name) => `\`${name}\``).join(", ");
  throw argumentError(
    subject,
    given.length === 0
      ? `${block} is empty; give ${names.length === 1 ? allowed : `exactly one of ${allowed}`}`
      : `${block} has ${given.map((name) => `\`${name}\``).join(" and ")}; give exactly one of ${allowed}`,
  );
}

/** Refuses a value that is not among the choices; programs in JavaScript and YAML are not checked by the type. */
export function oneOf(
  subject: string,
  argument: string,
  value: string,
  choices: Readonly<Record<string, string>> | readonly string[],
): void {
  const allowed = Object.values(choices);
  if (allowed.includes(value)) return;
  throw argumentError(
    subject,
    `${argument} \`${value}\` is unknown; give ${allowed.map((choice) => `\`${choice}\``).join(" or ")}`,
  );
}

/** Refuses a text that does not match a pattern; `wanted` is what to give, such as ``the name of one branch``. */
export function fitting(
  subject: string,
  argument: string,
  value: string,
  pattern: RegExp,
  wanted: string,
): void {
  // The value of an output is not checked by the type, and a pattern would read `undefined` as a word.
  if (typeof value === "string" && pattern.test(value)) return;
  throw argumentError(subject, `${argument} is \`${value}\`; give ${wanted}`);
}
