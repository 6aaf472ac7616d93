import type { Fact } from "../../../core/graph/fact";
import type { At } from "../../../core/graph/fact-values";
import { scopeOf, type Name } from "../../../core/graph/name";
import { entriesAt, listAt } from "../../../core/snapshot/read";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import { nameTextAt, textAt } from "./text";

/** A search of the External Secrets Operator as the name of what it finds: two that are equal are written alike. */
export function wordsOf(search: Value): string {
  return `search ${JSON.stringify(inOrder(search))}`;
}

/** A value whose entries are in the order of their names, so that equal ones are written alike. */
function inOrder(value: Value): Value {
  if (isList(value)) return value.map(inOrder);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** What a search of a store can find, for what others take of that store by name. */
export function* searchFacts(
  at: At,
  given: {
    readonly container: Name;
    readonly search: Name;
    /** The item of `dataFrom`. */
    readonly item: Value;
    readonly find: Value;
  },
): Iterable<Fact> {
  const { container, search, item, find } = given;
  const store = scopeOf(search);
  if (store === undefined) return;
  const regexp = nameTextAt(find, "name", "regexp");
  const names = regexp === undefined ? undefined : patternOfRegexp(regexp);
  const path = nameTextAt(find, "path");
  const tags = entriesAt(find, "tags").flatMap(([tag, value]) => {
    const text = textAt(value);
    return text.kind === "text" ? [[tag, text.text] as const] : [];
  });
  const strategy = nameTextAt(find, "conversionStrategy") ?? "Default";
  yield {
    kind: "searches",
    at,
    container,
    store,
    search,
    ...(names !== undefined && { names }),
    ...(path !== undefined && { path }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    isRenamed: strategy !== "Default" || listAt(item, "rewrite").length > 0,
  };
}

/**
 * A regular expression as a pattern with `*` and `?`; undefined where it says more than such a pattern can.
 *
 * It is not run as it stands: whoever writes a program could have it run without end.
 */
function patternOfRegexp(regexp: string): string | undefined {
  const starts = regexp.startsWith("^");
  const ends = /(?:^|[^\\])\$$/.test(regexp);
  const inner = regexp.slice(starts ? 1 : 0, ends ? -1 : undefined);
  const pieces = inner.match(/\\[^A-Za-z0-9]|\.[*+]?|[^\\^$.*+?()[\]{}|]/g) ?? [];
  if (pieces.join("") !== inner) return undefined;
  const pattern = pieces.map((piece) => {
    if (piece === ".") return "?";
    if (piece === ".*") return "*";
    if (piece === ".+") return "?*";
    return piece.replace(/^\\/, "");
  });
  // No pattern can have these as they are.
  if (pieces.some((piece) => piece === "\\*" || piece === "\\?")) return undefined;
  return `${starts ? "" : "*"}${pattern.join("")}${ends ? "" : "*"}`;
}
