import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import { plainText } from "./plain-value";

type Merge = (there: Value | undefined, patch: Value | undefined) => Value | undefined;

/**
 * Two lists merged by the keys of their elements: those of the patch are in front.
 *
 * @param keys none where the elements are plain values
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, kyaml/yaml/walk/associative_sequence.go.
 */
export function mergedList(
  there: readonly Value[] | undefined,
  patch: readonly Value[] | null,
  keys: readonly string[],
  merge: Merge,
): readonly Value[] | undefined {
  if (patch === null) return undefined;
  const directive = directiveOf(patch);
  if (there !== undefined && directive === "delete") return undefined;
  const own = patch.filter((item) => !isDirective(item));
  const base = there === undefined || directive === "replace" ? own : there;
  if (keys.length === 0) return mergedPlain(base, own);
  const ids = new Set<string>();
  const all: (readonly string[])[] = [];
  for (const item of [...own, ...base]) {
    const values = keys.map((key) => textOf(item, key));
    const id = JSON.stringify(values);
    if (ids.has(id)) continue;
    ids.add(id);
    all.push(values);
  }
  const whole = keys.length > 1 ? completed(all) : all;
  const given = keys.filter((_key, index) => whole.some((values) => values[index] !== ""));
  const used = given.length === 0 ? keys : given;
  const idOf = (values: readonly string[]): string =>
    JSON.stringify(values.filter((_value, index) => used.includes(keys[index] ?? "")));
  // What an element leaves out another may have said for it.
  const idsOfOwn = new Map(
    all.map((values, index) => [idOf(values), idOf(whole[index] ?? values)]),
  );
  const made = new Map<string, Value>();
  for (const values of whole) {
    const wanted = values.filter((_value, index) => used.includes(keys[index] ?? ""));
    const merged = mergedElement(base, own, used, wanted, merge);
    if (merged !== undefined) made.set(idOf(values), merged);
  }
  return inOrder(base, made, used, (item) => {
    const id = idOf(keys.map((key) => textOf(item, key)));
    return idsOfOwn.get(id) ?? id;
  });
}

function mergedElement(
  base: readonly Value[],
  patch: readonly Value[],
  keys: readonly string[],
  wanted: readonly string[],
  merge: Merge,
): Value | undefined {
  const element = (list: readonly Value[]): Value | undefined =>
    list.find((item) => isElement(item, keys, wanted));
  let merged = merge(element(base), element(patch));
  if (!isRecord(merged) || Object.keys(merged).length === 0) return undefined;
  for (const [index, key] of keys.entries()) {
    const value = wanted[index] ?? "";
    if (merged[key] === undefined && value !== "") merged = { ...merged, [key]: value };
  }
  return merged;
}

/** The elements of the patch and those that were there: with more keys than one what was there keeps its order at the end. */
function inOrder(
  base: readonly Value[],
  made: Map<string, Value>,
  keys: readonly string[],
  idOf: (item: Value) => string,
): readonly Value[] {
  const seen = new Set<string>();
  const keyless: Value[] = [];
  for (const item of base) {
    const id = idOf(item);
    if (keys.every((key) => textOf(item, key) === "")) keyless.push(item);
    const merged = made.get(id);
    if (merged === undefined) continue;
    if (keys.length > 1) made.delete(id);
    // Of elements that are there twice the last one stands.
    made.set(id, seen.has(id) ? item : merged);
    seen.add(id);
  }
  return [...made.values(), ...keyless];
}

/** Values of which one leaves out what another says are those of one element. */
function completed(all: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const made: (readonly string[])[] = [...all];
  for (let one = 0; one < made.length; one++) {
    for (let other = 0; other < made.length; other++) {
      const both = both2(made[one] ?? [], made[other] ?? []);
      if (both === undefined) continue;
      made[one] = both;
      made[other] = both;
    }
  }
  return made;
}

function both2(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  const fits = one.every((value, index) => {
    const there = other[index] ?? "";
    return value === there || value === "" || there === "";
  });
  const shares = one.some((value, index) => value === other[index]);
  return fits && shares
    ? one.map((value, index) => (value === "" ? (other[index] ?? "") : value))
    : undefined;
}

function mergedPlain(base: readonly Value[], patch: readonly Value[]): readonly Value[] {
  return [...new Map([...patch, ...base].map((item) => [plainText(item), item])).values()];
}

function isElement(item: Value, keys: readonly string[], values: readonly string[]): boolean {
  return (
    values.some((value) => value !== "") &&
    keys.every((key, index) => values[index] === "" || textOf(item, key) === values[index])
  );
}

function textOf(item: Value, key: string): string {
  const value = isRecord(item) ? item[key] : undefined;
  return value === null ? "" : plainText(value);
}

/** An element that says nothing but what is to be done with the list. */
function isDirective(item: Value): boolean {
  return isRecord(item) && typeof item["$patch"] === "string" && Object.keys(item).length === 1;
}

function directiveOf(patch: readonly Value[]): string | undefined {
  const found = patch.find((item) => isDirective(item));
  return isRecord(found) && !isList(found) ? plainText(found["$patch"]) : undefined;
}
