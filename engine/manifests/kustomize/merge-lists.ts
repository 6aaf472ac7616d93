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
  return withElements(whole, keys, base, own, merge);
}

function withElements(
  all: readonly (readonly string[])[],
  keys: readonly string[],
  base: readonly Value[],
  patch: readonly Value[],
  merge: Merge,
): readonly Value[] {
  const given = keys.map((_key, index) => all.some((values) => (values[index] ?? "") !== ""));
  const used = given.includes(true) ? keys.filter((_key, index) => given[index] === true) : keys;
  const made = new Map<string, Value>();
  const deleted = new Set<string>();
  for (const values of all) {
    const wanted = keys.flatMap((key, index) => (used.includes(key) ? [values[index] ?? ""] : []));
    const id = JSON.stringify(wanted);
    const element = (list: readonly Value[]): Value | undefined =>
      list.find((item) => isElement(item, used, wanted));
    let merged = merge(element(base), element(patch));
    if (!isRecord(merged) || Object.keys(merged).length === 0) {
      deleted.add(id);
      continue;
    }
    for (const [index, key] of used.entries()) {
      const value = wanted[index] ?? "";
      if (merged[key] === undefined && value !== "") merged = { ...merged, [key]: value };
    }
    made.set(id, merged);
  }
  // Of elements that are there twice the last one stands, and those without a key stay.
  const seen = new Set<string>();
  const rest: Value[] = [];
  for (const item of base) {
    const wanted = used.map((key) => textOf(item, key));
    const id = JSON.stringify(wanted);
    if (wanted.includes("") && !made.has(id) && !deleted.has(id)) rest.push(item);
    else if (seen.has(id) && made.has(id)) made.set(id, item);
    seen.add(id);
  }
  return [...made.values(), ...rest];
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
  return keys.every((key, index) => {
    if (!isRecord(item) || item[key] === undefined || item[key] === null) return false;
    return values[index] === "" || textOf(item, key) === values[index];
  });
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
