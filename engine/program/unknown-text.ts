import { Secret, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";

/**
 * The text of the SDK's stand-in for an unknown: by interpolation, or as JSON. A function awaited as a promise passes the
 * stand-in to plain code, which cannot recognise it.
 */
const TRACES = /\[object Object\]|__pulumiUnknown/;

/** Whether a text was made from an unknown of a preview. */
export function isMadeOfUnknown(text: string): boolean {
  return TRACES.test(text);
}

/** The same value with unknowns in place of texts that were made from one; the value itself where there are none. */
export function withoutUnknownText<T extends Value>(value: T): T | Unknown;
export function withoutUnknownText(value: Value): Value {
  if (typeof value === "string") return isMadeOfUnknown(value) ? new Unknown() : value;
  if (value instanceof Secret) {
    const inner = value.revealForComparison();
    const read = withoutUnknownText(inner);
    if (read === inner) return value;
    return read instanceof Unknown ? new Unknown([], true) : new Secret(read);
  }
  if (isList(value)) {
    const items = value.map((item) => withoutUnknownText(item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isRecord(value)) return value;
  const record: OpenRecord = {};
  let changed = false;
  for (const [key, item] of Object.entries(value)) {
    if (isMadeOfUnknown(key)) return new Unknown();
    const read = withoutUnknownText(item);
    if (read !== item) changed = true;
    setOwn(record, key, read);
  }
  return changed ? record : value;
}
