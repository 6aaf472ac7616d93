/** A part of a text, and its name there. */
export interface Piece {
  readonly text: string;
  readonly under: string | undefined;
}
