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

  /** Those that stand in a text, also within one another. */
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

/** Whether a word stands beside a character, at which a text that is found neither begins nor ends. */
function joined(word: Piece | undefined, character: Piece | undefined): boolean {
  return word?.isWord === true && character?.isWord === false;
}
