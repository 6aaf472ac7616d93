import type { Resource } from "../../core/snapshot/resource";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { containsMark } from "../wire/marks";

/** Properties that take a policy as an object and reach AWS as JSON. */
const DOCUMENTS = ["assumeRolePolicy", "policy"];

/**
 * Completes an AWS resource's inputs as its provider does before a preview looks at them: policies given as objects
 * become JSON with sorted keys, unless a part of them is unknown or secret.
 */
export function completeAws(resource: Resource): ValueRecord {
  const { inputs } = resource;
  const printed = DOCUMENTS.flatMap((key) => {
    const value = inputs[key];
    return isRecord(value) && !containsMark(value)
      ? [[key, JSON.stringify(sorted(value))] as const]
      : [];
  });
  return printed.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(printed) };
}

function sorted(value: Value): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
