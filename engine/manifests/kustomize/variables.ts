import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { changeAt } from "./field-path";
import { fieldsOf, type FieldSpec } from "./field-specs";
import { groupAndVersion, idsOf, isNoNamespace, namespaceOf, type Gvk } from "./ids";
import { partsOf, valueAt } from "./object-path";
import type { Piece } from "./piece";
import type { Pieces } from "./pieces";

/** A variable of a kustomization, `$(NAME)` in the texts of objects. */
export interface Variable {
  readonly name: string;
  readonly fieldPath: string;
}

/** Marks the object that a variable reads from, and says why kustomize refuses it where it does. */
export function markVariable(pieces: Pieces, entry: ValueRecord): Variable | string {
  const { name, objref, fieldref } = entry;
  if (typeof name !== "string" || !isRecord(objref)) return "`vars` names a `name` and an `objref`";
  const path = isRecord(fieldref) ? textOf(fieldref["fieldpath"] ?? fieldref["fieldPath"]) : "";
  const gvk = gvkIn(objref);
  const namespace = textOf(objref["namespace"]);
  const wanted = namespaceOf({
    apiVersion: gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`,
    kind: gvk.kind,
    metadata: { namespace },
  });
  const isMeant = (piece: Piece): boolean =>
    idsOf(piece).some(
      (id) =>
        id.name === objref["name"] &&
        id.group === gvk.group &&
        id.version === gvk.version &&
        id.kind === gvk.kind &&
        ((namespace === "" && !isNoNamespace(wanted)) || id.namespace === wanted),
    );
  const count = pieces.mapWhere(isMeant, (piece) => ({
    ...piece,
    variables: [...piece.variables, name],
  }));
  if (count > 1) return `the variable \`${name}\` names more than one object`;
  return { name, fieldPath: path === "" ? "metadata.name" : path };
}

function gvkIn(reference: ValueRecord): Gvk {
  const version = textOf(reference["apiVersion"]);
  const kind = textOf(reference["kind"]);
  return version === ""
    ? { group: textOf(reference["group"]), version: textOf(reference["version"]), kind }
    : { ...groupAndVersion(version), kind };
}

/**
 * Pieces with the values of variables in their texts, and the names of those that have no value.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/refvar.
 */
export function withVariables(
  pieces: readonly Piece[],
  variables: readonly Variable[],
  fields: readonly FieldSpec[],
): { readonly pieces: readonly Piece[]; readonly without: readonly string[] } {
  if (variables.length === 0) return { pieces, without: [] };
  const marked = new Map<string, Piece>();
  for (const piece of pieces) {
    for (const name of piece.variables) if (!marked.has(name)) marked.set(name, piece);
  }
  const values = new Map<string, Value>();
  const without: string[] = [];
  for (const { name, fieldPath } of variables) {
    const object = marked.get(name)?.object;
    const parts = partsOf(fieldPath).flatMap(withIndexApart);
    const value = object === undefined ? undefined : valueAt(object, parts);
    if (value === undefined) without.push(name);
    else values.set(name, value);
  }
  const made = pieces.map((piece) => {
    let { object } = piece;
    for (const field of fieldsOf(fields, object)) {
      object = changeAt(object, field.parts, undefined, (found) =>
        replaced(found, values),
      ) as ValueRecord;
    }
    return object === piece.object ? piece : { ...piece, object };
  });
  return { pieces: made, without };
}

/** `containers[0]` is the field and the index. */
function withIndexApart(part: string): readonly string[] {
  const [, field, index] = /^([^[]+)\[(\d+)\]$/.exec(part) ?? [];
  return field === undefined || index === undefined ? [part] : [field, index];
}

function replaced(found: Value, values: ReadonlyMap<string, Value>): Value {
  if (typeof found === "string") return inText(found, values);
  if (isList(found))
    return found.map((item) => (typeof item === "string" ? inText(item, values) : item));
  if (!isRecord(found)) return found;
  return Object.fromEntries(
    Object.entries(found).map(([key, item]) => [
      key,
      typeof item === "string" ? inText(item, values) : item,
    ]),
  );
}

/** `$(NAME)` is replaced, and `$$` is a `$`; a text that is nothing but a variable takes the type of its value. */
function inText(text: string, values: ReadonlyMap<string, Value>): Value {
  if (!text.includes("$")) return text;
  const [, whole] = /^\$\(([^)]*)\)$/.exec(text) ?? [];
  const value = whole === undefined ? undefined : values.get(whole);
  if (value !== undefined && (value === null || typeof value !== "object")) return value;
  return text.replaceAll(/\$(\$|\(([^)]*)(?:\)|$))/g, (match, _mark, name?: string) => {
    if (match === "$$") return "$";
    const given = values.get(name ?? "");
    return given === undefined || (typeof given === "object" && given !== null)
      ? match
      : String(given);
  });
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
