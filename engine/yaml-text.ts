import { LineCounter, parseDocument, type YAMLError } from "yaml";

/** What parsing gives: the value, or one sentence with the place of the first error. */
export type Parsed<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: string };

/** Parses one YAML document; errors read `<file>:<line>:<column>: <message>`. */
export function parseYaml(text: string, file: string): Parsed<unknown> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) return { kind: "problem", problem: yamlProblem(error, file, lines) };
  try {
    return { kind: "ok", value: document.toJS() as unknown };
  } catch (error) {
    return { kind: "problem", problem: `${file}: ${messageOf(error)}` };
  }
}

/** One sentence for a YAML error: `<file>:<line>:<column>: <message>`. */
export function yamlProblem(error: YAMLError, file: string, lines: LineCounter): string {
  const { line, col } = lines.linePos(error.pos[0]);
  return `${file}:${line}:${col}: ${lowerFirst(error.message)}`;
}

/** The message of whatever was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split("\n")[0] ?? "";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
