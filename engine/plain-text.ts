import { createdType } from "../core/kubernetes-type";
import { inSecretPlaces, typesMarkedBySdk } from "../core/snapshot/secret-places";
import { hidden, isRecord, type Value, type ValueRecord } from "../core/snapshot/value";

const markedBySdk: ReadonlySet<string> = new Set(typesMarkedBySdk);

/**
 * Marks as secret what is unmarked where an SDK marks by itself, and marks each text as being in plain text in the program.
 *
 * What the SDK would have marked is hidden as before wherever it is shown or saved.
 */
export function withPlainText(type: string, inputs: ValueRecord): ValueRecord {
  return markedBySdk.has(createdType(type, inputs))
    ? inSecretPlaces(type, inputs, inPlainText)
    : inputs;
}

/** The unmarked value of a secret, or of a map of secrets: each of them in plain text. */
export function inPlainText(value: Value): Value {
  if (!isRecord(value)) return hidden(value, true);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === null ? null : hidden(item, true)]),
  );
}
