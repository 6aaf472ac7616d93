import { Secret, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";

/** Whether any part of a value is unknown. */
export function containsUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return containsUnknown(value.revealForComparison());
  if (isList(value)) return value.some(containsUnknown);
  return isRecord(value) && Object.values(value).some(containsUnknown);
}

/** Whether any part of a value is unknown or secret. */
export function containsMark(value: Value): boolean {
  if (value instanceof Unknown || value instanceof Secret) return true;
  if (isList(value)) return value.some(containsMark);
  return isRecord(value) && Object.values(value).some(containsMark);
}
