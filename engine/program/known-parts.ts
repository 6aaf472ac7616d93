import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  LeftOut,
  PartialText,
  Unknown,
  isList,
  isRecord,
  rewritten,
  unhidden,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { lifted } from "../partial/lift";
import { withKnownDocuments } from "../partial/known-documents";
import { partialDocument } from "../partial/partial-document";
import { jsonOf, partlyMade } from "../partial/partly-made";
import { containsUnknown } from "../wire/marks";
import { readStruct } from "../wire/read-struct";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { MADE_KEY, PARTS_KEY } from "./parts-prelude";
import { readCallback } from "./read-callback";

/** What the program's prelude reports on unknown properties: in the wire's form, not yet read. */
export type Parts = Struct;

/** Removes the prelude's report on parts from the properties of the SDK. */
export function takeParts(properties: Struct | undefined): Parts | undefined {
  const fields = properties?.getFieldsMap();
  const described = fields?.get(PARTS_KEY)?.getStructValue();
  if (described !== undefined) fields?.del(PARTS_KEY);
  return described;
}

/** The same properties with what is known of those that are not known as a whole. */
export function withKnownParts(inputs: ValueRecord, parts: Parts | undefined): ValueRecord {
  if (parts === undefined) return inputs;
  const made: OpenRecord = {};
  for (const [key, described] of Object.entries(readStruct(parts))) {
    const input = inputs[key];
    if (input !== undefined && containsUnknown(input))
      setOwn(made, key, composed(described, input));
  }
  return { ...inputs, ...withKnownDocuments(made) };
}

/** A property by that report; unchanged where that is too much, or absent. */
function composed(described: Value, input: Value): Value {
  try {
    return madeOf(described);
  } catch {
    return input;
  }
}

function madeOf(described: Value): Value {
  if (isList(described)) return described.map(madeOf);
  if (!isRecord(described)) return described;
  const how = described[MADE_KEY];
  if (how !== undefined) {
    const of = madeOf(described["of"] ?? null);
    const plain = made(how, of, described["text"]);
    const value = how === "result" && isBare(of) && isBare(plain) ? rewritten(plain) : plain;
    if (described["secret"] !== true || isSecretIn(value)) return value;
    // What makes it secret may have been lost with what could not be read.
    return value instanceof PartialText ? value.marked() : new Unknown(dependenciesOf(of), true);
  }
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(described)) setOwn(record, key, madeOf(value));
  return record;
}

/** Whether nothing is known of a value, not even a part or what else it equals. */
function isBare(value: Value): value is Unknown {
  return value instanceof Unknown && !(value instanceof LeftOut) && value.parts === undefined;
}

function made(how: Value, of: Value, text: Value | undefined): Value {
  if (how === "text") return textOf(isList(of) ? of : []);
  if (how === "json") return jsonOf(of);
  if (how === "secret") return of;
  if (how === "unsecret") return unhidden(of);
  const read =
    how === "policy"
      ? isRecord(of) && partialDocument(of)
      : typeof text === "string" && readCallback(text, of);
  return read === false || read === undefined ? unknownOf(of) : read;
}

/** Consecutive texts, numbers and booleans; the SDK prints other values in ways of its own. */
function textOf(items: readonly Value[]): Value {
  const isPlain = items.every((item) => item instanceof Unknown || isScalar(item));
  return isPlain ? partlyMade(items, (plain) => plain.map(String).join("")) : unknownOf(items);
}

function isScalar(value: Value): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Unknown, waiting for all that a value waits for. */
function unknownOf(value: Value): Value {
  return lifted([value, new Unknown()], () => null);
}

function dependenciesOf(value: Value): readonly Urn[] {
  const whole = unknownOf(value);
  return whole instanceof Unknown ? whole.dependsOn : [];
}

/** Whether a part of a value is secret. */
function isSecretIn(value: Value): boolean {
  const whole = unknownOf(value);
  return whole instanceof Unknown && whole.secret;
}
