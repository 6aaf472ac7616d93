import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Urn } from "../../core/snapshot/value";
import type { Answer } from "../define-rule";

/** That a trust policy, or a part of it that every rule of trust needs, is not known yet. */
export function unknownTrust(
  fact: FactOf<"admits">,
  graph: Graph,
  waitsFor: readonly Urn[],
): readonly Answer<"unknown">[] {
  if (!graph.complete) return [];
  return [
    {
      verdict: "undetermined",
      message: "unknown",
      data: { role: labelOfThing(graph, fact.identity) },
      about: fact.identity,
      fault: `the trust of ${graph.canonical(fact.identity)} is not known`,
      at: fact.at,
      waitsFor,
    },
  ];
}
