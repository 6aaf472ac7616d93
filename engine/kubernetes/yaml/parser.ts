import { YamlMistake } from "./cursor";
import { Scanner, type Token } from "./scanner";
import type { WrittenTag } from "./tags";

/** A part of a document in YAML, and where it begins. */
export type YamlNode = ScalarNode | ListNode | MapNode | AliasNode;

interface ScalarNode {
  readonly kind: "scalar";
  readonly at: number;
  readonly text: string;
  /** In full, such as `tag:yaml.org,2002:str`; empty where none is written. */
  readonly tag: string;
  /** Whether its text decides what it is: it has no quotes and no tag. */
  readonly isPlain: boolean;
}

interface ListNode {
  readonly kind: "list";
  readonly at: number;
  readonly items: readonly YamlNode[];
}

/** A map; keys and values by turns. */
interface MapNode {
  readonly kind: "map";
  readonly at: number;
  readonly entries: readonly YamlNode[];
}

interface AliasNode {
  readonly kind: "alias";
  readonly at: number;
  readonly name: string;
  readonly target: YamlNode;
}

/** What is nested deeper is refused: composing recurses, and no real document comes near. */
const MAX_DEPTH = 256;

/**
 * Parses the first document of a text as go-yaml does, see https://github.com/yaml/go-yaml/blob/v2.4.3/parserc.go. What
 * follows it behind a `...`, or behind a bracket that closes it, Kubernetes leaves out as well.
 *
 * @returns undefined where there is none
 */
export function parseDocument(text: string, start: number, end: number): YamlNode | undefined {
  return new Parser(new Scanner(text, start, end)).document();
}

/** What may stand before a node. */
interface Properties {
  readonly at: number;
  readonly anchor?: string | undefined;
  readonly tag: string;
}

class Parser {
  readonly #scanner: Scanner;
  readonly #tags = new Map<string, string>();
  readonly #anchors = new Map<string, YamlNode>();
  #depth = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  document(): YamlNode | undefined {
    if (this.#next() === "end") return undefined;
    const isExplicit = this.#next() === "directive" || this.#next() === "document start";
    this.#readDirectives();
    if (isExplicit) this.#expectStart();
    const root = isExplicit && isBare.has(this.#next()) ? this.#empty() : this.#node(true, false);
    if (this.#next() === "document end") this.#scanner.take();
    return root;
  }

  #readDirectives(): void {
    let hasVersion = false;
    for (let token = this.#scanner.peek(); token.type === "directive";) {
      const { directive, at } = token;
      if (directive.kind === "tag") {
        if (this.#tags.has(directive.handle)) {
          throw new YamlMistake(at, "found duplicate %TAG directive");
        }
        this.#tags.set(directive.handle, directive.prefix);
      } else if (hasVersion) {
        throw new YamlMistake(at, "found duplicate %YAML directive");
      } else if (directive.version !== "1.1") {
        throw new YamlMistake(at, "found incompatible YAML document");
      } else {
        hasVersion = true;
      }
      this.#scanner.take();
      token = this.#scanner.peek();
    }
    for (const [handle, prefix] of usualTags) {
      if (!this.#tags.has(handle)) this.#tags.set(handle, prefix);
    }
  }

  #expectStart(): void {
    const { type, at } = this.#scanner.peek();
    if (type !== "document start") {
      throw new YamlMistake(at, "did not find expected <document start>");
    }
    this.#scanner.take();
  }

  #next(): Token["type"] {
    return this.#scanner.peek().type;
  }

  /** Takes the next token where it is of a type. */
  #takes(type: Token["type"]): boolean {
    if (this.#next() !== type) return false;
    this.#scanner.take();
    return true;
  }

