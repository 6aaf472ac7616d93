import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";

/** The stable name of a literal, by its location: fit for a fingerprint, unlike the name of its value. */
export function literalPlace(holder: Name, property: string): Name {
  return ["literal-at", holder, property].join("|");
}

/** The name of a property whose value another resource makes, so that `contains` can reference it. */
export function valuePlace(urn: Urn, property: string): Name {
  return ["value-at", urn, property].join("|");
}

/** Whether a name is that of a property, as {@link valuePlace} makes it. */
export function isValuePlace(name: Name): boolean {
  return name.startsWith("value-at|");
}
