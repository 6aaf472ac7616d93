import { isDeepStrictEqual } from "node:util";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";

/** One operation of a JSON patch. */
export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  /** Undefined where none is given. */
  readonly value: Value | undefined;
}

/** What a patch gives: the value, or why it cannot be carried out. */
export type Patched =
  | { readonly kind: "ok"; readonly value: Value }
  | { readonly kind: "refused"; readonly message: string };

/** An operation that does not fit what it is to change. */
class DoesNotFit extends Error {}

/** The operations of a JSON patch; undefined for what is none. */
export function operationsOf(patch: Value): readonly Operation[] | undefined {
  if (!isList(patch)) return undefined;
  const operations = patch.map((item): Operation | undefined => {
    if (!isRecord(item)) return undefined;
    const { op, path, from } = item;
    if (typeof op !== "string" || typeof path !== "string") return undefined;
    const value = Object.hasOwn(item, "value") ? item["value"] : undefined;
    return { op, path, from: typeof from === "string" ? from : "", value };
  });
  return operations.every((one) => one !== undefined) ? operations : undefined;
}

/**
 * A value with a JSON patch.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc6902, with negative indexes, as github.com/evanphx/json-patch has it, by which
 * kustomize v5.8.1 carries it out.
 */
export function jsonPatch(value: Value, operations: readonly Operation[]): Patched {
  try {
    return { kind: "ok", value: operations.reduce(carriedOut, value) };
  } catch (thrown) {
    if (thrown instanceof DoesNotFit) return { kind: "refused", message: thrown.message };
    throw thrown;
  }
}

function carriedOut(value: Value, { op, path, from, value: given }: Operation): Value {
  switch (op) {
    case "add":
      return added(value, path, given ?? null);
    case "remove":
      return removed(value, path);
    case "replace":
      // Of a map, as of an addition: the library that kustomize has asks for no such key.
      return changedAt(value, partsOf(path), path, (there, key) =>
        isList(there)
          ? there.with(indexIn(there, key, path, 0), given ?? null)
          : { ...there, [key]: given ?? null },
      );
    case "move":
      return added(removed(value, from), path, found(value, from));
    case "copy":
      return added(value, path, found(value, from));
    case "test":
      if (isDeepStrictEqual(found(value, path), given ?? null)) return value;
      throw new DoesNotFit(`\`${path}\` does not hold what the patch tests for`);
    default:
      throw new DoesNotFit(`\`${op}\` is no operation of a JSON patch`);
  }
}

function added(value: Value, path: string, given: Value): Value {
  if (path === "") return given;
  return changedAt(value, partsOf(path), path, (there, key) =>
    isList(there)
      ? there.toSpliced(key === "-" ? there.length : indexIn(there, key, path, 1), 0, given)
      : { ...there, [key]: given },
  );
}

function removed(value: Value, path: string): Value {
  found(value, path);
  return changedAt(value, partsOf(path), path, (there, key) => {
    if (isList(there)) return there.toSpliced(indexIn(there, key, path, 0), 1);
    return Object.fromEntries(Object.entries(there).filter(([field]) => field !== key));
  });
}

type Container = readonly Value[] | { readonly [key: string]: Value };

function changedAt(
  value: Value,
  parts: readonly string[],
  path: string,
  change: (there: Container, key: string) => Value,
): Value {
  const [key, ...rest] = parts;
  if (key === undefined || (!isList(value) && !isRecord(value))) throw nothingAt(path);
  if (rest.length === 0) return change(value, key);
  const inner = changedAt(childOf(value, key, path), rest, path, change);
  return isList(value)
    ? value.with(indexIn(value, key, path, 0), inner)
    : { ...value, [key]: inner };
}

function found(value: Value, path: string): Value {
  return partsOf(path).reduce((at, key) => childOf(at, key, path), value);
}

function childOf(value: Value, key: string, path: string): Value {
  const child = isList(value)
    ? value[indexIn(value, key, path, 0)]
    : isRecord(value) && Object.hasOwn(value, key)
      ? value[key]
      : undefined;
  if (child === undefined) throw nothingAt(path);
  return child;
}

/** @param beyond how far beyond the last element an index may be */
function indexIn(list: readonly Value[], key: string, path: string, beyond: number): number {
  const index = /^-?\d+$/.test(key) ? Number(key) : Number.NaN;
  const from = index < 0 ? index + list.length + beyond : index;
  if (!(from >= 0 && from < list.length + beyond)) throw nothingAt(path);
  return from;
}

function partsOf(path: string): readonly string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw new DoesNotFit(`the path \`${path}\` begins without \`/\``);
  return path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function nothingAt(path: string): DoesNotFit {
  return new DoesNotFit(`there is nothing at \`${path}\``);
}
