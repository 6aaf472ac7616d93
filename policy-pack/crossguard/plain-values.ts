import { types } from "node:util";
import {
  Secret,
  Unknown,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";

/**
 * The texts on the wire for a value that is unknown in a preview, one for each type.
 *
 * Part of Pulumi's protocol (sdk/go/common/resource/plugin/rpc.go); a test compares them with those of the SDK.
 */
export const unknownMarks: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const unknownMarkLength = 36;

/** The SDK's classes of assets and archives recognise each other by properties of such names. */
const assetMark = "__pulumi";

/** What a property's unknown values wait for. */
export type DependsOn = (property: string) => readonly Urn[];

const dependsOnNothingKnown: DependsOn = () => [];

/**
 * A resource's properties as plain values, with what is unknown marked.
 *
 * The SDK hands properties behind a proxy that throws when an unknown is touched, and then silences the whole policy.
 * So everything is read here, once, by property descriptors, which the proxy leaves alone. Values without marks are
 * taken over as they are, uncopied.
 */
export function plainProperties(
  properties: object,
  dependsOn: DependsOn = dependsOnNothingKnown,
): ValueRecord {
  const plain: [string, Value][] = [];
  for (const key of Object.keys(properties)) {
    const value = plainValue(ownValue(properties, key), dependsOn(key));
    if (value !== undefined) plain.push([key, value]);
  }
  return Object.fromEntries(plain);
}

/** The same value with its unknowns waiting for what is now known of them. */
export function dependingOn(value: Value, urns: readonly Urn[]): Value {
  if (value instanceof Unknown) return new Unknown(urns, value.secret);
  if (value instanceof Secret) return new Secret(dependingOn(value.revealForComparison(), urns));
  if (Array.isArray(value)) return value.map((item: Value) => dependingOn(item, urns));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, dependingOn(v, urns)]));
}

/** Whether an unknown is anywhere in a value. */
export function hasUnknown(value: Value): boolean {
  if (value === null || typeof value !== "object") return false;
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.revealForComparison());
  return Object.values(value).some(hasUnknown);
}

function plainValue(value: unknown, dependsOn: readonly Urn[]): Value | undefined {
  if (typeof value === "string") {
    const unknown = value.length === unknownMarkLength && unknownMarks.has(value);
    return unknown ? new Unknown(dependsOn) : value;
  }
  if (typeof value === "boolean" || typeof value === "number" || value === null) return value;
  if (typeof value !== "object" || value instanceof Promise) return undefined;
  return Array.isArray(value) ? plainList(value, dependsOn) : plainRecord(value, dependsOn);
}

function plainList(list: readonly unknown[], dependsOn: readonly Urn[]): Value {
  const proxied = types.isProxy(list);
  let changed = proxied;
  const plain: Value[] = [];
  for (let i = 0; i < list.length; i++) {
    const raw = proxied ? ownValue(list, String(i)) : list[i];
    const value = plainValue(raw, dependsOn) ?? null;
    changed ||= value !== raw;
    plain.push(value);
  }
  return changed ? plain : (list as readonly Value[]);
}

/** An object. An asset or archive becomes empty: its text or path is in a promise, and no reader needs it. */
function plainRecord(record: object, dependsOn: readonly Urn[]): Value {
  const proxied = types.isProxy(record);
  let changed = proxied || Object.getPrototypeOf(record) !== Object.prototype;
  const plain: [string, Value][] = [];
  for (const key of Object.keys(record)) {
    const raw = proxied
      ? ownValue(record, key)
      : (record as Readonly<Record<string, unknown>>)[key];
    const value = key.startsWith(assetMark) ? undefined : plainValue(raw, dependsOn);
    changed ||= value !== raw;
    if (value !== undefined) plain.push([key, value]);
  }
  return changed ? Object.fromEntries(plain) : (record as ValueRecord);
}

function ownValue(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
