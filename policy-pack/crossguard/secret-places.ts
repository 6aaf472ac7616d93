import { inSecretPlaces } from "../../core/snapshot/secret-places";
import { hidden, type ValueRecord } from "../../core/snapshot/value";

/**
 * Marks as secret what is at locations for secrets.
 *
 * The SDKs of providers mark most of it already, whatever the program has, and here the marks are lost. So such a value counts
 * as marked; only the offline preview can judge it.
 */
export function withSecretPlaces(type: string, properties: ValueRecord): ValueRecord {
  return inSecretPlaces(type, properties, (value) => hidden(value));
}
