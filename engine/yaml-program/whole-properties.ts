import { Secret, Unknown, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { ProgramProblem } from "./problem";

/**
 * The properties of a resource that are given as one value, such as `properties: ${all}`. Throws where they are not known:
 * which there are is in the schema, and a resource judged without them would seem to have none.
 */
export function wholeProperties(value: Value, offset: number): ValueRecord {
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (!isRecord(plain)) {
    const what = plain instanceof Unknown ? "are not known before the update" : "are no map";
    throw new ProgramProblem(`the properties ${what}`, offset);
  }
  if (!(value instanceof Secret)) return plain;
  const marked: OpenRecord = {};
  for (const [key, item] of Object.entries(plain)) setOwn(marked, key, secretly(item));
  return marked;
}

function secretly(value: Value): Value {
  return value instanceof Unknown ? new Unknown(value.dependsOn, true) : new Secret(value);
}
