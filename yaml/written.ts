import {
  Composer,
  LineCounter,
  Parser,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type CST,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from "yaml";
import { readJson } from "./json-text";
import type { Mistakes, Position } from "./problems";
import { syntaxProblem } from "./syntax-problem";
import type { Written, WrittenEntry } from "./tree";

/** What a message advises where a file cannot be read; lowercase, no final period. */
interface Advice {
  readonly ifEmpty: string;
  readonly ifLong: string;
}

/** Longest file that is read, in characters: room for some thousand entries; of JSON, which costs less, for ten times as many. */
const longestFile = 1_048_576;
const longestJson = 8 * longestFile;

/** Deepest nesting that is read; a manifest needs nine levels, and composing recurses. */
const deepest = 64;

/** Maximum values that aliases may expand to, in all. */
const mostAliased = 50_000;

/** Reads a YAML file of one document, which may be JSON, or notes what is wrong with it and answers undefined. */
export function readYaml(text: string, mistakes: Mistakes, advice: Advice): Written | undefined {
  const start = { line: 1, column: 1 };
  const json = text.length > longestJson ? undefined : readJson(text, mistakes, deepest);
  if (json !== undefined) return json;
  if (text.length > longestFile) {
    mistakes.add(
      start,
      "",
      `the file has ${text.length} characters; at most ${longestFile} are read, and ${longestJson} of JSON; ${advice.ifLong}`,
    );
    return undefined;
  }
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = tokens.map(offsetTooDeep).find((offset) => offset !== undefined);
  if (tooDeep !== undefined) {
    mistakes.add(at(tooDeep), "", `nested deeper than ${deepest} levels; write it flatter`);
    return undefined;
  }
  const [document, second] = [...new Composer({ uniqueKeys: false }).compose(tokens)];
  if (document === undefined || isEmpty(document)) {
    if (!noteErrors(document?.errors ?? [], at, mistakes)) return undefined;
    mistakes.add(start, "", `the file is empty; ${advice.ifEmpty}`);
    return undefined;
  }
  if (second !== undefined) {
    mistakes.add(at(second.range[0]), "", "a second document starts here; write one a file");
  }
  if (!noteErrors([...document.errors, ...document.warnings], at, mistakes)) return undefined;
  try {
    return new Reading(at, mistakes).read(document.contents as unknown as Node, false);
  } catch (error) {
    if (error instanceof TooManyValues) return undefined;
    throw error;
  }
}

function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** Records the messages of the YAML parser, and returns whether there were none. */
function noteErrors(
  errors: readonly YAMLError[],
  at: (offset: number) => Position,
  mistakes: Mistakes,
): boolean {
  for (const error of errors) mistakes.add(at(error.pos[0]), "", messageOf(error));
  return errors.length === 0;
}

function messageOf(error: YAMLError): string {
  if (error.code === "TAB_AS_INDENT") return "a tab indents this line; indent by spaces";
  if (error.code === "MULTIPLE_DOCS") return "a second document starts here; write one a file";
  return `no YAML: ${syntaxProblem(error)}`;
}

/** Where a token's nesting passes the deepest; walks without recursion, since it guards what recurses. */
function offsetTooDeep(token: CST.Token): number | undefined {
  const open: (readonly [CST.Token, number])[] = [[token, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [here, depth] = next;
    if (depth > deepest) return "offset" in here ? here.offset : 0;
    if (here.type === "document" && here.value !== undefined) open.push([here.value, depth]);
    if (!("items" in here)) continue;
    for (const { key, value } of here.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
  return undefined;
}

/** Ends a reading in which aliases expand to too much. */
class TooManyValues extends Error {
  override readonly name = "TooManyValues";
}

/** Resolves one document. */
class Reading {
  readonly #at: (offset: number) => Position;
  readonly #mistakes: Mistakes;
  /** The last node of each anchor so far. */
  readonly #anchors = new Map<string, Node>();
  /** The value of each alias; settled where it is written, since an anchor may be written again later. */
  readonly #targets = new Map<Node, Node | undefined>();
  readonly #open = new Set<Node>();
  #aliased = 0;

  constructor(at: (offset: number) => Position, mistakes: Mistakes) {
    this.#at = at;
    this.#mistakes = mistakes;
  }

  read(node: Node, aliased: boolean): Written {
    if (aliased) this.#count(node);
    if (isAlias(node)) return this.#readAlias(node);
    const at = this.#positionOf(node);
    if (!aliased && (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    this.#open.add(node);
    const written = this.#readNode(node, at, aliased);
    this.#open.delete(node);
    return written;
  }

  #readNode(node: Node, at: Position, aliased: boolean): Written {
    if (isMap(node)) {
      return { kind: "map", at, entries: this.#entriesOf(node.items as Pair<Node>[], aliased) };
    }
    if (isSeq(node)) {
      return {
        kind: "list",
        at,
        items: node.items.map((item) => this.read(item as Node, aliased)),
      };
    }
    if (!isScalar(node)) return nothing(at);
    return { kind: "scalar", at, value: node.value, source: node.source ?? "" };
  }

  /** The entries that a map has: its own, then those merged in that it does not have itself. */
  #entriesOf(pairs: readonly Pair<Node>[], aliased: boolean): readonly WrittenEntry[] {
    const own = new Map<string, WrittenEntry>();
    const merged = new Map<string, WrittenEntry>();
    let merges = 0;
    for (const { key, value } of pairs) {
      const at = this.#positionOf(key);
      const read = (): Written =>
        value === null ? nothing(at) : this.read(value as Node, aliased);
      if (isScalar(key) && key.type === "PLAIN" && key.source === "<<") {
        merges += 1;
        if (merges > 1) this.#mistakes.addTwice(at, "<<", "give it a list of aliases");
        for (const entry of this.#mergedBy(read())) {
          if (!merged.has(entry.key)) merged.set(entry.key, entry);
        }
        continue;
      }
      if (!isScalar(key) || key.value === null) {
        this.#mistakes.add(at, "", "a key is no text; write a word before the `:`");
        continue;
      }
      const name = typeof key.value === "string" ? key.value : (key.source ?? "");
      if (own.has(name)) this.#mistakes.addTwice(at, name, "keep one");
      own.set(name, { key: name, at, value: read() });
    }
    return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))];
  }

  #mergedBy(source: Written): readonly WrittenEntry[] {
    const sources = source.kind === "list" ? source.items : [source];
    const maps = sources.flatMap((item) => (item.kind === "map" ? [item] : []));
    if (maps.length === sources.length) return maps.flatMap(({ entries }) => entries);
    this.#mistakes.add(
      source.at,
      "",
      "`<<` merges no map here; give an alias of a map, or a list of them",
    );
    return [];
  }

  #readAlias(alias: Node & { readonly source: string }): Written {
    if (!this.#targets.has(alias)) this.#targets.set(alias, this.#anchors.get(alias.source));
    const target = this.#targets.get(alias);
    const at = this.#positionOf(alias);
    if (target === undefined || this.#open.has(target)) {
      const why = target === undefined ? "names no anchor before it" : "is within what it names";
      const which = this.#mistakes.named(`*${alias.source}`, "here");
      this.#mistakes.add(at, "", `alias ${which} ${why}; write the value out`);
      return nothing(at);
    }
    return this.read(target, true);
  }

  #count(node: Node): void {
    this.#aliased += 1;
    if (this.#aliased <= mostAliased) return;
    this.#mistakes.add(
      this.#positionOf(node),
      "",
      `aliases expand to more than ${mostAliased} values; write fewer`,
    );
    throw new TooManyValues();
  }

  #positionOf(node: Node | null): Position {
    return this.#at(node?.range?.[0] ?? 0);
  }
}

function nothing(at: Position): Written {
  return { kind: "scalar", at, value: null, source: "" };
}
