import { oncePerKey } from "../../facts/once-per-graph";
import type { Graph } from "../../facts/graph";
import { scopeOf, type Name } from "../../facts/name";
import { literalPlace } from "./place";
import { contentsOf, containersOf, partId, type SecretPart } from "./reach";

/**
 * Where a credential comes from: one name for all uses of it, for a complete graph; undefined where nothing declares it.
 *
 * It is the thing that all others get the value from. Where things only have an equal value, it is the first of them by name,
 * or else the first place where the value is written: never a name that follows from the value.
 *
 * @param derived whether contents count that only may flow unchanged
 */
export const originOf = oncePerKey(
  (graph, part: SecretPart, derived: boolean) => `${partId(graph, part)}|${derived}`,
  (graph, part, derived): Name | undefined => {
    const source = contentsOf(graph, part, derived).at(-1) ?? part;
    const made = graph.canonical(source.name);
    if (isDeclared(made)) return made;
    const containers = Array.from(containersOf(graph, source, derived), ({ name }) => name);
    const declared = containers.map((name) => graph.canonical(name)).filter(isDeclared);
    const places = containers.flatMap((name) =>
      graph.facts("literal", "value", name).map(({ at }) => literalPlace(at.urn, at.property)),
    );
    return [...declared.sort(), ...places.sort()][0];
  },
);

/**
 * The key of the stack's configuration that has the value of a credential, such as `desk:crmKey`; undefined where none has, and
 * where the host does not say what the configuration has.
 *
 * @param derived whether contents count that only may flow unchanged
 */
export function configurationOf(
  graph: Graph,
  part: SecretPart,
  derived: boolean,
): string | undefined {
  for (const { name } of contentsOf(graph, part, derived)) {
    const key = graph.configuration.get(name);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Whether a name is of a thing, not of a value or of a property that has one. */
function isDeclared(name: Name): boolean {
  return name.startsWith("urn:") || name.startsWith("arn:") || scopeOf(name) !== undefined;
}
