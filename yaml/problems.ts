import { nearest } from "../core/nearest";
import { visible } from "../core/visible";

/** A location in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake in a file. */
export interface Problem {
  readonly at: Position;
  /** Path such as `tenants.acme.agents.triage.grants[0]`; empty for the file as a whole. */
  readonly path: string;
  /** Lowercase, no final period. */
  readonly message: string;
}

/** Maximum problems in one error. */
const mostReported = 50;

/** Longest text of a file that a message repeats. */
const longestRepeated = 80;

/** The mistakes found so far, and the locations of what was read. */
export class Mistakes {
  readonly #repeats: boolean;
  readonly #problems = new Map<string, Problem>();
  readonly #positions = new Map<string, Position>();
  /** Each path with a mistake, and all that it is within. */
  readonly #spoiled = new Set<string>();

  /** @param options whether messages may repeat texts of the file; by default they may not, since one may be a secret */
  constructor(options: { readonly repeats?: boolean } = {}) {
    this.#repeats = options.repeats === true;
  }

  /** A text of the file as messages name it: in backticks where they may repeat it, else in general words. */
  named(text: string, otherwise: string): string {
    return this.#repeats ? quoted(text) : otherwise;
  }

  /** Notes a mistake; the same one at the same place, which an alias repeats, counts once. */
  add(at: Position, path: string, message: string): void {
    for (let end = path.length; end > 0; end = startOfLast(path, end)) {
      this.#spoiled.add(path.slice(0, end));
    }
    const key = `${at.line}:${at.column}:${message}`;
    if (!this.#problems.has(key)) this.#problems.set(key, { at, path, message });
  }

  /** Notes a key that its map has already. */
  addTwice(at: Position, key: string, fix: string): void {
    this.add(at, "", `key ${this.named(key, "here")} is written twice; ${fix}`);
  }

  /** Notes a mistake in what has been read at a path. */
  addAt(path: string, message: string): void {
    this.add(this.positionOf(path), path, message);
  }

  /** Whether there is no mistake at a path or within it. */
  isClean(path: string): boolean {
    return !this.#spoiled.has(path);
  }

  /** Whether anything is at a path, mistaken or not. */
  has(path: string): boolean {
    return this.#positions.has(path);
  }

  /** Records the location of a path. */
  place(path: string, at: Position): void {
    this.#positions.set(path, at);
  }

  /** The location of a path; the start of the file where nothing was read at it. */
  positionOf(path: string): Position {
    return this.#positions.get(path) ?? { line: 1, column: 1 };
  }

  /** All mistakes in the order of the file. */
  get problems(): readonly Problem[] {
    return [...this.#problems.values()].sort(
      (a, b) => a.at.line - b.at.line || a.at.column - b.at.column,
    );
  }
}

/** Where the last part of a path's first characters begins. */
function startOfLast(path: string, end: number): number {
  return Math.max(path.lastIndexOf(".", end - 1), path.lastIndexOf("[", end - 1), 0);
}

/**
 * All mistakes of a file as the message of one error, each `<file>:<line>:<column>: <path>: <what is wrong>`.
 *
 * The first is on the first line, since hosts that show one line of an error show at least that.
 */
export function printProblems(file: string, problems: readonly Problem[]): string {
  const start = problems.length === 1 ? "" : `${file} has ${problems.length} mistakes: `;
  const lines = problems
    .slice(0, mostReported)
    .map(({ at, path, message }) =>
      [`${file}:${at.line}:${at.column}`, ...(path === "" ? [] : [path]), message].join(": "),
    );
  const left = problems.length - lines.length;
  const all = [...lines, ...(left > 0 ? [`${file}: and ${left} more`] : [])];
  const [first = "", ...others] = all.map(visible);
  return [`${visible(start)}${first}`, ...others].join("\n");
}

/** In backticks, on one line, and cut where it is long. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return `\`${line.length > longestRepeated ? `${line.slice(0, longestRepeated)}…` : line}\``;
}

/** The allowed words of a message. */
export function listed(words: readonly string[], last: "and" | "or" = "or"): string {
  const all = words.map((word) => `\`${word}\``);
  const end = all.pop() ?? "nothing";
  return all.length === 0 ? end : `${all.join(", ")} ${last} ${end}`;
}

/** What a message adds where a mistyped word is near a known one; else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? "" : `; did you mean \`${meant}\`?`;
}
