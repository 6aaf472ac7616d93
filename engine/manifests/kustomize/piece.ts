import type { ValueRecord } from "../../../core/snapshot/value";
import type { ManifestFile } from "../manifest-files";

/** Where something stands. */
export interface Place {
  readonly file: ManifestFile;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** What an object was called before a kustomization called it otherwise, by which others go on naming it. */
export interface EarlierName {
  readonly kind: string;
  readonly name: string;
  /** As {@link namespaceOf} gives it. */
  readonly namespace: string;
}

/** An object on its way through kustomizations. */
export interface Piece {
  readonly object: ValueRecord;
  /** The document that it was read from, or the generator that made it. */
  readonly place: Place;
  /** What it was called before, the oldest first. */
  readonly earlier: readonly EarlierName[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** The variables that read their value from it. */
  readonly variables: readonly string[];
  /** Whether kustomize adds a hash of its contents to its name, which is left out here. */
  readonly hashed: boolean;
}

/** Why a kustomization, or a part of it, was not carried out. */
export interface Complaint {
  /**
   * `beyond`: kustomize could, and nobody here does. `refused`: kustomize refuses it too. `alternative`: another is carried out
   * in its place.
   */
  readonly kind: "beyond" | "refused" | "alternative";
  /** One sentence without a full stop, with the field in it. */
  readonly message: string;
  readonly place: Place;
}

/** An object as it was read. */
export function pieceOf(object: ValueRecord, place: Place): Piece {
  return {
    object,
    place,
    earlier: [],
    prefixes: [],
    suffixes: [],
    variables: [],
    hashed: false,
  };
}
