import type { Value, ValueRecord } from "../../../core/snapshot/value";
import { defaultFields } from "./default-fields";
import { joinedSpecs, noFields, type FieldSpecs } from "./field-specs";
import { idOf, keyOf } from "./ids";
import { shown } from "./patches";
import type { Complaint, Piece, Place } from "./piece";
import { Pieces } from "./pieces";
import type { Variable } from "./variables";

/** Most objects that one kustomization makes: bases that list bases may multiply without end. */
const MAX_PIECES = 100_000;

/** What a kustomization, with all that it lists, makes. */
export interface Accumulated {
  readonly pieces: readonly Piece[];
  readonly fields: FieldSpecs;
  readonly variables: readonly Variable[];
  readonly complaints: readonly Complaint[];
  /** The files, by path, whose objects it makes something of. */
  readonly files: ReadonlySet<string>;
  /** Whether something that it is made of is not there. */
  readonly isPartial: boolean;
}

/** What a kustomization makes, while it is made. */
export class Accumulation {
  readonly pieces = new Pieces([]);
  readonly files = new Set<string>();
  fields: FieldSpecs = noFields;
  isPartial = false;
  readonly #variables = new Map<string, Variable>();
  readonly #complaints: Complaint[] = [];

  /** Adds an object that is read or made; a second one that is called so is refused. */
  add(piece: Piece, place: Place): void {
    const key = keyOf(idOf(piece.object));
    const isThere = this.pieces
      .called(idOf(piece.object))
      .some((index) => keyOf(idOf(this.pieces.at(index)?.object ?? {})) === key);
    if (isThere) this.refuse(`${shown(piece.object)} is there twice`, place);
    else if (this.pieces.size >= MAX_PIECES) {
      this.beyond(`more than ${MAX_PIECES} objects are made`, place);
    } else this.pieces.add(piece);
  }

  addVariable(variable: Variable, place: Place): void {
    if (this.#variables.has(variable.name)) {
      this.refuse(`the variable \`${variable.name}\` is there twice`, place);
    } else this.#variables.set(variable.name, variable);
  }

  /** Adds what a kustomization makes that is listed at a place. */
  merge(other: Accumulated, place: Place): void {
    for (const piece of other.pieces) this.add(piece, place);
    this.fields = joinedSpecs(this.fields, other.fields);
    for (const variable of other.variables) this.addVariable(variable, place);
    this.#complaints.push(...other.complaints);
    for (const file of other.files) this.files.add(file);
    if (other.isPartial) this.isPartial = true;
  }

  /** Adds the fields that are changed where nothing else is said, and those of a configuration. */
  configure(more: readonly FieldSpecs[]): void {
    const own = more.reduce(joinedSpecs, defaultFields);
    this.fields = joinedSpecs(this.fields, own);
  }

  /** What is not carried out here, though kustomize can. */
  beyond(message: string, place: Place): void {
    this.isPartial = true;
    this.#complaints.push({ kind: "beyond", message, place });
  }

  /** What kustomize refuses; where a part is missing, that may be why. */
  refuse(message: string, place: Place): void {
    this.complain({ kind: "refused", message, place });
  }

  complain(complaint: Complaint): void {
    this.isPartial = true;
    this.#complaints.push(complaint);
  }

  result(): Accumulated {
    return {
      pieces: this.pieces.list(),
      fields: this.fields,
      variables: [...this.#variables.values()],
      complaints: this.#complaints,
      files: this.files,
      isPartial: this.isPartial,
    };
  }
}

/** A value as a text, as labels have them. */
export function pairsOf(value: ValueRecord): ValueRecord {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, Value] => [
      key,
      typeof item === "number" || typeof item === "boolean" ? String(item) : item,
    ]),
  );
}
