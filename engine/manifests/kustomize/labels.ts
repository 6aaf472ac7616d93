import { isRecord, type ValueRecord } from "../../../core/snapshot/value";
import { changeAt } from "./field-path";
import { fieldsOf, type FieldSpec } from "./field-specs";

/** An object with labels or annotations added in fields, in place of those of the same names. */
export function withPairs(
  object: ValueRecord,
  pairs: ValueRecord,
  fields: readonly FieldSpec[],
): ValueRecord {
  let made = object;
  for (const field of fieldsOf(fields, object)) {
    made = changeAt(made, field.parts, field.create ? {} : undefined, (found) =>
      isRecord(found) ? { ...found, ...pairs } : found,
    ) as ValueRecord;
  }
  return made;
}
