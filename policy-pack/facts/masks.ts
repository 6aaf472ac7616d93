import { arnsIn, parseArn } from "../../core/arn";
import { mask } from "../../core/snapshot/value";

/** Shorter texts hide nothing, and are part of many words. */
const shortest = 4;

/**
 * Texts that a program marks as secret though they are names, such as the account in an ARN: rules use them, and no output
 * shows them.
 *
 * A text is masked wherever it is one whole word or several. Those with fewer than four characters are not.
 */
export class Masks {
  readonly #texts = new WholeWords();

  /** Whether there is nothing to mask. */
  get isEmpty(): boolean {
    return this.#texts.size === 0;
  }

  /** Adds texts. */
  add(texts: Iterable<string>): void {
    for (const text of texts) if (text.length >= shortest) this.#texts.add(text);
  }

  /**
   * Leaves out the masked texts that are in a plain text: readers of the program have them.
   *
   * @param isName which of them. Default: all.
   */
  unmask(open: string, isName: (text: string) => boolean = () => true): void {
    if (this.isEmpty) return;
    for (const text of this.#texts.foundIn(open)) if (isName(text)) this.#texts.delete(text);
  }

  /** Whether a text is one of those masked. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** A text as it may be shown; a URN stays, in which nothing is a value. */
  over(text: string): string {
    if (this.isEmpty || text.startsWith("urn:pulumi:")) return text;
    return this.#texts.replaced(text, mask);
  }

  /** Plain data as it may be shown: each of its texts. */
  overData<T>(data: T): T {
    return this.isEmpty ? data : (this.#overEach(data) as T);
  }

  #overEach(value: unknown): unknown {
    if (typeof value === "string") return this.over(value);
    if (Array.isArray(value)) return value.map((each) => this.#overEach(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.#overEach(each)]),
    );
  }
}

/**
 * What a text is known by: itself, each ARN in it, and the account and the name of each; of a URL its host and the steps of
 * its path.
 */
export function namesIn(text: string): readonly string[] {
  const ofArns = arnsIn(text).flatMap((arn) => {
    const parsed = parseArn(arn);
    const { account = "", resource = "" } = parsed.ok ? parsed.arn : {};
    const [, ...path] = resource.split(/[/:]/);
    return [arn, account, resource, path.join("/"), path.at(-1) ?? ""];
  });
  const ofUrl = /^https?:\/\//.test(text) ? text.split("/").slice(2) : [];
  return [...new Set([text, ...ofArns, ...ofUrl])].filter((name) => name.length >= shortest);
}

/** A word, or one character that is of none. */
const piece = /[A-Za-z0-9]+|[^A-Za-z0-9]/g;

/**
 * Texts that are looked for in others as a whole word or several.
 *
 * To look takes time in proportion to what is looked through, however many there are to be found.
 */
export class WholeWords {
  readonly #texts = new Set<string>();
  /** By the piece that texts begin with, of how many pieces they are, the most first. */
  readonly #lengths = new Map<string, readonly number[]>();

  /** How many there are. */
  get size(): number {
    return this.#texts.size;
  }

  /** Adds a text. */
  add(text: string): void {
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    const [first = "", ...others] = text.match(piece) ?? [];
    const known = this.#lengths.get(first) ?? [];
    const length = others.length + 1;
    if (known.includes(length)) return;
    this.#lengths.set(
      first,
      [...known, length].sort((a, b) => b - a),
    );
  }

  /** Takes a text out again. */
  delete(text: string): void {
    this.#texts.delete(text);
  }

  /** Whether a text is one of them. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** Those in a text, also within one another. */
  *foundIn(text: string): Iterable<string> {
    const pieces = piecesOf(text);
    for (const at of pieces.keys()) {
      for (const { found } of this.#foundAt(text, pieces, at)) yield found;
    }
  }

  /** A text with something in place of each of them, the longest first. */
  replaced(text: string, by: string): string {
    const pieces = piecesOf(text);
    const kept: string[] = [];
    for (let at = 0; at < pieces.length;) {
      const [longest] = this.#foundAt(text, pieces, at);
      kept.push(longest === undefined ? (pieces[at]?.text ?? "") : by);
      at = longest?.end ?? at + 1;
    }
    return kept.join("");
  }

  /** Those that begin at a piece, the longest first, each with the piece behind it. */
  *#foundAt(
    text: string,
    pieces: readonly Piece[],
    at: number,
  ): Iterable<{ readonly found: string; readonly end: number }> {
    const here = pieces[at];
    if (here === undefined || joined(pieces[at - 1], here)) return;
    for (const length of this.#lengths.get(here.text) ?? []) {
      const end = at + length;
      const next = pieces[end];
      if (end > pieces.length || joined(next, pieces[end - 1])) continue;
      const found = text.slice(here.start, next?.start);
      if (this.#texts.has(found)) yield { found, end };
    }
  }
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly isWord: boolean;
}

function piecesOf(text: string): readonly Piece[] {
  return Array.from(text.matchAll(piece), ({ 0: found, index }) => ({
    text: found,
    start: index,
    isWord: /[A-Za-z0-9]/.test(found),
  }));
}

/** Whether a character is part of a word, where a match neither begins nor ends. */
function joined(word: Piece | undefined, character: Piece | undefined): boolean {
  return word?.isWord === true && character?.isWord === false;
}
