import {
  ListValue,
  NullValue,
  Struct,
  Value as Wire,
} from "google-protobuf/google/protobuf/struct_pb";
import {
  ConfiguredSecret,
  Secret,
  Unknown,
  isList,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { OUTPUT, SECRET, SIGNATURE_KEY, UNKNOWN } from "../../core/snapshot/signatures";

/** How an unknown is written: only the mark, or as an output with its dependencies. */
type WriteUnknown = (unknown: Unknown) => Wire;

/** Writes plain values as a wire struct, with the engine's marks for unknowns and secrets. */
export function writeStruct(record: ValueRecord): Struct {
  return structOf(record, markedWire);
}

/** Writes the inputs of a resource as a program does: each unknown with its dependencies. */
export function writeInputs(record: ValueRecord): Struct {
  return structOf(record, outputWire);
}

/** Writes one plain value for the wire. */
export function writeWire(value: Value): Wire {
  return wireOf(value, markedWire);
}

function structOf(record: ValueRecord, unknown: WriteUnknown): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(record)) fields.set(key, wireOf(value, unknown));
  return struct;
}

function wireOf(value: Value, unknown: WriteUnknown): Wire {
  const wire = new Wire();
  if (value === null) return wire.setNullValue(NullValue.NULL_VALUE);
  if (typeof value === "string") return wire.setStringValue(value);
  if (typeof value === "number") return wire.setNumberValue(value);
  if (typeof value === "boolean") return wire.setBoolValue(value);
  if (value instanceof Unknown) return unknown(value);
  if (value instanceof Secret) return secretWire(wireOf(value.revealForComparison(), unknown));
  if (isList(value)) {
    const list = new ListValue();
    list.setValuesList(value.map((item) => wireOf(item, unknown)));
    return wire.setListValue(list);
  }
  return wire.setStructValue(structOf(value, unknown));
}

function markedWire({ secret }: Unknown): Wire {
  const wire = new Wire().setStringValue(UNKNOWN);
  return secret ? secretWire(wire) : wire;
}

function outputWire(unknown: Unknown): Wire {
  const { secret, dependsOn, output, parts } = unknown;
  const record = {
    [SIGNATURE_KEY]: OUTPUT,
    secret,
    dependencies: dependsOn,
    output: output ?? null,
    parts: parts ?? null,
    ...(unknown instanceof ConfiguredSecret && { configured: unknown.ordinal }),
  };
  return new Wire().setStructValue(structOf(record, outputWire));
}

function secretWire(value: Wire): Wire {
  const struct = new Struct();
  struct.getFieldsMap().set(SIGNATURE_KEY, new Wire().setStringValue(SECRET));
  struct.getFieldsMap().set("value", value);
  return new Wire().setStructValue(struct);
}
