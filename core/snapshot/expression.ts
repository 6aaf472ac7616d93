/** A regular expression, as Go reads it. */
export type Expression =
  | { readonly kind: "takes"; readonly test: (character: string) => boolean }
  | { readonly kind: "at"; readonly place: "start" | "end" }
  | { readonly kind: "all" | "one of"; readonly of: readonly Expression[] }
  | {
      readonly kind: "repeats";
      readonly of: Expression;
      readonly least: number;
      readonly most: number;
    };

type Test = (character: string) => boolean;

/** Classes of Go, which are of ASCII alone. Source: pkg.go.dev/regexp/syntax. */
const classes: Readonly<Record<string, Test>> = {
  d: (character) => /^[0-9]$/.test(character),
  w: (character) => /^[0-9A-Za-z_]$/.test(character),
  s: (character) => /^[\t\n\f\r ]$/.test(character),
};

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };

/** Deeper than any practical nesting of groups. */
const deepest = 50;

/** Source: pkg.go.dev/regexp/syntax, "implementations may limit": 1,000 in Go. */
const mostRepeats = 1_000;

class NotRead extends Error {}

/** Reads an expression; undefined where it is none, or has flags, classes by name, other assertions or names of groups. */
export function parseExpression(text: string): Expression | undefined {
  const parser = new Parser(text);
  try {
    return parser.whole();
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    return undefined;
  }
}

class Parser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  whole(): Expression {
    const found = this.#oneOf();
    if (this.#at < this.#characters.length) throw new NotRead();
    return found;
  }

  #oneOf(): Expression {
    const ways = [this.#all()];
    while (this.#take("|")) ways.push(this.#all());
    const [only] = ways;
    return ways.length === 1 && only !== undefined ? only : { kind: "one of", of: ways };
  }

  #all(): Expression {
    const of: Expression[] = [];
    while (this.#next !== undefined && this.#next !== "|" && this.#next !== ")") {
      of.push(this.#repeated(this.#single()));
    }
    return { kind: "all", of };
  }

  #repeated(of: Expression): Expression {
    const times = this.#times();
    if (times === undefined) return of;
    // Whether it takes much or little first makes no difference to whether a text fits.
    this.#take("?");
    if (this.#times() !== undefined) throw new NotRead();
    return { kind: "repeats", of, ...times };
  }

  #times(): { readonly least: number; readonly most: number } | undefined {
    if (this.#take("*")) return { least: 0, most: Infinity };
    if (this.#take("+")) return { least: 1, most: Infinity };
    if (this.#take("?")) return { least: 0, most: 1 };
    if (this.#next !== "{") return undefined;
    const rest = this.#characters.slice(this.#at, this.#at + 12).join("");
    const [whole, first, last] = /^\{(\d{1,9})(?:,(\d{0,9}))?\}/.exec(rest) ?? [];
    // A brace without a number is literal.
    if (whole === undefined) return undefined;
    const least = Number(first);
    const most = last === undefined ? least : last === "" ? Infinity : Number(last);
    if (least > mostRepeats || (most !== Infinity && (most > mostRepeats || most < least))) {
      throw new NotRead();
    }
    this.#at += whole.length;
    return { least, most };
  }

  #single(): Expression {
    const character = this.#taken();
    switch (character) {
      case "^":
        return { kind: "at", place: "start" };
      case "$":
        return { kind: "at", place: "end" };
      case ".":
        return { kind: "takes", test: (each) => each !== "\n" };
      case "(":
        return this.#group();
      case "[":
        return { kind: "takes", test: this.#set() };
      case "\\":
        return { kind: "takes", test: this.#escaped() };
      case "*":
      case "+":
      case "?":
        throw new NotRead();
      default:
        return { kind: "takes", test: (each) => each === character };
    }
  }

  #group(): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) throw new NotRead();
    if (this.#take("?") && !this.#take(":")) throw new NotRead();
    const found = this.#oneOf();
    if (!this.#take(")")) throw new NotRead();
    this.#depth -= 1;
    return found;
  }

  #set(): Test {
    const isNegated = this.#take("^");
    const tests: Test[] = [];
    do tests.push(this.#range());
    while (this.#next !== "]");
    this.#at += 1;
    return (character) => tests.some((test) => test(character)) !== isNegated;
  }

  /** One or more characters of a set; its first may be a literal bracket. */
  #range(): Test {
    const first = this.#taken();
    if (first === "[" && this.#next === ":") throw new NotRead();
    if (first === "\\" && /^[dwsDWS]$/.test(this.#next ?? "")) return this.#escaped();
    const from = first === "\\" ? this.#escapedCharacter() : first;
    if (this.#next !== "-" || this.#characters[this.#at + 1] === "]") {
      return (character) => character === from;
    }
    this.#at += 1;
    const second = this.#taken();
    const to = second === "\\" ? this.#escapedCharacter() : second;
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    if (low > high) throw new NotRead();
    return (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code >= low && code <= high;
    };
  }

  #escaped(): Test {
    const next = this.#next ?? "";
    const test = classes[next.toLowerCase()];
    if (test !== undefined) {
      this.#at += 1;
      return next === next.toLowerCase() ? test : (character) => !test(character);
    }
    const character = this.#escapedCharacter();
    return (each) => each === character;
  }

  #escapedCharacter(): string {
    const character = this.#taken();
    const escaped = escapes[character];
    if (escaped !== undefined) return escaped;
    // Letters and digits mean something else or nothing.
    if (/^[^\w]$/u.test(character) && character.charCodeAt(0) < 0x80) return character;
    throw new NotRead();
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false;
    this.#at += 1;
    return true;
  }

  #taken(): string {
    const character = this.#next;
    if (character === undefined) throw new NotRead();
    this.#at += 1;
    return character;
  }
}
