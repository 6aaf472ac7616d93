import type { Node } from "yaml";

/** A mistake in a program, with its location. */
export class ProgramProblem extends Error {
  override readonly name = "ProgramProblem";

  /** @param offset where, from the start of the text */
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** Where a node starts. */
export function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}
