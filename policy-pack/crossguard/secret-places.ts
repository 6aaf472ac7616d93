import { inSecretPlaces } from "../../core/snapshot/secret-places";
import { hidden, type ValueRecord } from "../../core/snapshot/value";

/**
 * Marks as secret what stands where secrets belong.
 *
 * The SDKs of providers mark most of it already, whatever the program gave, and here no marks are left: in such a place the value is
 * given the benefit of the doubt; only the offline preview can judge it.
 */
export function withSecretPlaces(type: string, properties: ValueRecord): ValueRecord {
  return inSecretPlaces(type, properties, (value) => hidden(value));
}
