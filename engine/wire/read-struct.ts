import { Struct, Value as Wire } from "google-protobuf/google/protobuf/struct_pb";
import {
  ConfiguredSecret,
  PartialText,
  Unknown,
  hidden,
  isList,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import {
  ARCHIVE,
  ASSET,
  OUTPUT,
  RESOURCE,
  SECRET,
  SIGNATURE_KEY,
  UNKNOWN,
} from "../../core/snapshot/signatures";

/** Values nested deeper than this are read as unknown, so that no program can exhaust the stack. */
const MAX_DEPTH = 512;

const NOTHING: readonly Urn[] = [];

/** A top-level property's dependencies, for the unknowns in it. */
export type DependenciesOf = (property: string) => readonly Urn[];

/**
 * Reads a wire struct into plain values: unknowns and secrets marked, outputs, assets and resource references resolved.
 *
 * @param dependsOn the dependencies of the unknowns in a top-level property; by default none
 */
export function readStruct(
  struct: Struct | undefined,
  dependsOn: DependenciesOf = () => NOTHING,
): ValueRecord {
  const record: OpenRecord = {};
  struct?.getFieldsMap().forEach((wire: Wire, key: string) => {
    setOwn(record, key, readWire(wire, dependsOn(key), 0));
  });
  return record;
}

/** Reads one wire value, with what its unknowns wait for. */
function readWire(wire: Wire, dependsOn: readonly Urn[], depth: number): Value {
  switch (wire.getKindCase()) {
    case Wire.KindCase.STRING_VALUE: {
      const text = wire.getStringValue();
      return text === UNKNOWN ? new Unknown(dependsOn) : text;
    }
    case Wire.KindCase.NUMBER_VALUE:
      return wire.getNumberValue();
    case Wire.KindCase.BOOL_VALUE:
      return wire.getBoolValue();
    case Wire.KindCase.LIST_VALUE: {
      if (depth > MAX_DEPTH) return new Unknown(dependsOn);
      const items = wire.getListValue()?.getValuesList() ?? [];
      return items.map((item) => readWire(item, dependsOn, depth + 1));
    }
    case Wire.KindCase.STRUCT_VALUE: {
      if (depth > MAX_DEPTH) return new Unknown(dependsOn);
      const struct = wire.getStructValue();
      return struct === undefined ? {} : readObject(struct, dependsOn, depth + 1);
    }
    case Wire.KindCase.NULL_VALUE:
    case Wire.KindCase.KIND_NOT_SET:
      return null;
  }
}

function readObject(struct: Struct, dependsOn: readonly Urn[], depth: number): Value {
  const fields = struct.getFieldsMap();
  const signature = fields.get(SIGNATURE_KEY)?.getStringValue();
  if (signature !== undefined) return readSpecial(signature, struct, dependsOn, depth);
  const record: OpenRecord = {};
  fields.forEach((wire: Wire, key: string) => {
    setOwn(record, key, readWire(wire, dependsOn, depth));
  });
  return record;
}

function readSpecial(
  signature: string,
  struct: Struct,
  dependsOn: readonly Urn[],
  depth: number,
): Value {
  const fields = struct.getFieldsMap();
  const field = (name: string, waits = dependsOn): Value | undefined => {
    const wire = fields.get(name);
    return wire === undefined ? undefined : readWire(wire, waits, depth);
  };
  switch (signature) {
    case SECRET:
      return hidden(field("value") ?? null);
    case OUTPUT: {
      const listed = field("dependencies");
      const dependencies = isList(listed) ? listed.filter((urn) => typeof urn === "string") : [];
      const waits = dependencies.length > 0 ? dependencies : dependsOn;
      const configured = field("configured");
      if (typeof configured === "number")
        return new ConfiguredSecret(configured, field("secret") === true);
      const value = field("value", waits) ?? unknownOf(waits, field("output"), field("parts"));
      return field("secret") === true ? hidden(value) : value;
    }
    case RESOURCE:
      return readReference(field("urn"), field("id"));
    case ASSET:
    case ARCHIVE: {
      const record: OpenRecord = {};
      fields.forEach((wire: Wire, key: string) => {
        if (key !== SIGNATURE_KEY) setOwn(record, key, readWire(wire, dependsOn, depth));
      });
      return record;
    }
    default:
      return new Unknown(dependsOn);
  }
}

function unknownOf(
  dependsOn: readonly Urn[],
  output: Value | undefined,
  parts: Value | undefined,
): Unknown {
  if (isList(parts) && parts.every(isPart)) return new PartialText(parts);
  return new Unknown(dependsOn, false, typeof output === "string" ? output : undefined);
}

function isPart(part: Value): part is string | Unknown {
  return typeof part === "string" || part instanceof Unknown;
}

/** As CrossGuard shows it: the id of a custom resource, unknown before it is made, else the URN. */
function readReference(urn: Value | undefined, id: Value | undefined): Value {
  const known = typeof urn === "string" ? urn : "";
  if (id === undefined) return known;
  return typeof id === "string" && id !== "" ? id : new Unknown([known]);
}
