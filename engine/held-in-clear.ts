import { inSecretPlaces, typesMarkedBySdk } from "../core/snapshot/secret-places";
import { hidden, isRecord, type Value, type ValueRecord } from "../core/snapshot/value";

const markedBySdk: ReadonlySet<string> = new Set(typesMarkedBySdk);

/**
 * Marks as secret what stands unmarked where an SDK marks by itself, and says of each text that the program holds it in clear.
 *
 * What the SDK would have marked is hidden as before wherever it is shown or saved.
 */
export function withHeldInClear(type: string, inputs: ValueRecord): ValueRecord {
  return markedBySdk.has(type) ? inSecretPlaces(type, inputs, heldInClear) : inputs;
}

/** What stands unmarked where a secret, or a map of secrets, belongs: each of them in clear. */
export function heldInClear(value: Value): Value {
  if (!isRecord(value)) return hidden(value, true);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === null ? null : hidden(item, true)]),
  );
}
