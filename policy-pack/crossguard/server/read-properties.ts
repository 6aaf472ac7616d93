import { BinaryReader } from "google-protobuf";
import { setOwn, type OpenRecord } from "../../../core/snapshot/record";
import { ARCHIVE, ASSET, SECRET, SIGNATURE_KEY } from "../../../core/snapshot/signatures";
import { Unknown, type Urn, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { unknownMarks, type DependsOn } from "../plain-values";

/** Values nested deeper than this are read as unknown, so that no program can exhaust the stack. */
const maxDepth = 512;

/**
 * A resource's properties from the bytes of a `google.protobuf.Struct`: what is unknown is marked, what is secret is in clear, as
 * the SDK hands it to policies.
 *
 * The messages that `google-protobuf` makes of a Struct take six times as long.
 *
 * Throws where the bytes are no such message.
 */
export function propertiesIn(bytes: Uint8Array, dependsOn: DependsOn): ValueRecord {
  return recordIn(bytes, dependsOn, 0);
}

function recordIn(bytes: Uint8Array, dependsOn: DependsOn, depth: number): ValueRecord {
  const record: OpenRecord = {};
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    const entry = new BinaryReader(reader.readBytes());
    let key = "";
    let value = nothing;
    while (entry.nextField()) {
      if (entry.getFieldNumber() === 1) key = entry.readString();
      else value = entry.readBytes();
    }
    setOwn(record, key, valueIn(value, dependsOn(key), depth));
  }
  return record;
}

const nothing: Uint8Array = new Uint8Array();

/** The value of a `google.protobuf.Value`; one of no kind is null. */
function valueIn(bytes: Uint8Array, dependsOn: readonly Urn[], depth: number): Value {
  const reader = new BinaryReader(bytes);
  if (!reader.nextField()) return null;
  switch (reader.getFieldNumber()) {
    case 2:
      return reader.readDouble();
    case 3: {
      const text = reader.readString();
      return unknownMarks.has(text) ? new Unknown(dependsOn) : text;
    }
    case 4:
      return reader.readBool();
    case 5:
      return depth > maxDepth
        ? new Unknown(dependsOn)
        : objectIn(reader.readBytes(), dependsOn, depth);
    case 6:
      return depth > maxDepth
        ? new Unknown(dependsOn)
        : listIn(reader.readBytes(), dependsOn, depth);
    default:
      return null;
  }
}

function listIn(bytes: Uint8Array, dependsOn: readonly Urn[], depth: number): readonly Value[] {
  const list: Value[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) list.push(valueIn(reader.readBytes(), dependsOn, depth + 1));
  return list;
}

function objectIn(bytes: Uint8Array, dependsOn: readonly Urn[], depth: number): Value {
  const record = recordIn(bytes, () => dependsOn, depth + 1);
  if (!Object.hasOwn(record, SIGNATURE_KEY)) return record;
  const { [SIGNATURE_KEY]: signature, ...rest } = record;
  if (signature === SECRET) return rest["value"] ?? null;
  return signature === ASSET || signature === ARCHIVE ? rest : new Unknown(dependsOn);
}
