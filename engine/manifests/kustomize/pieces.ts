import type { ValueRecord } from "../../../core/snapshot/value";
import { idOf, idsOf, keyOf, type Id } from "./ids";
import type { Piece } from "./piece";

/** The pieces of a kustomization, in their order, each found by what it is and was called. */
export class Pieces {
  readonly #all: (Piece | undefined)[];
  /** The indexes of those that are or were called so; some may be called otherwise since. */
  #byId: Map<string, number[]> | undefined;

  constructor(pieces: readonly Piece[]) {
    this.#all = [...pieces];
  }

  /** How many there are, with those that are gone. */
  get size(): number {
    return this.#all.length;
  }

  /** All that are left. */
  list(): readonly Piece[] {
    return this.#all.filter((piece) => piece !== undefined);
  }

  /** Those that are or were called so. */
  called(id: Id): readonly number[] {
    this.#byId ??= this.#indexed();
    const key = keyOf(id);
    return (this.#byId.get(key) ?? []).filter((index) => {
      const piece = this.#all[index];
      return piece !== undefined && idsOf(piece).some((one) => keyOf(one) === key);
    });
  }

  at(index: number): Piece | undefined {
    return this.#all[index];
  }

  /** Puts a piece in the place of another; undefined takes it away. */
  set(index: number, piece: Piece | undefined): void {
    this.#all[index] = piece;
    if (piece !== undefined && this.#byId !== undefined) this.#enter(this.#byId, piece, index);
  }

  add(piece: Piece): void {
    const index = this.#all.push(piece) - 1;
    if (this.#byId !== undefined) this.#enter(this.#byId, piece, index);
  }

  /** Changes each. */
  map(change: (piece: Piece) => Piece): void {
    for (const [index, piece] of this.#all.entries()) {
      if (piece !== undefined) this.#all[index] = change(piece);
    }
    this.#byId = undefined;
  }

  /** Changes the object of each. */
  mapObjects(change: (object: ValueRecord) => ValueRecord): void {
    this.map((piece) => {
      const object = change(piece.object);
      return object === piece.object ? piece : { ...piece, object };
    });
  }

  /** Changes those that a condition holds of. */
  mapWhere(
    condition: (piece: Piece) => boolean,
    change: (piece: Piece) => Piece | undefined,
  ): number {
    let count = 0;
    for (const [index, piece] of this.#all.entries()) {
      if (piece === undefined || !condition(piece)) continue;
      count++;
      this.set(index, change(piece));
    }
    return count;
  }

  /** The first that is called as another is. */
  repeated(): Piece | undefined {
    const seen = new Set<string>();
    return this.list().find(({ object }) => {
      const key = keyOf(idOf(object));
      if (seen.has(key)) return true;
      seen.add(key);
      return false;
    });
  }

  #indexed(): Map<string, number[]> {
    const made = new Map<string, number[]>();
    for (const [index, piece] of this.#all.entries()) {
      if (piece !== undefined) this.#enter(made, piece, index);
    }
    return made;
  }

  #enter(byId: Map<string, number[]>, piece: Piece, index: number): void {
    for (const key of new Set(idsOf(piece).map((id) => keyOf(id)))) {
      const indexes = byId.get(key);
      if (indexes === undefined) byId.set(key, [index]);
      else if (!indexes.includes(index)) indexes.push(index);
    }
  }
}
