import { isCredentialName } from "../../domain/secrets/name";
import type { Resource } from "../../../core/snapshot/resource";
import { Unknown, isSecret, type Value } from "../../../core/snapshot/value";
import { generatorsAmong, storesAmong } from "./generated";
import { dependenciesAt } from "./values";

/**
 * Whether a resource has a credential as a property of its own, such as the password of a database.
 *
 * Its outputs repeat its inputs, so a text that depends on it may contain the credential. A store outputs its ARN and no value.
 */
export function returnsCredential(resource: Resource | undefined): boolean {
  if (resource === undefined || storesAmong([resource.urn]).length > 0) return false;
  return Object.entries(resource.inputs).some(
    ([name, value]) => isCredentialName(name) && isGiven(resource, name, value),
  );
}

function isGiven(resource: Resource, name: string, value: Value): boolean {
  if (isSecret(value)) return true;
  if (typeof value === "string") return value !== "";
  if (!(value instanceof Unknown)) return false;
  return generatorsAmong(dependenciesAt(resource, name, value)).length > 0;
}
