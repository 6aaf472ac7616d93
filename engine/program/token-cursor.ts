import { NotRead, type Token } from "./callback-tokens";

/** A place in the tokens of a function's text, which moves on with what is taken. */
export class TokenCursor {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  /** How many tokens it has passed. */
  get place(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  /** The token that comes next; undefined at the end. */
  get next(): Token | undefined {
    return this.tokens[this.#at];
  }

  /** Passes over tokens. */
  pass(count: number): void {
    this.#at += count;
  }

  /** Goes back to a place. */
  backTo(place: number): void {
    this.#at = place;
  }

  /** Passes over an expression up to what closes or follows it. */
  skip(): void {
    for (let depth = 0; this.#at < this.tokens.length; this.#at += 1) {
      if (depth === 0 && this.isEnd()) return;
      const token = this.next;
      if (token?.kind !== "sign") continue;
      if (/^[([{]$/.test(token.text)) depth += 1;
      if (/^[)\]}]$/.test(token.text)) depth -= 1;
      if (depth < 0) throw new NotRead();
    }
    if (this.tokens.length === 0) throw new NotRead();
  }

  /** Whether an expression ends here. */
  isEnd(): boolean {
    const token = this.next;
    return token === undefined || (token.kind === "sign" && /^[,)\]};]$/.test(token.text));
  }

  /** Whether these come next: names, signs and texts. */
  isCall(...texts: readonly string[]): boolean {
    return texts.every((text, at) => {
      const token = this.tokens[this.#at + at];
      return token !== undefined && token.kind !== "template" && token.text === text;
    });
  }

  /** Whether a sign comes next. */
  isNext(sign: string): boolean {
    const token = this.next;
    return token?.kind === "sign" && token.text === sign;
  }

  /** Passes over a sign where it comes next. */
  takes(sign: string): boolean {
    if (!this.isNext(sign)) return false;
    this.#at += 1;
    return true;
  }

  /** Passes over a sign; throws a {@link NotRead} where another token comes next. */
  needs(sign: string): void {
    if (!this.takes(sign)) throw new NotRead();
  }

  /** Passes over a name where it comes next. */
  takesName(name: string): boolean {
    const token = this.next;
    if (token?.kind !== "name" || token.text !== name) return false;
    this.#at += 1;
    return true;
  }

  /** Passes over a name, whichever it is; throws a {@link NotRead} where none comes next. */
  name(): string {
    const token = this.next;
    if (token?.kind !== "name") throw new NotRead();
    this.#at += 1;
    return token.text;
  }
}
