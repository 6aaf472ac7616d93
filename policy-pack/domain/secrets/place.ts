import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";

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

/** Why it is not certain that a literal is a credential: the resources that make its value, or all that it depends on. */
export function unknownValueOf(graph: Graph, literal: FactOf<"literal">): Uncertainty | undefined {
  if (literal.dependsOn === undefined) return undefined;
  const makers = graph.facts("contains", "container", literal.value).flatMap(({ content }) => {
    const name = nameIn(content);
    return name?.startsWith("urn:") === true ? [name] : [];
  });
  const dependsOn = makers.length > 0 ? makers : literal.dependsOn;
  return { reason: "its value is not known", dependsOn };
}