  #empty(): YamlNode {
    const { at } = this.#scanner.peek();
    return { kind: "scalar", at, text: "", tag: "", isPlain: true };
  }

  /** A node, or an empty one where what is next ends it. */
  #nodeUnless(
    ends: ReadonlySet<Token["type"]>,
    isBlock: boolean,
    mayBeIndentless: boolean,
  ): YamlNode {
    return ends.has(this.#next()) ? this.#empty() : this.#node(isBlock, mayBeIndentless);
  }

  #node(isBlock: boolean, mayBeIndentless: boolean): YamlNode {
    const first = this.#scanner.peek();
    if (first.type === "alias") {
      this.#scanner.take();
      const target = this.#anchors.get(first.name);
      if (target === undefined) throw new YamlMistake(first.at, "unknown anchor referenced");
      return { kind: "alias", at: first.at, name: first.name, target };
    }
    const hasProperties = first.type === "anchor" || first.type === "tag";
    const properties = hasProperties ? this.#properties() : { at: first.at, tag: "" };
    const token = hasProperties ? this.#scanner.peek() : first;
    if (token.type === "scalar") {
      this.#scanner.take();
      const { tag, at } = properties;
      const isPlain = tag === "!" || (tag === "" && token.isPlain);
      return this.#anchored(properties, { kind: "scalar", at, text: token.text, tag, isPlain });
    }
    if (token.type === "flow map" || (isBlock && token.type === "block map")) {
      return this.#map(properties, token.type);
    }
    const isIndentless = mayBeIndentless && token.type === "entry";
    if (token.type === "flow list" || (isBlock && token.type === "block list") || isIndentless) {
      return this.#list(properties, token.type);
    }
    const { anchor, tag, at } = properties;
    if (anchor === undefined && tag === "") {
      throw new YamlMistake(token.at, "did not find expected node content");
    }
    return this.#anchored(properties, { kind: "scalar", at, text: "", tag, isPlain: tag === "" });
  }

  #properties(): Properties {
    const { at } = this.#scanner.peek();
    let anchor: string | undefined;
    let tag = "";
    for (const type of this.#next() === "anchor" ? anchorFirst : tagFirst) {
      const token = this.#scanner.peek();
      if (token.type !== type) break;
      if (token.type === "anchor") anchor = token.name;
      if (token.type === "tag") tag = this.#fullTag(token.tag, token.at);
      this.#scanner.take();
    }
    return { at, anchor, tag };
  }

  #fullTag({ handle, suffix }: WrittenTag, at: number): string {
    const prefix = handle === "" ? "" : this.#tags.get(handle);
    const tag = prefix === undefined ? "" : prefix + suffix;
    if (tag === "") throw new YamlMistake(at, "found undefined tag handle");
    return tag;
  }

  #anchored<Node extends YamlNode>({ anchor }: Properties, node: Node): Node {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #list(properties: Properties, type: Token["type"]): YamlNode {
    const items: YamlNode[] = [];
    const node = this.#anchored(properties, { kind: "list", at: properties.at, items });
    this.#enter(node);
    if (type === "flow list") this.#flowItems(items);
    else if (type === "block list") this.#blockItems(items);
    else this.#indentlessItems(items);
    this.#depth -= 1;
    return node;
  }

  #map(properties: Properties, type: Token["type"]): YamlNode {
    const entries: YamlNode[] = [];
    const node = this.#anchored(properties, { kind: "map", at: properties.at, entries });
    this.#enter(node);
    if (type === "flow map") this.#flowEntries(entries);
    else this.#blockEntries(entries);
    this.#depth -= 1;
    return node;
  }

  #enter({ at }: YamlNode): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new YamlMistake(at, `nested deeper than ${MAX_DEPTH} levels`);
    }
  }

  #blockItems(items: YamlNode[]): void {
    this.#scanner.take();
    while (this.#takes("entry")) items.push(this.#nodeUnless(endsItem, true, false));
    if (!this.#takes("block end")) this.#fail("did not find expected '-' indicator");
  }

  #indentlessItems(items: YamlNode[]): void {
    while (this.#takes("entry")) items.push(this.#nodeUnless(endsIndentlessItem, true, false));
  }

  #blockEntries(entries: YamlNode[]): void {
    this.#scanner.take();
    while (this.#takes("key")) {
      entries.push(this.#nodeUnless(endsBlockValue, true, true));
      const hasValue = this.#takes("value");
      entries.push(hasValue ? this.#nodeUnless(endsBlockValue, true, true) : this.#empty());
    }
    if (!this.#takes("block end")) this.#fail("did not find expected key");
  }

  #flowItems(items: YamlNode[]): void {
    this.#scanner.take();
    for (let isFirst = true; this.#next() !== "flow list end"; isFirst = false) {
      if (!isFirst) {
        if (!this.#takes("comma")) this.#fail("did not find expected ',' or ']'");
        if (this.#next() === "flow list end") break;
      }
      items.push(this.#next() === "key" ? this.#pair() : this.#node(false, false));
    }
    this.#scanner.take();
  }

  /** A map of one entry that stands in a list: `[a: b]`. */
  #pair(): YamlNode {
    const { at } = this.#scanner.take();
    const entries: YamlNode[] = [];
    if (endsPairKey.has(this.#next())) {
      entries.push(this.#empty());
      // What ends the key is passed, also a `:`.
      this.#scanner.take();
    } else {
      entries.push(this.#node(false, false));
    }
    const hasValue = this.#takes("value");
    entries.push(hasValue ? this.#nodeUnless(endsPairValue, false, false) : this.#empty());
    return { kind: "map", at, entries };
  }

  #flowEntries(entries: YamlNode[]): void {
    this.#scanner.take();
    for (let isFirst = true; this.#next() !== "flow map end"; isFirst = false) {
      if (!isFirst) {
        if (!this.#takes("comma")) this.#fail("did not find expected ',' or '}'");
        if (this.#next() === "flow map end") break;
      }
      if (!this.#takes("key")) {
        entries.push(this.#node(false, false), this.#empty());
        continue;
      }
      entries.push(this.#nodeUnless(endsFlowKey, false, false));
      const hasValue = this.#takes("value");
      entries.push(hasValue ? this.#nodeUnless(endsFlowValue, false, false) : this.#empty());
    }
    this.#scanner.take();
  }

  #fail(message: string): never {
    throw new YamlMistake(this.#scanner.peek().at, message);
  }
}

const anchorFirst = ["anchor", "tag"] as const;
const tagFirst = ["tag", "anchor"] as const;

const usualTags = [
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
] as const;

type Ends = ReadonlySet<Token["type"]>;

const isBare: Ends = new Set(["directive", "document start", "document end", "end"] as const);
const endsItem: Ends = new Set(["entry", "block end"] as const);
const endsIndentlessItem: Ends = new Set(["entry", "key", "value", "block end"] as const);
const endsBlockValue: Ends = new Set(["key", "value", "block end"] as const);
const endsPairKey: Ends = new Set(["value", "comma", "flow list end"] as const);
const endsPairValue: Ends = new Set(["comma", "flow list end"] as const);
const endsFlowKey: Ends = new Set(["value", "comma", "flow map end"] as const);
const endsFlowValue: Ends = new Set(["comma", "flow map end"] as const);
