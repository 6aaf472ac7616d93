import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Answer } from "../../findings/define-rule";

/** A task broker whose configuration makes credentials beyond its grants, or may do so. */
export function ofExcess(fact: FactOf<"broker-excess">, graph: Graph): readonly Answer<"excess">[] {
  const { broker, at, excess, dependsOn } = fact;
  return [
    {
      message: "excess",
      data: {
        broker: labelOfThing(graph, broker),
        excess: excess === undefined ? "" : `: ${excess}`,
      },
      about: broker,
      at,
      fix: "state in `sessions` and `kubernetes.roles` of the tool, for each intent, only what it needs",
      uncertainty: dependsOn && { dependsOn },
    },
  ];
}
