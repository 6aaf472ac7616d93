/** A part of a text, and the name under which it stands there. */
export interface Piece {
  readonly text: string;
  readonly under: string | undefined;
}
