import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { objectName } from "../../kubernetes/kinds";
import { mergedList } from "./merge-lists";
import { shapeOf, type Shape } from "./merge-keys";

/** What a merge gives: the object, undefined where the patch deletes it, or why kustomize refuses. */
export type Merged =
  | { readonly kind: "ok"; readonly object: ValueRecord | undefined }
  | { readonly kind: "refused"; readonly message: string };

/** A patch that does not fit what it is to change. */
class DoesNotFit extends Error {}

/**
 * An object with a strategic merge patch: maps are merged, lists with a merge key too, the new elements in front; other lists
 * are replaced, null deletes, and `$patch` deletes or replaces what it stands in.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, kyaml/yaml/merge2 and kyaml/yaml/walk.
 */
export function strategicMerge(object: ValueRecord, patch: ValueRecord): Merged {
  const { apiVersion, kind } = objectName(object);
  try {
    const merged = merge(object, patch, shapeOf(apiVersion, kind), "");
    return { kind: "ok", object: isRecord(merged) ? merged : undefined };
  } catch (thrown) {
    if (thrown instanceof DoesNotFit) return { kind: "refused", message: thrown.message };
    throw thrown;
  }
}

function merge(
  there: Value | undefined,
  patch: Value | undefined,
  shape: Shape | undefined,
  at: string,
): Value | undefined {
  if (patch === undefined) return there;
  const first = there ?? patch;
  if (isRecord(first)) {
    if (patch !== null && !isRecord(patch)) throw unfit(at, "a map");
    return mergedMap(isRecord(there) ? there : undefined, patch, shape, at);
  }
  if (isList(first)) {
    if (patch !== null && !isList(patch)) throw unfit(at, "a list");
    if (shape?.keys === undefined) return patch ?? undefined;
    const inner = (one: Value | undefined, other: Value | undefined): Value | undefined =>
      merge(one, other, shape.item, at);
    return mergedList(isList(there) ? there : undefined, patch, shape.keys, inner);
  }
  if (isRecord(patch) || isList(patch)) throw unfit(at, "a plain value");
  return patch ?? undefined;
}

function mergedMap(
  there: ValueRecord | undefined,
  patch: ValueRecord | null,
  shape: Shape | undefined,
  at: string,
): Value | undefined {
  if (patch === null || patch["$patch"] === "delete") return undefined;
  const directive = patch["$patch"];
  if (directive !== undefined && directive !== "replace" && directive !== "merge") {
    throw new DoesNotFit(`\`$patch\` is \`delete\`, \`replace\` or \`merge\`${within(at)}`);
  }
  // What is new is merged with itself, by which nulls and directives in it go.
  const base = there === undefined || directive === "replace" ? patch : there;
  const own = shape ?? ownShape(base);
  const made: [string, Value][] = [];
  for (const [field, value] of Object.entries(base)) {
    if (field === "$patch") continue;
    const merged = Object.hasOwn(patch, field)
      ? merge(value, patch[field], fieldOf(own, field), `${at}/${field}`)
      : value;
    if (merged !== undefined) made.push([field, merged]);
  }
  for (const [field, value] of Object.entries(patch)) {
    if (field === "$patch" || Object.hasOwn(base, field)) continue;
    const merged = merge(undefined, value, fieldOf(own, field), `${at}/${field}`);
    if (merged !== undefined) made.push([field, merged]);
  }
  return Object.fromEntries(made);
}

/** An object within another of a kind that is not known, such as a template, has the shape of its own kind. */
function ownShape(value: ValueRecord): Shape | undefined {
  const { apiVersion, kind } = objectName(value);
  return apiVersion === "" || kind === "" ? undefined : shapeOf(apiVersion, kind);
}

function fieldOf(shape: Shape | undefined, field: string): Shape | undefined {
  const fields = shape?.fields;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function unfit(at: string, what: string): DoesNotFit {
  return new DoesNotFit(`the patch holds something else than ${what}${within(at)}`);
}

function within(at: string): string {
  return at === "" ? "" : ` at \`${at.slice(1)}\``;
}
