import type { FactOf } from "../../../facts/fact";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { isStaticKey } from "../../resource/generated";

/** One list for all: hardly a resource has any. */
const none: readonly FactOf<"receives">[] = [];

/**
 * The static keys whose outputs flow into properties of a resource, of whatever type.
 *
 * One fact for each property and key, in the order of the property's dependencies.
 */
export function receivedKeys(
  resource: Resource,
  isKey: (urn: Urn) => boolean = isStaticKey,
): readonly FactOf<"receives">[] {
  const facts: FactOf<"receives">[] = [];
  for (const property of Object.keys(resource.propertyDependencies)) {
    for (const from of new Set(resource.propertyDependencies[property])) {
      if (from === resource.urn || !isKey(from)) continue;
      const at = { urn: resource.urn, property };
      facts.push({ kind: "receives", at, receiver: resource.urn, from });
    }
  }
  return facts.length === 0 ? none : facts;
}
