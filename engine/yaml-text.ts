import {
  Composer,
  LineCounter,
  Parser,
  YAMLParseError,
  type CST,
  type Document,
  type YAMLError,
} from "yaml";
import type { SourcePosition } from "../core/snapshot/resource";
import { repeatedKeys } from "../yaml/repeated-keys";
import { messageWithoutText, syntaxProblem } from "../yaml/syntax-problem";

/** Why something cannot be read. */
export interface Problem {
  readonly kind: "problem";
  /** One sentence, with the place it is about in front. */
  readonly problem: string;
  /** The location and the sentence separately, where there is a location. */
  readonly at?: { readonly source: SourcePosition; readonly message: string };
}

/** What parsing gives: the value, or one sentence with the place of the first error. */
export type Parsed<T> = { readonly kind: "ok"; readonly value: T } | Problem;

/** Documents nested deeper are refused: composing recurses, and no real one comes near. */
const MAX_DEPTH = 256;

/** Parses one YAML document; errors read `<file>:<line>:<column>: <message>`. */
export function parseYaml(text: string, file: string): Parsed<unknown> {
  const lines = new LineCounter();
  const composed = composeYaml(text, file, lines);
  if (composed.kind === "problem") return composed;
  const [document] = composed.value;
  if (document === undefined) return { kind: "ok", value: null };
  const [error] = document.errors;
  if (error !== undefined) return yamlProblem(error, file, lines);
  try {
    return { kind: "ok", value: document.toJS() as unknown };
  } catch (thrown) {
    return placed(file, lines, 0, messageWithoutText(messageOf(thrown)));
  }
}

/** Composes the documents of a text in YAML 1.2, refusing what is nested too deep. */
export function composeYaml(
  text: string,
  file: string,
  lines: LineCounter,
): Parsed<readonly Document.Parsed[]> {
  const tokens: CST.Token[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    const tooDeep = offsetBeyond(token, MAX_DEPTH);
    if (tooDeep !== undefined) {
      return placed(file, lines, tooDeep, `nested deeper than ${MAX_DEPTH} levels`);
    }
    tokens.push(token);
  }
  const composer = new Composer({ logLevel: "error", uniqueKeys: false });
  const documents = [...composer.compose(tokens)];
  for (const document of documents) noteRepeatedKeys(document);
  return { kind: "ok", value: documents };
}

function noteRepeatedKeys(document: Document.Parsed): void {
  const { errors } = document;
  for (const at of repeatedKeys(document)) {
    errors.push(new YAMLParseError([at, at + 1], "DUPLICATE_KEY", "Map keys must be unique"));
  }
  errors.sort((a, b) => a.pos[0] - b.pos[0]);
}

/** A YAML error as a problem with its place. */
export function yamlProblem(error: YAMLError, file: string, lines: LineCounter): Problem {
  return placed(file, lines, error.pos[0], syntaxProblem(error));
}

/** A problem with its place: `<file>:<line>:<column>: <message>`. */
export function placed(file: string, lines: LineCounter, offset: number, message: string): Problem {
  const { line, col: column } = lines.linePos(offset);
  return {
    kind: "problem",
    problem: `${file}:${line}:${column}: ${message}`,
    at: { source: { file, line, column }, message },
  };
}

/** The message of whatever was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split("\n")[0] ?? "";
}

/** Where a token's nesting passes a depth; walks without recursion, since it guards what recurses. */
function offsetBeyond(token: CST.Token, limit: number): number | undefined {
  const open: [CST.Token, number][] = [[token, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [here, depth] = next;
    if (depth > limit) return "offset" in here ? here.offset : 0;
    if (here.type === "document" && here.value !== undefined) open.push([here.value, depth + 1]);
    if (!("items" in here)) continue;
    for (const { key, value } of here.items) {
      if (key != null) open.push([key, depth + 1]);
      if (value !== undefined) open.push([value, depth + 1]);
    }
  }
  return undefined;
}
