import { Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { HugeValue, lifted, refuseHuge } from "../partial/lift";
import { PartialText } from "../partial/partial-text";
import { jsonOf, partlyMade } from "../partial/partly-made";
import { setOwn, type OpenRecord } from "../wire/record";
import { NotRead, tokensOf, type Token } from "./callback-tokens";

/** Deeper than anyone nests a policy, and longer than any is. */
const [MAX_DEPTH, LONGEST_TEXT] = [64, 100_000];

/**
 * What a function of a program gives that only writes a value down: an object, a text with what it is handed in it, or
 * `JSON.stringify` of one. Nothing of the program is run. A name that the function has from elsewhere, and all that is
 * computed, is not known in its place, and waits for what the function is handed.
 *
 * @param text the function as its program has it
 * @param given what it is handed, which may not be known
 * @returns undefined where the text is not of that form
 */
export function readCallback(text: string, given: Value): Value | undefined {
  try {
    return new CallbackReader(tokensOf(text), given).value();
  } catch (error) {
    if (error instanceof NotRead || error instanceof HugeValue) return undefined;
    throw error;
  }
}

class CallbackReader {
  readonly #names = new Map<string, Value>();
  readonly #unknown: Value;
  #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], given: Value) {
    this.#tokens = tokens;
    this.#unknown = lifted([given, new Unknown()], () => null);
    this.#parameters(given);
  }

  value(): Value {
    const block = this.#takes("{");
    for (; block && this.#takesName("const"); this.#takes(";")) {
      const name = this.#name();
      this.#needs("=");
      const value = this.#expression();
      refuseHuge(value);
      this.#names.set(name, value);
    }
    if (block && !this.#takesName("return")) throw new NotRead();
    const value = this.#expression();
    if (block) {
      this.#takes(";");
      this.#needs("}");
    }
    if (this.#at < this.#tokens.length) throw new NotRead();
    return value;
  }

  /** `(a) =>`, `a =>`, `([a, { b }]) =>` and `function (a)`. */
  #parameters(given: Value): void {
    const isFunction = this.#takesName("function");
    if (this.#takes("(")) {
      if (!this.#takes(")")) {
        this.#pattern(given);
        this.#takes(",");
        this.#needs(")");
      }
    } else {
      this.#names.set(this.#name(), given);
    }
    if (!isFunction) this.#needs("=>");
  }

  #pattern(value: Value): void {
    if (this.#takes("[")) {
      for (let at = 0; !this.#takes("]"); at += 1) {
        this.#pattern(this.#member(value, at));
        if (!this.#takes(",") && !this.#isNext("]")) throw new NotRead();
      }
    } else if (this.#takes("{")) {
      while (!this.#takes("}")) {
        const name = this.#name();
        const member = this.#member(value, name);
        if (this.#takes(":")) this.#pattern(member);
        else this.#names.set(name, member);
        if (!this.#takes(",") && !this.#isNext("}")) throw new NotRead();
      }
    } else {
      this.#names.set(this.#name(), value);
    }
  }

  /** A value that is written down; what follows it and computes something makes the whole unknown. */
  #expression(): Value {
    const start = this.#at;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotRead();
    const value = this.#sum();
    this.#depth -= 1;
    if (this.#isEnd()) return value;
    this.#skip();
    // What computes something with an object may change it.
    if (this.#namesObject(this.#tokens.slice(start, this.#at))) throw new NotRead();
    return this.#unknown;
  }

  /** Texts put together by `+`. */
  #sum(): Value {
    let sum = this.#written();
    while (this.#isNext("+")) {
      const parts: readonly Value[] = [sum, this.#added()];
      const isText = parts.some((part) => typeof part === "string" || part instanceof PartialText);
      if (!isText) return this.#unknown;
      sum = this.#joined(parts);
    }
    return sum;
  }

  #added(): Value {
    this.#at += 1;
    return this.#written();
  }

  #namesObject(tokens: readonly Token[]): boolean {
    return tokens.some((token) => {
      if (token.kind === "template") return token.between.some((put) => this.#namesObject(put));
      const value = token.kind === "name" ? this.#names.get(token.text) : undefined;
      return isList(value) || isRecord(value);
    });
  }

  #written(): Value {
    const token = this.#tokens[this.#at];
    switch (token?.kind) {
      case "text":
        this.#at += 1;
        return token.text;
      case "number":
        this.#at += 1;
        return Number(token.text);
      case "template":
        this.#at += 1;
        return this.#template(token.texts, token.between);
      case "name":
        return this.#named(token.text);
      case "sign":
        if (this.#takes("[")) return this.#list();
        if (this.#takes("{")) return this.#record();
        if (!this.#takes("(")) return this.#unknown;
        return this.#closed(this.#expression());
      case undefined:
        throw new NotRead();
    }
  }

  #closed(value: Value): Value {
    this.#needs(")");
    return value;
  }

  #named(name: string): Value {
    if (name === "JSON" && this.#isCall("JSON", ".", "stringify", "(")) {
      this.#at += 4;
      const value = this.#expression();
      const isPlain = !this.#takes(",") || this.#isNext(")") || this.#takesName("null");
      if (this.#takes(",") && !this.#isNext(")")) this.#expression();
      this.#needs(")");
      if (!isPlain) return this.#unknown;
      refuseHuge(value);
      return limited(jsonOf(value));
    }
    this.#at += 1;
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    let value = this.#names.get(name) ?? this.#unknown;
    while (this.#isNext(".")) {
      this.#at += 1;
      value = this.#member(value, this.#name());
    }
    return value;
  }

  #list(): Value {
    const items: Value[] = [];
    while (!this.#takes("]")) {
      if (this.#isNext("...") || this.#isNext(",")) throw new NotRead();
      items.push(this.#expression());
      if (!this.#takes(",") && !this.#isNext("]")) throw new NotRead();
    }
    return items;
  }

  /** Where a key is not known the whole is not: it may be any. */
  #record(): Value {
    const record: OpenRecord = {};
    let isKnown = true;
    while (!this.#takes("}")) {
      if (this.#takes("...")) {
        this.#expression();
        isKnown = false;
      } else {
        const key = this.#key();
        const value = this.#takes(":") ? this.#expression() : this.#shorthand(key);
        if (typeof key === "string") setOwn(record, key, value);
        else isKnown = false;
      }
      if (!this.#takes(",") && !this.#isNext("}")) throw new NotRead();
    }
    return isKnown ? record : this.#unknown;
  }

  #key(): string | undefined {
    const token = this.#tokens[this.#at];
    if (this.#takes("[")) {
      const key = this.#expression();
      this.#needs("]");
      return typeof key === "string" ? key : undefined;
    }
    this.#at += 1;
    if (token === undefined || token.kind === "template" || token.kind === "sign")
      throw new NotRead();
    return token.text;
  }

  #shorthand(key: string | undefined): Value {
    const before = this.#tokens[this.#at - 1];
    if (before?.kind !== "name" || key === undefined || !this.#isEnd()) throw new NotRead();
    return this.#names.get(key) ?? this.#unknown;
  }

  #template(texts: readonly string[], between: readonly (readonly Token[])[]): Value {
    const parts = texts.flatMap((text, at): Value[] => {
      const put = between[at];
      return put === undefined ? [text] : [text, this.#within(put)];
    });
    return this.#joined(parts);
  }

  #joined(parts: readonly Value[]): Value {
    const isPlain = parts.every(
      (part) => part instanceof Unknown || typeof part === "string" || typeof part === "number",
    );
    return isPlain
      ? limited(partlyMade(parts, (plain) => plain.map(String).join("")))
      : this.#unknown;
  }

  /** The value of what stands in a template. */
  #within(tokens: readonly Token[]): Value {
    const [outer, at] = [this.#tokens, this.#at];
    [this.#tokens, this.#at] = [tokens, 0];
    const value = this.#expression();
    if (this.#at < tokens.length) throw new NotRead();
    [this.#tokens, this.#at] = [outer, at];
    return value;
  }

  #member(value: Value, key: string | number): Value {
    if (isList(value) && typeof key === "number") return value[key] ?? this.#unknown;
    if (isRecord(value) && Object.hasOwn(value, key)) return value[key] ?? this.#unknown;
    return value instanceof Unknown ? new Unknown(value.waitsFor, value.secret) : this.#unknown;
  }

  /** Passes over an expression up to what closes or follows it. */
  #skip(): void {
    for (let depth = 0; this.#at < this.#tokens.length; this.#at += 1) {
      if (depth === 0 && this.#isEnd()) return;
      const token = this.#tokens[this.#at];
      if (token?.kind !== "sign") continue;
      if (/^[([{]$/.test(token.text)) depth += 1;
      if (/^[)\]}]$/.test(token.text)) depth -= 1;
      if (depth < 0) throw new NotRead();
    }
    if (this.#tokens.length === 0) throw new NotRead();
  }

  #isEnd(): boolean {
    const token = this.#tokens[this.#at];
    return token === undefined || (token.kind === "sign" && /^[,)\]};]$/.test(token.text));
  }

  #isCall(...texts: readonly string[]): boolean {
    return texts.every((text, at) => {
      const token = this.#tokens[this.#at + at];
      return token !== undefined && token.kind !== "template" && token.text === text;
    });
  }

  #isNext(sign: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "sign" && token.text === sign;
  }

  #takes(sign: string): boolean {
    if (!this.#isNext(sign)) return false;
    this.#at += 1;
    return true;
  }

  #needs(sign: string): void {
    if (!this.#takes(sign)) throw new NotRead();
  }

  #takesName(name: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name" || token.text !== name) return false;
    this.#at += 1;
    return true;
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name") throw new NotRead();
    this.#at += 1;
    return token.text;
  }
}

function limited(value: Value): Value {
  const parts = value instanceof PartialText ? value.parts : [value];
  const length = parts.reduce<number>(
    (sum, part) => sum + (typeof part === "string" ? part.length : 1),
    0,
  );
  if (length > LONGEST_TEXT) throw new NotRead();
  return value;
}
