import { Secret, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { deepest } from "./open-place";

/** The strings that stand in a value, outside what is secret, no deeper than open places are looked for. */
export function* stringsOf(value: Value | undefined, depth = 0): Iterable<string> {
  if (typeof value === "string") yield value;
  else if (depth >= deepest || value instanceof Secret || value instanceof Unknown) return;
  else if (isList(value)) for (const item of value) yield* stringsOf(item, depth + 1);
  else if (isRecord(value)) {
    for (const item of Object.values(value)) yield* stringsOf(item, depth + 1);
  }
}
