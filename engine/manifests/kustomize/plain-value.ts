import type { Value } from "../../../core/snapshot/value";

/** A value that is neither a list nor a map. */
export type PlainValue = null | boolean | number | string;

/** Whether a value is neither a list nor a map. */
export function isPlain(value: Value | undefined): value is PlainValue {
  return value !== undefined && (value === null || typeof value !== "object");
}

/** A plain value as YAML would have it; other values are empty. */
export function plainText(value: Value | undefined): string {
  return isPlain(value) ? String(value) : "";
}
