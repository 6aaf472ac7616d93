import type { ValueRecord } from "../../../core/snapshot/value";
import { changeAt } from "./field-path";
import { fieldsOf, type FieldSpec } from "./field-specs";
import { firstIdOf, remembering } from "./ids";
import type { Piece } from "./piece";

/** Kinds whose names mean something outside of the kustomization, and stay. */
const KEPT: ReadonlySet<string> = new Set(["CustomResourceDefinition", "Namespace"]);

/**
 * A piece with a prefix or suffix added to its name, and to what else fields say.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/builtins/PrefixTransformer.go.
 */
export function renamed(
  piece: Piece,
  side: "prefix" | "suffix",
  text: string,
  fields: readonly FieldSpec[],
): Piece {
  const first = firstIdOf(piece);
  const isKept =
    KEPT.has(first.kind) ||
    (first.kind === "APIService" && first.group === "apiregistration.k8s.io");
  if (isKept) return piece;
  let made = piece;
  for (const field of fieldsOf(fields, piece.object)) {
    if (field.path === "metadata/name") {
      const { prefixes, suffixes } = made;
      made = {
        ...remembering(made),
        ...(side === "prefix"
          ? { prefixes: [...prefixes, text] }
          : { suffixes: [...suffixes, text] }),
      };
    }
    const object = changeAt(made.object, field.parts, field.create ? "" : undefined, (found) => {
      if (typeof found !== "string" && typeof found !== "number") return found;
      return side === "prefix" ? `${text}${found}` : `${found}${text}`;
    }) as ValueRecord;
    made = { ...made, object };
  }
  return made;
}
