import { Secret, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { deepest } from "./open-place";

/**
 * The strings that stand in a value, no deeper than open places are looked for.
 *
 * @param which `open` for those outside what is marked as secret. Default: all.
 */
export function* stringsOf(
  value: Value | undefined,
  which: "open" | "all" = "all",
  depth = 0,
): Iterable<string> {
  if (typeof value === "string") yield value;
  else if (value instanceof Secret) {
    if (which === "all") yield* stringsOf(value.revealForComparison(), which, depth);
  } else if (depth >= deepest || value instanceof Unknown) return;
  else if (isList(value)) for (const item of value) yield* stringsOf(item, which, depth + 1);
  else if (isRecord(value)) {
    for (const item of Object.values(value)) yield* stringsOf(item, which, depth + 1);
  }
}
