import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import { splitPath } from "./field-path";
import { patternOf } from "../../../core/snapshot/regular-expression";
import { isPlain, plainText } from "./plain-value";

/**
 * Splits a path at its dots; what is in brackets stays together, and loses them where it names no element.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, kyaml/utils/pathsplitter.go.
 */
export function partsOf(path: string): readonly string[] {
  const found: string[] = [];
  let open: string[] | undefined;
  const close = (): void => {
    const text = (open ?? []).join(".");
    found.push(text.includes("=") ? text : withoutBrackets(text));
    open = undefined;
  };
  for (const part of splitPath(path, ".")) {
    if (open !== undefined) {
      open.push(part);
      if (part.endsWith("]")) close();
    } else if (part.startsWith("[") && !part.endsWith("]")) {
      open = [part];
    } else {
      found.push(part);
    }
  }
  if (open !== undefined) close();
  return found;
}

function withoutBrackets(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && "[]".includes(text.charAt(start))) start += 1;
  while (end > start && "[]".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What is at a path: of a list's elements the first that a bracket names. */
export function valueAt(value: Value, parts: readonly string[]): Value | undefined {
  let at: Value | undefined = value;
  for (const part of parts) {
    if (part.trim() === "") continue;
    if (isList(at)) at = elementAt(at, part.trim());
    else at = isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined;
    if (at === undefined || at === null) return undefined;
  }
  return at;
}

function elementAt(list: readonly Value[], part: string): Value | undefined {
  if (part === "-") return list.at(-1);
  if (/^\d+$/.test(part)) return list[Number(part)];
  const [, key, wanted] = /^\[([^=]*)=(.*)\]$/s.exec(part) ?? [];
  if (key === undefined) return undefined;
  return list.find((item) =>
    key === "" ? plainText(item) === wanted : isRecord(item) && plainText(item[key]) === wanted,
  );
}

/** What changing all that is at a path gives: the value, or why it is not carried out. */
export type Changed =
  | { readonly kind: "ok"; readonly value: Value; readonly count: number }
  | { readonly kind: "refused" | "beyond"; readonly message: string };

class NotCarriedOut extends Error {
  constructor(
    readonly kind: "refused" | "beyond",
    message: string,
  ) {
    super(message);
  }
}

/**
 * A value with all that is at a path changed: `*` takes all elements of a list, `[name=a]` those whose field holds a match of a
 * regular expression.
 *
 * @param create what is made where nothing is there; undefined makes nothing
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, kyaml/yaml/match.go.
 */
export function changeAllAt(
  value: Value,
  parts: readonly string[],
  create: Value | undefined,
  change: (found: Value) => Value,
): Changed {
  let count = 0;
  const counted = (found: Value): Value => {
    count++;
    return change(found);
  };
  try {
    const made = changeFrom(value, parts, create, counted);
    return { kind: "ok", value: made, count };
  } catch (thrown) {
    if (thrown instanceof NotCarriedOut) return { kind: thrown.kind, message: thrown.message };
    throw thrown;
  }
}

function changeFrom(
  value: Value,
  parts: readonly string[],
  create: Value | undefined,
  change: (found: Value) => Value,
): Value {
  const [part, ...rest] = parts;
  if (part === undefined) return change(value);
  const inner = (item: Value): Value => changeFrom(item, rest, create, change);
  const fresh = (): Value | undefined => (create === undefined ? undefined : initial(rest, create));
  if (/^\d+$/.test(part) || part === "*" || part.startsWith("[")) {
    if (!isList(value))
      throw new NotCarriedOut("refused", `\`${part}\` is asked of what is no list`);
    return changedElements(value, part, rest, create, inner, fresh);
  }
  if (typeof value !== "object" || value === null) {
    throw new NotCarriedOut("beyond", "a value within a text is changed");
  }
  if (!isRecord(value)) throw new NotCarriedOut("refused", `\`${part}\` is asked of a list`);
  const found = Object.hasOwn(value, part) ? value[part] : undefined;
  const there = found ?? fresh();
  return there === undefined || there === null ? value : { ...value, [part]: inner(there) };
}

function changedElements(
  list: readonly Value[],
  part: string,
  rest: readonly string[],
  create: Value | undefined,
  inner: (item: Value) => Value,
  fresh: () => Value | undefined,
): Value {
  if (part === "*") return list.map(inner);
  if (/^\d+$/.test(part)) {
    const index = Number(part);
    const there = list[index] ?? (index === list.length ? fresh() : undefined);
    if (there === undefined) throw new NotCarriedOut("refused", `there is no element \`${part}\``);
    return list.toSpliced(index, 1, inner(there));
  }
  const [, key, wanted = ""] = /^\[([^=]*)=(.*)\]$/s.exec(part) ?? [];
  const pattern = patternOf(wanted);
  if (key === undefined || pattern === undefined) {
    throw new NotCarriedOut("beyond", `\`${part}\` is not read here`);
  }
  const isMeant = (item: Value): boolean => {
    const text = key === "" ? item : isRecord(item) ? item[key] : undefined;
    return isPlain(text) && text !== null && pattern(String(text));
  };
  if (list.some(isMeant)) return list.map((item) => (isMeant(item) ? inner(item) : item));
  if (create === undefined) return list;
  const made = key === "" ? wanted : { [key]: wanted };
  return [...list, rest.length === 0 ? made : inner(made)];
}

/** What is made on the way to what is made. */
function initial([next]: readonly string[], create: Value): Value {
  if (next === undefined) return isList(create) ? [] : isRecord(create) ? {} : create;
  return /^\d+$/.test(next) || next.startsWith("[") ? [] : {};
}
