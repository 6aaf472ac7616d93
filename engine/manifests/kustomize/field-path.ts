import { isList, isRecord, type Value } from "../../../core/snapshot/value";

/** Splits a path at a mark, which `\` before it keeps; a mark in front counts for nothing. */
export function splitPath(path: string, mark: string): readonly string[] {
  const parts = path.split(mark);
  if (parts.length > 1 && parts[0] === "") parts.shift();
  const found: string[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last?.endsWith("\\") === true) found[found.length - 1] = last.slice(0, -1) + mark + part;
    else found.push(part);
  }
  return found;
}

/**
 * A value with what is at a path changed, in each element of the lists on the way.
 *
 * What is null or of another shape on the way is left as it is.
 *
 * @param initial what is made where nothing is at the path; undefined leaves it so. A part that ends in `[]` is never made
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/filters/fieldspec/fieldspec.go.
 */
export function changeAt(
  value: Value,
  path: readonly string[],
  initial: Value | undefined,
  change: (found: Value) => Value,
  from = 0,
): Value {
  const part = path[from];
  if (part === undefined) return change(value);
  if (isList(value)) return mapped(value, (item) => changeAt(item, path, initial, change, from));
  if (!isRecord(value)) return value;
  const isSequence = part.endsWith("[]");
  const field = isSequence ? part.slice(0, -2) : part;
  let found = Object.hasOwn(value, field) ? value[field] : undefined;
  if (found === undefined || found === null) {
    if (initial === undefined || isSequence) return value;
    found = from === path.length - 1 ? initial : {};
  }
  const changed = changeAt(found, path, initial, change, from + 1);
  return changed === value[field] ? value : { ...value, [field]: changed };
}

/** A list with each item changed; the same list where none is. */
export function mapped(list: readonly Value[], change: (item: Value) => Value): readonly Value[] {
  const changed = list.map((item) => change(item));
  return changed.every((item, index) => item === list[index]) ? list : changed;
}
