import type { Resource } from "../../core/snapshot/resource";
import { Unknown, isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/** What a resource turns out to have when it is made, by its URN. */
type Outputs = ReadonlyMap<string, ValueRecord>;

/** A stack as a first preview has it, as a later one does, and as a saved snapshot does. */
export function threeForms(
  resources: readonly Resource[],
  outputs: Outputs,
): Readonly<Record<"first preview" | "later preview" | "state", readonly Resource[]>> {
  const known = resources.map((each) => ({ ...each, inputs: filled(each.inputs, outputs) }));
  return {
    "first preview": resources,
    "later preview": known,
    state: known.map((each) => ({
      ...each,
      outputs: { ...each.inputs, ...outputs.get(each.urn) },
    })),
  };
}

/** Inputs with what waits for one output of one resource filled in. */
function filled(inputs: ValueRecord, outputs: Outputs): ValueRecord {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, fill(value, outputs)]),
  );
}

function fill(value: Value, outputs: Outputs): Value {
  if (value instanceof Unknown) {
    const [of = ""] = value.dependsOn;
    return outputs.get(of)?.[value.output ?? "id"] ?? value;
  }
  if (isList(value)) return value.map((each) => fill(each, outputs));
  return isRecord(value) ? filled(value, outputs) : value;
}
