/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** Prints the progress of a preview, on one line that goes away; nothing without a terminal. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #shownAt = -Infinity;
  #shown = false;

  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Shows a state, at most ten times a second. */
  show(what: string): void {
    if (this.#stream.isTTY !== true || this.#now() - this.#shownAt < 100) return;
    this.#shownAt = this.#now();
    this.#shown = true;
    this.#stream.write(`\r\u001b[K${what}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\u001b[K");
    this.#shown = false;
    this.#shownAt = -Infinity;
  }
}
