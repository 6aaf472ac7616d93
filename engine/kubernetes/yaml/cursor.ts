/** A text is no YAML, or one that Kubernetes refuses. */
export class YamlMistake extends Error {
  override readonly name = "YamlMistake";

  /** @param offset at which character of the text */
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** Codes of characters that YAML gives a meaning. */
export const char = {
  end: 0,
  tab: 9,
  lineFeed: 10,
  return: 13,
  space: 32,
  exclamation: 33,
  doubleQuote: 34,
  hash: 35,
  percent: 37,
  ampersand: 38,
  quote: 39,
  asterisk: 42,
  plus: 43,
  comma: 44,
  dash: 45,
  dot: 46,
  zero: 48,
  colon: 58,
  less: 60,
  greater: 62,
  question: 63,
  at: 64,
  openList: 91,
  backslash: 92,
  closeList: 93,
  backtick: 96,
  openMap: 123,
  bar: 124,
  closeMap: 125,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
} as const;

/** Whether a character ends a line: YAML 1.1 has three more than YAML 1.2. */
export function isBreak(code: number): boolean {
  return (
    code === char.lineFeed ||
    code === char.return ||
    code === char.nextLine ||
    code === char.lineSeparator ||
    code === char.paragraphSeparator
  );
}

/** Whether a character is a space or a tab. */
export function isBlank(code: number): boolean {
  return code === char.space || code === char.tab;
}

/** Whether a character is white space, or the text is at its end. */
export function isBlankOrEnd(code: number): boolean {
  return code <= char.space
    ? code === char.space || code === char.lineFeed || code === char.end || isTabOrReturn(code)
    : code >= char.nextLine && isBreak(code);
}

function isTabOrReturn(code: number): boolean {
  return code === char.tab || code === char.return;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_` and `-`: of what the names of anchors and tags are made. */
export function isWord(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    code === char.dash
  );
}

/** A place in a text that moves on by characters and lines. */
export class Cursor {
  at: number;
  line = 0;
  #lineStart: number;

  /** @param end where the text ends for this cursor */
  constructor(
    readonly text: string,
    start: number,
    readonly end: number,
  ) {
    this.at = start;
    this.#lineStart = start;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  /** The code of a character, 0 behind the end. */
  code(ahead = 0): number {
    const at = this.at + ahead;
    return at < this.end ? this.text.charCodeAt(at) : char.end;
  }

  /** Passes the end of a line and returns it as YAML has it in a text. */
  takeBreak(): string {
    const code = this.code();
    this.at += code === char.return && this.code(1) === char.lineFeed ? 2 : 1;
    this.line += 1;
    this.#lineStart = this.at;
    return code === char.lineSeparator || code === char.paragraphSeparator
      ? String.fromCharCode(code)
      : "\n";
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.at += 1;
  }

  /**
   * Passes what may stand behind a line's last word, and the end of the line.
   *
   * @param start where a mistake is told
   */
  endLine(start: number): void {
    this.skipBlanks();
    this.skipComment();
    const code = this.code();
    if (isBreak(code)) this.takeBreak();
    else if (code !== char.end) {
      throw new YamlMistake(start, "did not find expected comment or line break");
    }
  }

  /** Passes a comment, where there is one, up to the end of its line. */
  skipComment(): void {
    if (this.code() !== char.hash) return;
    for (let code = this.code(); code !== char.end && !isBreak(code); code = this.code()) {
      this.at += 1;
    }
  }

  /** Whether a line begins here with `---` or `...`. */
  isDocumentIndicator(): boolean {
    if (this.column !== 0) return false;
    const code = this.code();
    return (
      (code === char.dash || code === char.dot) &&
      this.code(1) === code &&
      this.code(2) === code &&
      isBlankOrEnd(this.code(3))
    );
  }
}
