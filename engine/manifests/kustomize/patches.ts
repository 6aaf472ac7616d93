import type { Value, ValueRecord } from "../../../core/snapshot/value";
import { isRecord } from "../../../core/snapshot/value";
import { objectName } from "../../kubernetes/kinds";
import { idOf, remembering } from "./ids";
import { jsonPatch, type Operation } from "./json-patch";
import type { Piece } from "./piece";
import type { Pieces } from "./pieces";
import type { Selector } from "./selector";
import { strategicMerge } from "./strategic-merge";

/** What a patch does. */
export type PatchText =
  | { readonly kind: "merge"; readonly objects: readonly ValueRecord[] }
  | { readonly kind: "operations"; readonly operations: readonly Operation[] };

/** What a patch may change beside the rest. */
export interface PatchOptions {
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
  /** Whether an object that a JSON patch calls otherwise is found by its earlier name. */
  readonly remembers: boolean;
}

/**
 * Carries out a patch, and says why kustomize refuses it where it does.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/builtins/PatchTransformer.go.
 */
export function patchPieces(
  pieces: Pieces,
  patch: PatchText,
  target: Selector | undefined,
  options: PatchOptions,
): string | undefined {
  if (patch.kind === "operations") {
    return target === undefined
      ? "a JSON patch says in `target` what it changes"
      : withOperations(pieces, patch.operations, target, options);
  }
  const [first] = patch.objects;
  if (target !== undefined && first !== undefined) {
    return patch.objects.length > 1
      ? "a patch with a `target` is one document"
      : withMerge(pieces, first, target, options);
  }
  for (const object of patch.objects) {
    const refused = withNamed(pieces, object, options);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function withOperations(
  pieces: Pieces,
  operations: readonly Operation[],
  target: Selector,
  { remembers }: PatchOptions,
): string | undefined {
  let refused: string | undefined;
  pieces.mapWhere(target.takes, (piece) => {
    const patched = jsonPatch(piece.object, operations);
    if (patched.kind === "refused") {
      refused ??= `${patched.message} in ${shown(piece.object)}`;
      return piece;
    }
    const before = remembers ? remembering(piece) : piece;
    return isRecord(patched.value) ? { ...before, object: patched.value } : undefined;
  });
  return refused;
}

function withMerge(
  pieces: Pieces,
  patch: ValueRecord,
  target: Selector,
  options: PatchOptions,
): string | undefined {
  let refused: string | undefined;
  pieces.mapWhere(target.takes, (piece) => {
    const patched = mergedPiece(piece, patch, options);
    if (typeof patched !== "string") return patched;
    refused ??= patched;
    return piece;
  });
  return refused;
}

/** A patch without a target goes to the one object that it names. */
function withNamed(pieces: Pieces, patch: ValueRecord, options: PatchOptions): string | undefined {
  const found = pieces.called(idOf(patch));
  const [index = -1] = found;
  const piece = pieces.at(index);
  if (piece === undefined || found.length > 1) {
    const many = found.length > 1 ? "more than one object is" : "no object is";
    return `${many} ${shown(patch)}, which the patch names`;
  }
  const patched = mergedPiece(piece, patch, options);
  if (typeof patched === "string") return patched;
  pieces.set(index, patched);
  return undefined;
}

/** Name, namespace and kind stay, whatever the patch says, but where it may change them. */
function mergedPiece(
  piece: Piece,
  patch: ValueRecord,
  { allowNameChange, allowKindChange }: PatchOptions,
): Piece | undefined | string {
  const { object } = piece;
  const { apiVersion } = objectName(object);
  const merged = strategicMerge(object, { ...patch, apiVersion });
  if (merged.kind === "refused") return `${merged.message} of ${shown(object)}`;
  const made = merged.object;
  if (made === undefined) return undefined;
  const before = allowNameChange || allowKindChange ? remembering(piece) : piece;
  const { kind } = object;
  const metadata = isRecord(made["metadata"]) ? made["metadata"] : {};
  const own = isRecord(object["metadata"]) ? object["metadata"] : {};
  const kept: Record<string, Value | undefined> = {
    ...metadata,
    ...(!allowNameChange && { name: own["name"] }),
    namespace: own["namespace"],
  };
  return {
    ...before,
    object: {
      ...made,
      ...(!allowKindChange && kind !== undefined && { kind }),
      metadata: withoutMissing(kept),
    },
  };
}

function withoutMissing(record: Readonly<Record<string, Value | undefined>>): ValueRecord {
  const entries = Object.entries(record).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

/** An object as sentences name it. */
export function shown(object: ValueRecord): string {
  const { kind, name, namespace } = objectName(object);
  return `\`${kind} ${namespace === "" ? "" : `${namespace}/`}${name}\``;
}
