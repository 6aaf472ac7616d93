import {
  ListValue,
  NullValue,
  Struct,
  Value as Wire,
} from "google-protobuf/google/protobuf/struct_pb";
import { Secret, Unknown, isList, type Value, type ValueRecord } from "../../core/snapshot/value";
import { SECRET, SIGNATURE_KEY, UNKNOWN } from "./signatures";

/** Writes plain values as a wire struct, with the engine's marks for unknowns and secrets. */
export function writeStruct(record: ValueRecord): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(record)) fields.set(key, writeWire(value));
  return struct;
}

/** Writes one plain value for the wire. */
export function writeWire(value: Value): Wire {
  const wire = new Wire();
  if (value === null) return wire.setNullValue(NullValue.NULL_VALUE);
  if (typeof value === "string") return wire.setStringValue(value);
  if (typeof value === "number") return wire.setNumberValue(value);
  if (typeof value === "boolean") return wire.setBoolValue(value);
  if (value instanceof Unknown) {
    return value.secret ? secretWire(unknownWire()) : unknownWire();
  }
  if (value instanceof Secret) return secretWire(writeWire(value.revealForComparison()));
  if (isList(value)) {
    const list = new ListValue();
    list.setValuesList(value.map(writeWire));
    return wire.setListValue(list);
  }
  return wire.setStructValue(writeStruct(value));
}

function unknownWire(): Wire {
  return new Wire().setStringValue(UNKNOWN);
}

function secretWire(value: Wire): Wire {
  const struct = new Struct();
  struct.getFieldsMap().set(SIGNATURE_KEY, new Wire().setStringValue(SECRET));
  struct.getFieldsMap().set("value", value);
  return new Wire().setStructValue(struct);
}
