/** A part of a function's text. A template comes as its texts and the tokens of what stands between them. */
export type Token =
  | { readonly kind: "name" | "number" | "sign"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "template";
      readonly texts: readonly string[];
      readonly between: readonly (readonly Token[])[];
    };

/** Deeper than anyone nests a policy. */
export const MAX_DEPTH = 64;

/** A text that is not JavaScript as far as it is read here. */
export class NotRead extends Error {}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const SPACE = /(?:\s|\/\/[^\n]*(?=\n|$)|\/\*[^*]*\*+(?:[^*/][^*]*\*+)*\/)+/y;
const SIGN = /=>|\?\.|\.{3}|[^\s\w]/y;
const REGEXP = /\/(?:[^\n\\/[]|\\.|\[(?:[^\n\\\]]|\\.)*\])+\/[a-z]*/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Takes a function's text apart; throws a {@link NotRead} where it cannot. */
export function tokensOf(text: string): readonly Token[] {
  const reader = new Reader(text);
  const tokens = reader.tokens();
  if (!reader.atEnd) throw new NotRead();
  return tokens;
}

class Reader {
  #at = 0;
  #depth = 0;

  constructor(readonly text: string) {}

  get atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  /** Up to the end, or to a brace that closes what was opened before. */
  tokens(): readonly Token[] {
    const found: Token[] = [];
    for (let depth = 0; ;) {
      this.#take(SPACE);
      const next = this.text[this.#at];
      if (next === undefined) return found;
      if (next === "{") depth += 1;
      if (next === "}") depth -= 1;
      if (depth < 0) return found;
      found.push(this.#token(next, found.at(-1)));
    }
  }

  #token(next: string, before: Token | undefined): Token {
    if (next === '"' || next === "'") {
      this.#at += 1;
      const text = this.#characters(next);
      this.#at += 1;
      return { kind: "text", text };
    }
    if (next === "`") return this.#template();
    // A slash after a value divides; elsewhere a pattern begins.
    const divides = before?.kind !== "sign" ? before !== undefined : /^[)\]}]$/.test(before.text);
    if (next === "/" && !divides) {
      if (this.#take(REGEXP) === undefined) throw new NotRead();
      return { kind: "sign", text: "/" };
    }
    const name = this.#take(NAME);
    if (name !== undefined) return { kind: "name", text: name };
    const number = this.#take(NUMBER);
    if (number !== undefined) return { kind: "number", text: number };
    const sign = this.#take(SIGN);
    if (sign === undefined) throw new NotRead();
    return { kind: "sign", text: sign };
  }

  #template(): Token {
    const texts: string[] = [];
    const between: (readonly Token[])[] = [];
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotRead();
    for (this.#at += 1; ; this.#at += 1) {
      texts.push(this.#characters("`"));
      if (this.text[this.#at] === "`") {
        this.#at += 1;
        this.#depth -= 1;
        return { kind: "template", texts, between };
      }
      this.#at += 2;
      between.push(this.tokens());
      if (this.atEnd) throw new NotRead();
    }
  }

  /** The characters of a text up to its end, or in a template to what is put in. */
  #characters(end: string): string {
    let read = "";
    for (;;) {
      const next = this.text[this.#at];
      if (next === undefined || (/[\r\n]/.test(next) && end !== "`")) throw new NotRead();
      if (next === end || (end === "`" && this.text.startsWith("${", this.#at))) return read;
      read += this.#character();
    }
  }

  /** However the file ends its lines, a text has `\n`. */
  #character(): string {
    if (this.#take(/\r\n?/y) !== undefined) return "\n";
    const next = this.text[this.#at] ?? "";
    this.#at += 1;
    return next === "\\" ? this.#escaped() : next;
  }

  #escaped(): string {
    if (this.#take(/\r?\n|[\r\u2028\u2029]/y) !== undefined) return "";
    const code = this.#take(/u([\da-fA-F]{4})|x([\da-fA-F]{2})|u\{([\da-fA-F]{1,5})\}/y);
    if (code !== undefined) return String.fromCodePoint(parseInt(code.replace(/[ux{}]/g, ""), 16));
    const next = this.text[this.#at] ?? "";
    if (/[\dux]/.test(next)) throw new NotRead();
    this.#at += 1;
    return ESCAPES[next] ?? next;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
