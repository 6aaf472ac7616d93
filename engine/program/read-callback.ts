import { Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { HugeValue, lifted, refuseHuge } from "../partial/lift";
import { PartialText } from "../partial/partial-text";
import { jsonOf, partlyMade } from "../partial/partly-made";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { iamFunctions } from "./callback-functions";
import { memberOf, parametersOf } from "./callback-parameters";
import { MAX_DEPTH, NotRead, tokensOf, type Token } from "./callback-tokens";
import { TokenCursor } from "./token-cursor";

/** Longer than any policy is. */
const LONGEST_TEXT = 100_000;

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
  readonly #names: Map<string, Value>;
  readonly #unknown: Value;
  #read: TokenCursor;
  #depth = 0;

  constructor(tokens: readonly Token[], given: Value) {
    this.#read = new TokenCursor(tokens);
    this.#unknown = lifted([given, new Unknown()], () => null);
    this.#names = parametersOf(this.#read, given, this.#unknown);
  }

  value(): Value {
    const block = this.#read.takes("{");
    for (; block && this.#read.takesName("const"); this.#read.takes(";")) {
      const name = this.#read.name();
      this.#read.needs("=");
      const value = this.#expression();
      refuseHuge(value);
      this.#names.set(name, value);
    }
    if (block && !this.#read.takesName("return")) throw new NotRead();
    const value = this.#expression();
    if (block) {
      this.#read.takes(";");
      this.#read.needs("}");
    }
    if (!this.#read.atEnd) throw new NotRead();
    return value;
  }

  /** A value that is written down; what follows it and computes something makes the whole unknown. */
  #expression(): Value {
    const start = this.#read.place;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotRead();
    const value = this.#sum();
    this.#depth -= 1;
    if (this.#read.isEnd()) return value;
    this.#read.skip();
    // What computes something with an object may change it.
    if (this.#namesObject(this.#read.tokens.slice(start, this.#read.place))) throw new NotRead();
    return this.#unknown;
  }

  /** Texts put together by `+`. */
  #sum(): Value {
    let sum = this.#written();
    while (this.#read.isNext("+")) {
      const parts: readonly Value[] = [sum, this.#added()];
      const isText = parts.some((part) => typeof part === "string" || part instanceof PartialText);
      if (!isText) return this.#unknown;
      sum = this.#joined(parts);
    }
    return sum;
  }

  #added(): Value {
    this.#read.pass(1);
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
    const token = this.#read.next;
    switch (token?.kind) {
      case "text":
        this.#read.pass(1);
        return token.text;
      case "number":
        this.#read.pass(1);
        return Number(token.text);
      case "template":
        this.#read.pass(1);
        return this.#template(token.texts, token.between);
      case "name":
        return this.#named(token.text);
      case "sign":
        if (this.#read.takes("[")) return this.#list();
        if (this.#read.takes("{")) return this.#record();
        if (!this.#read.takes("(")) return this.#unknown;
        return this.#closed(this.#expression());
      case undefined:
        throw new NotRead();
    }
  }

  #closed(value: Value): Value {
    this.#read.needs(")");
    return value;
  }

  #named(name: string): Value {
    if (name === "JSON" && this.#read.isCall("JSON", ".", "stringify", "(")) {
      this.#read.pass(4);
      const value = this.#expression();
      const isPlain =
        !this.#read.takes(",") || this.#read.isNext(")") || this.#read.takesName("null");
      if (this.#read.takes(",") && !this.#read.isNext(")")) this.#expression();
      this.#read.needs(")");
      if (!isPlain) return this.#unknown;
      refuseHuge(value);
      return limited(jsonOf(value));
    }
    this.#read.pass(1);
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    let value = this.#names.get(name) ?? this.#unknown;
    let last = name;
    while (this.#read.takes(".")) {
      const holder = last;
      last = this.#read.name();
      const called = holder === "iam" && this.#read.isNext("(") ? iamFunctions[last] : undefined;
      value = called === undefined ? this.#member(value, last) : this.#called(called);
    }
    return value;
  }

  /** What a function of the AWS SDK gives, and of that what `.then` takes of it. */
  #called(by: (argument: Value) => Value | undefined): Value {
    this.#read.needs("(");
    const argument = this.#expression();
    if (this.#read.takes(",") && !this.#read.isNext(")")) this.#expression();
    this.#read.needs(")");
    const value = by(argument) ?? this.#unknown;
    if (!this.#read.isCall(".", "then", "(")) return value;
    const start = this.#read.place;
    this.#read.pass(3);
    const open = this.#read.takes("(");
    const name = this.#read.name();
    if (
      (open && !this.#read.takes(")")) ||
      !this.#read.takes("=>") ||
      !this.#read.isCall(name, ".")
    ) {
      this.#read.backTo(start);
      return value;
    }
    this.#read.pass(2);
    const member = this.#member(value, this.#read.name());
    this.#read.needs(")");
    return member;
  }

  #list(): Value {
    const items: Value[] = [];
    while (!this.#read.takes("]")) {
      if (this.#read.isNext("...") || this.#read.isNext(",")) throw new NotRead();
      items.push(this.#expression());
      if (!this.#read.takes(",") && !this.#read.isNext("]")) throw new NotRead();
    }
    return items;
  }

  /** Where a key is not known the whole is not: it may be any. */
  #record(): Value {
    const record: OpenRecord = {};
    let isKnown = true;
    while (!this.#read.takes("}")) {
      if (this.#read.takes("...")) {
        this.#expression();
        isKnown = false;
      } else {
        const key = this.#key();
        const value = this.#read.takes(":") ? this.#expression() : this.#shorthand(key);
        if (typeof key === "string") setOwn(record, key, value);
        else isKnown = false;
      }
      if (!this.#read.takes(",") && !this.#read.isNext("}")) throw new NotRead();
    }
    return isKnown ? record : this.#unknown;
  }

  #key(): string | undefined {
    const token = this.#read.next;
    if (this.#read.takes("[")) {
      const key = this.#expression();
      this.#read.needs("]");
      return typeof key === "string" ? key : undefined;
    }
    this.#read.pass(1);
    if (token === undefined || token.kind === "template" || token.kind === "sign")
      throw new NotRead();
    return token.text;
  }

  #shorthand(key: string | undefined): Value {
    const before = this.#read.tokens[this.#read.place - 1];
    if (before?.kind !== "name" || key === undefined || !this.#read.isEnd()) throw new NotRead();
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
    const outer = this.#read;
    this.#read = new TokenCursor(tokens);
    const value = this.#expression();
    if (!this.#read.atEnd) throw new NotRead();
    this.#read = outer;
    return value;
  }

  #member(value: Value, key: string): Value {
    return memberOf(value, key, this.#unknown);
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
