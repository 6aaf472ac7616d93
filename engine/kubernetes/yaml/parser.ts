import {
  CST,
  Composer,
  Lexer,
  Parser,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type ErrorCode,
  type ParsedNode,
} from "yaml";
import { YamlMistake } from "./mistake";
import { refuseForms, refuseTabAtStart, refuseTabs, textEndingInSpaces } from "./forms";

/** A part of a document in YAML, and where it begins. */
export type YamlNode =
  | {
      readonly kind: "scalar";
      readonly at: number;
      readonly text: string;
      /** In full, such as `tag:yaml.org,2002:str`; empty where none is written. */
      readonly tag: string;
      /** Whether its text decides what it is: it has no quotes and no tag. */
      readonly isPlain: boolean;
    }
  | { readonly kind: "list"; readonly at: number; readonly items: readonly YamlNode[] }
  /** Keys and values by turns. */
  | { readonly kind: "map"; readonly at: number; readonly entries: readonly YamlNode[] }
  | { readonly kind: "alias"; readonly at: number; readonly target: YamlNode };

/** What is nested deeper is refused: `yaml` recurses, and no real document comes near. */
const MAX_DEPTH = 256;

/** All values are texts, which `decode.ts` resolves as Kubernetes does. */
const options = {
  version: "1.1",
  schema: "failsafe",
  uniqueKeys: false,
  logLevel: "silent",
} as const;

/** Mistakes of which the message of `yaml` shows nothing of the text, which may be a secret. */
const shownMistakes: ReadonlySet<ErrorCode> = new Set([
  "BAD_INDENT",
  "BAD_SCALAR_START",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "TAB_AS_INDENT",
]);

/**
 * Parses the first document of a text, which Kubernetes takes for the only one, by the package `yaml`.
 *
 * Throws a {@link YamlMistake} at what is no YAML, and at what Kubernetes' go-yaml may read otherwise (`forms.ts`). What
 * follows the document behind a `...` is left out, as Kubernetes does.
 *
 * @returns undefined where there is none
 */
export function parseDocument(text: string, start: number, end: number): YamlNode | undefined {
  return new DocumentReader(text.slice(start, end), start).root();
}

class DocumentReader {
  readonly #text: string;
  readonly #start: number;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #scalars: (readonly [number, number])[] = [];

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
  }

  root(): YamlNode | undefined {
    const [document, tokens] = firstDocument(this.#text, this.#start);
    const [error] = document?.errors ?? [];
    if (error !== undefined) {
      const shown = shownMistakes.has(error.code) ? `: ${error.message}` : "";
      throw new YamlMistake(
        this.#start + error.pos[0],
        `this is no YAML that is read here${shown}`,
      );
    }
    refuseForms(this.#text, this.#start, tokens);
    if (!document?.contents) return undefined;
    const root = this.#node(document.contents);
    refuseTabs(this.#text, this.#start, this.#scalars);
    return root;
  }

  #node(node: ParsedNode): YamlNode {
    const at = this.#start + node.range[0];
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) throw new YamlMistake(at, "unknown anchor referenced");
      return { kind: "alias", at, target };
    }
    const { anchor } = node;
    if (isScalar(node)) {
      const { tag = "", value, type, range } = node;
      this.#scalars.push([range[0], range[1]]);
      let block: string | undefined;
      if (type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED") {
        refuseTabAtStart(this.#text, this.#start, range[0], range[1]);
        block = textEndingInSpaces(this.#text, this.#start, range[0], range[1]);
      }
      const isPlain = tag === "!" || (tag === "" && type === "PLAIN");
      const text = block ?? (typeof value === "string" ? value : "");
      return this.#anchored(anchor, { kind: "scalar", at, text, tag, isPlain });
    }
    const parts: YamlNode[] = [];
    if (isSeq<ParsedNode>(node)) {
      const list = this.#anchored(anchor, { kind: "list", at, items: parts });
      for (const item of node.items) parts.push(this.#node(item));
      return list;
    }
    const map = this.#anchored(anchor, { kind: "map", at, entries: parts });
    for (const { key, value } of isMap<ParsedNode, ParsedNode | null>(node) ? node.items : []) {
      const name = this.#node(key);
      parts.push(name, value === null ? empty(name.at) : this.#node(value));
    }
    return map;
  }

  #anchored(anchor: string | undefined, node: YamlNode): YamlNode {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }
}

function empty(at: number): YamlNode {
  return { kind: "scalar", at, text: "", tag: "", isPlain: true };
}

/** The first document, and its tokens. */
function firstDocument(
  text: string,
  start: number,
): readonly [Document.Parsed | undefined, readonly CST.Token[]] {
  const composer = new Composer(options);
  const tokens: CST.Token[] = [];
  for (const token of tokensOf(text, start)) {
    for (const document of composer.next(token)) return [document, tokens];
    tokens.push(token);
  }
  for (const document of composer.end()) return [document, tokens];
  return [undefined, tokens];
}

function* tokensOf(text: string, start: number): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The document and what is read are in it too.
    if (parser.stack.length > MAX_DEPTH + 2) {
      throw new YamlMistake(start + parser.offset, `nested deeper than ${MAX_DEPTH} levels`);
    }
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}
