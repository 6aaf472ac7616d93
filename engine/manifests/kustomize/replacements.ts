import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { idsOf, isOfGvk, type Id } from "./ids";
import { changeAllAt, partsOf, valueAt } from "./object-path";
import { shown } from "./patches";
import type { Piece } from "./piece";
import type { Pieces } from "./pieces";
import { isPlain, plainText } from "./plain-value";
import { selectorOf, type Selector } from "./selector";

/** Why a replacement is not carried out. */
export interface NotReplaced {
  readonly kind: "refused" | "beyond";
  readonly message: string;
}

/**
 * Copies a value of one object into fields of others, and says why where it does not.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/replacement/replacement.go.
 */
export function replaceIn(pieces: Pieces, replacement: ValueRecord): NotReplaced | undefined {
  const { source, sourceValue, targets } = replacement;
  if (!isList(targets)) return refused("`replacements` names `targets`");
  const value =
    typeof sourceValue === "string"
      ? { value: sourceValue }
      : isRecord(source)
        ? sourceOf(pieces, source)
        : refused("`replacements` names a `source`");
  if ("kind" in value) return value;
  for (const target of targets) {
    const wrong = isRecord(target) ? intoTarget(pieces, target, value.value) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function sourceOf(pieces: Pieces, source: ValueRecord): NotReplaced | { readonly value: Value } {
  const found = pieces.list().filter((piece) => isSource(piece, source));
  const [piece] = found;
  if (piece === undefined) return refused("`source` names no object");
  if (found.length > 1) return refused("`source` names more than one object");
  const path = textOf(source["fieldPath"]) || "metadata.name";
  const value = valueAt(piece.object, partsOf(path));
  if (value === undefined) return refused(`\`${path}\` is not in ${shown(piece.object)}`);
  const { delimiter, index } = optionsOf(source);
  if (delimiter === "") return { value };
  const part = isPlain(value) ? plainText(value).split(delimiter)[index] : undefined;
  return part === undefined ? refused(`\`${path}\` has no part ${index}`) : { value: part };
}

function isSource(piece: Piece, source: ValueRecord): boolean {
  const gvk = {
    group: textOf(source["group"]),
    version: textOf(source["version"]),
    kind: textOf(source["kind"]),
  };
  const name = textOf(source["name"]);
  const namespace = textOf(source["namespace"]);
  const fits = (id: Id): boolean =>
    isOfGvk(id, gvk) &&
    (name === "" || id.name === name) &&
    (namespace === "" || id.namespace === namespace);
  return idsOf(piece).some(fits);
}

function intoTarget(pieces: Pieces, target: ValueRecord, value: Value): NotReplaced | undefined {
  const { select, reject, fieldPaths } = target;
  if (!isRecord(select)) return refused("a target names what it selects");
  const selector = selectorOf(select);
  if (typeof selector === "string") return { kind: "beyond", message: selector };
  const rejected: Selector[] = [];
  for (const each of isList(reject) ? reject : []) {
    const one = isRecord(each) ? selectorOf(each) : "a target names what it rejects";
    if (typeof one === "string") return { kind: "beyond", message: one };
    rejected.push(one);
  }
  const paths =
    isList(fieldPaths) && fieldPaths.length > 0 ? fieldPaths.map(textOf) : ["metadata.name"];
  let wrong: NotReplaced | undefined;
  pieces.mapWhere(
    (piece) => selector.takesAny(piece) && !rejected.some((one) => one.rejects(piece)),
    (piece) => {
      if (wrong !== undefined) return piece;
      const made = withValue(piece.object, paths, value, optionsOf(target));
      if ("message" in made) {
        wrong = made;
        return piece;
      }
      return { ...piece, object: made.object };
    },
  );
  return wrong;
}

function withValue(
  object: ValueRecord,
  paths: readonly string[],
  value: Value,
  { delimiter, index, create }: Options,
): NotReplaced | { readonly object: ValueRecord } {
  let made: Value = object;
  for (const path of paths) {
    const set = (found: Value): Value => put(found, joinedPart(found, value, delimiter, index));
    const changed = changeAllAt(made, partsOf(path), create ? value : undefined, set);
    if (changed.kind !== "ok") {
      return { ...changed, message: `\`${path}\` in ${shown(object)}: ${changed.message}` };
    }
    if (changed.count === 0) return refused(`\`${path}\` is not in ${shown(object)}`);
    made = changed.value;
  }
  return { object: made as ValueRecord };
}

/** Of a text that is split, the part that is replaced: before the first, after the last, or one of them. */
function joinedPart(found: Value, value: Value, delimiter: string, index: number): Value {
  if (delimiter === "" || !isPlain(found)) return value;
  const parts = String(found).split(delimiter);
  const part = plainText(value);
  if (index < 0) parts.unshift(part);
  else if (index >= parts.length) parts.push(part);
  else parts[index] = part;
  return parts.join(delimiter);
}

/** A plain value stays of the type that it was. */
function put(found: Value, value: Value): Value {
  if (!isPlain(found) || !isPlain(value) || found === null) return value;
  if (typeof found === "string") return String(value);
  if (typeof found === "number" && String(Number(value)) === String(value)) return Number(value);
  if (typeof found === "boolean" && /^(true|false)$/.test(String(value)))
    return value === "true" || value === true;
  return value;
}

interface Options {
  readonly delimiter: string;
  readonly index: number;
  readonly create: boolean;
}

function optionsOf(of: ValueRecord): Options {
  const options = isRecord(of["options"]) ? of["options"] : {};
  const { delimiter, index, create } = options;
  return {
    delimiter: textOf(delimiter),
    index: typeof index === "number" ? index : 0,
    create: create === true,
  };
}

function refused(message: string): NotReplaced {
  return { kind: "refused", message };
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
