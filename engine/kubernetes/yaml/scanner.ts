import { Cursor, YamlMistake, char, isBlank, isBlankOrEnd, isBreak, isWord } from "./cursor";
import { blockText, plainText, quotedText } from "./scalars";
import { directive, writtenTag, type Directive, type WrittenTag } from "./tags";

/** A part of a text in YAML, and where it begins. */
export type Token = { readonly at: number } & (
  | { readonly type: Mark }
  | { readonly type: "scalar"; readonly text: string; readonly isPlain: boolean }
  | { readonly type: "anchor" | "alias"; readonly name: string }
  | { readonly type: "tag"; readonly tag: WrittenTag }
  | { readonly type: "directive"; readonly directive: Directive }
);

type Mark =
  | "end"
  | "document start"
  | "document end"
  | "block list"
  | "block map"
  | "block end"
  | "flow list"
  | "flow list end"
  | "flow map"
  | "flow map end"
  | "entry"
  | "comma"
  | "key"
  | "value";

/** What may turn out to be a key once a `:` follows on its line. */
interface SimpleKey {
  isPossible: boolean;
  readonly isRequired: boolean;
  /** Which token it begins with, counted from the first. */
  readonly number: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

const noKey: SimpleKey = {
  isPossible: false,
  isRequired: false,
  number: 0,
  at: 0,
  line: 0,
  column: 0,
};

/** The longest key without a `?`, in characters. */
const LONGEST_KEY = 1024;

/**
 * Takes a text in YAML apart as libyaml does, which go-yaml is made after: what is a comment, a key or an indentation to
 * Kubernetes is so here, where other parsers differ. Each rule is one of
 * https://github.com/yaml/go-yaml/blob/v2.4.3/scannerc.go.
 */
export class Scanner {
  readonly #cursor: Cursor;
  #tokens: Token[] = [];
  #head = 0;
  #isNextKnown = false;
  /** How many tokens were taken. */
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #isKeyAllowed = true;
  /** One for each flow collection that is open, and one for what is around them. */
  readonly #keys: SimpleKey[] = [noKey];

  constructor(text: string, start: number, end: number) {
    this.#cursor = new Cursor(text, start, end);
  }

  /** The next token, which stays the next. */
  peek(): Token {
    if (!this.#isNextKnown) {
      while (this.#head === this.#tokens.length || this.#mayBeginKey()) this.#fetch();
      this.#isNextKnown = true;
    }
    return this.#tokens[this.#head] as Token;
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.peek();
    this.#isNextKnown = false;
    this.#head += 1;
    this.#taken += 1;
    if (this.#head > 64) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return token;
  }

  /** Whether the next token may turn out to be the first of a key: what stands before it is then not known. */
  #mayBeginKey(): boolean {
    for (const key of this.#keys) {
      if (key.isPossible && key.number === this.#taken) return this.#isValid(key);
    }
    return false;
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.isPossible) return false;
    const { at, line, text } = this.#cursor;
    const isNear =
      at - key.at <= LONGEST_KEY || Array.from(text.slice(key.at, at)).length <= LONGEST_KEY;
    if (key.line === line && isNear) return true;
    if (key.isRequired) throw new YamlMistake(key.at, "could not find expected ':'");
    key.isPossible = false;
    return false;
  }

  #saveKey(): void {
    if (!this.#isKeyAllowed) return;
    this.#removeKey();
    const { at, line, column } = this.#cursor;
    this.#keys[this.#keys.length - 1] = {
      isPossible: true,
      isRequired: this.#flowLevel === 0 && this.#indent === column,
      number: this.#taken + this.#tokens.length - this.#head,
      at,
      line,
      column,
    };
  }

  #removeKey(): void {
    const key = this.#keys.at(-1);
    if (key?.isPossible !== true) return;
    if (key.isRequired) throw new YamlMistake(key.at, "could not find expected ':'");
    key.isPossible = false;
  }

