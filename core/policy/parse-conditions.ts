import { notKnown } from "../certainty";
import { Unknown, isRecord, type Value } from "../snapshot/value";
import type { Condition } from "./statement";
import { Refusal, type Reader } from "./reader";

/** Reads `Condition`: operator → key → value or values. */
export function parseConditions(reader: Reader, where: string, given: Value): readonly Condition[] {
  const value = reader.open(given);
  if (value === null) return [];
  if (value instanceof Unknown) return [notKnown(value)];
  return entriesOf(where, value).flatMap(([operator, inner]): readonly Condition[] => {
    const keys = reader.open(inner);
    if (keys instanceof Unknown) return [notKnown(keys)];
    return entriesOf(where, keys).map(([key, values]) => ({
      kind: "test",
      operator,
      key,
      values: reader.texts(where, "Condition", values),
    }));
  });
}

function entriesOf(where: string, value: Value): readonly (readonly [string, Value])[] {
  if (!isRecord(value)) {
    throw new Refusal(`\`Condition\` of ${where} is an object: operator, then key, then values`);
  }
  return Object.entries(value);
}