  #rollIndent(
    column: number,
    type: "block list" | "block map",
    at: number,
    before = Infinity,
  ): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert({ type, at }, before);
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#tokens.push({ type: "block end", at: this.#cursor.at });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  /** @param before the number of the token in front of which to insert; by default behind all */
  #insert(token: Token, before: number): void {
    const tokens = this.#tokens;
    const index = Math.min(this.#head + before - this.#taken, tokens.length);
    tokens.push(token);
    if (index < tokens.length - 1) {
      tokens.copyWithin(index + 1, index, tokens.length - 1);
      tokens[index] = token;
    }
  }

  #mark(type: Mark, length: number): void {
    this.#tokens.push({ type, at: this.#cursor.at });
    this.#cursor.at += length;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#unrollIndent(cursor.column);
    const code = cursor.code();
    if (code === char.end) {
      this.#leaveBlocks();
      this.#mark("end", 0);
    } else if (code === char.percent && cursor.column === 0) {
      this.#leaveBlocks();
      const { at } = cursor;
      this.#tokens.push({ type: "directive", at, directive: directive(cursor) });
    } else if (cursor.isDocumentIndicator()) {
      this.#leaveBlocks();
      this.#mark(code === char.dash ? "document start" : "document end", 3);
    } else {
      this.#fetchWithin(code);
    }
  }

  #leaveBlocks(): void {
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#isKeyAllowed = false;
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      const passesTabs = this.#flowLevel > 0 || !this.#isKeyAllowed;
      for (;;) {
        const code = cursor.code();
        if (code !== char.space && !(passesTabs && code === char.tab)) break;
        cursor.at += 1;
      }
      cursor.skipComment();
      if (!isBreak(cursor.code())) return;
      cursor.takeBreak();
      if (this.#flowLevel === 0) this.#isKeyAllowed = true;
    }
  }

  #fetchWithin(code: number): void {
    const cursor = this.#cursor;
    const isInFlow = this.#flowLevel > 0;
    const isApart = (): boolean => isBlankOrEnd(cursor.code(1));
    if (code === char.openList) this.#openFlow("flow list");
    else if (code === char.openMap) this.#openFlow("flow map");
    else if (code === char.closeList) this.#closeFlow("flow list end");
    else if (code === char.closeMap) this.#closeFlow("flow map end");
    else if (code === char.comma) {
      this.#removeKey();
      this.#isKeyAllowed = true;
      this.#mark("comma", 1);
    } else if (code === char.dash && isApart()) this.#fetchEntry();
    else if (code === char.question && (isInFlow || isApart())) this.#fetchKey();
    else if (code === char.colon && (isInFlow || isApart())) this.#fetchValue();
    else if (code === char.asterisk) this.#fetchName("alias");
    else if (code === char.ampersand) this.#fetchName("anchor");
    else if (code === char.exclamation) {
      this.#saveKey();
      this.#isKeyAllowed = false;
      const { at } = cursor;
      this.#tokens.push({ type: "tag", at, tag: writtenTag(cursor) });
    } else if ((code === char.bar || code === char.greater) && !isInFlow) {
      this.#removeKey();
      this.#isKeyAllowed = true;
      const { at } = cursor;
      const text = blockText(cursor, this.#indent);
      this.#tokens.push({ type: "scalar", at, text, isPlain: false });
    } else if (code === char.quote || code === char.doubleQuote) {
      this.#saveKey();
      this.#isKeyAllowed = false;
      const { at } = cursor;
      this.#tokens.push({ type: "scalar", at, text: quotedText(cursor), isPlain: false });
    } else if (this.#beginsPlain(code)) {
      this.#saveKey();
      const { at } = cursor;
      const { text, endsLine } = plainText(cursor, this.#indent, isInFlow);
      this.#isKeyAllowed = endsLine;
      this.#tokens.push({ type: "scalar", at, text, isPlain: true });
    } else {
      throw new YamlMistake(cursor.at, "found character that cannot start any token");
    }
  }

  #beginsPlain(code: number): boolean {
    const next = this.#cursor.code(1);
    if (code === char.dash) return !isBlank(next);
    if (code === char.question || code === char.colon) {
      return this.#flowLevel === 0 && !isBlankOrEnd(next);
    }
    return !isBlankOrEnd(code) && !indicators.has(code);
  }

  #openFlow(type: "flow list" | "flow map"): void {
    this.#saveKey();
    this.#keys.push(noKey);
    this.#flowLevel += 1;
    this.#isKeyAllowed = true;
    this.#mark(type, 1);
  }

  #closeFlow(type: "flow list end" | "flow map end"): void {
    this.#removeKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel -= 1;
      this.#keys.pop();
    }
    this.#isKeyAllowed = false;
    this.#mark(type, 1);
  }

  #fetchEntry(): void {
    const { at, column } = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#isKeyAllowed) {
        throw new YamlMistake(at, "block sequence entries are not allowed in this context");
      }
      this.#rollIndent(column, "block list", at);
    }
    this.#removeKey();
    this.#isKeyAllowed = true;
    this.#mark("entry", 1);
  }

  #fetchKey(): void {
    const { at, column } = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#isKeyAllowed) {
        throw new YamlMistake(at, "mapping keys are not allowed in this context");
      }
      this.#rollIndent(column, "block map", at);
    }
    this.#removeKey();
    this.#isKeyAllowed = this.#flowLevel === 0;
    this.#mark("key", 1);
  }

  #fetchValue(): void {
    const key = this.#keys.at(-1);
    if (key !== undefined && this.#isValid(key)) {
      this.#insert({ type: "key", at: key.at }, key.number);
      this.#rollIndent(key.column, "block map", key.at, key.number);
      key.isPossible = false;
      this.#isKeyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        const { at, column } = this.#cursor;
        if (!this.#isKeyAllowed) {
          throw new YamlMistake(at, "mapping values are not allowed in this context");
        }
        this.#rollIndent(column, "block map", at);
      }
      this.#isKeyAllowed = this.#flowLevel === 0;
    }
    this.#mark("value", 1);
  }

  #fetchName(type: "anchor" | "alias"): void {
    this.#saveKey();
    this.#isKeyAllowed = false;
    const cursor = this.#cursor;
    const { at } = cursor;
    cursor.at += 1;
    while (isWord(cursor.code())) cursor.at += 1;
    const name = cursor.text.slice(at + 1, cursor.at);
    const code = cursor.code();
    const isEnd = isBlankOrEnd(code) || /[?:,\]}%@`]/.test(String.fromCharCode(code));
    if (name === "" || !isEnd) {
      throw new YamlMistake(at, "did not find expected alphabetic or numeric character");
    }
    this.#tokens.push({ type, at, name });
  }
}

/** Characters that no text without quotes begins with. */
const indicators: ReadonlySet<number> = new Set(
  Array.from("-?:,[]{}#&*!|>'\"%@`", (sign) => sign.charCodeAt(0)),
);
