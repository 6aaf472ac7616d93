import type { NotKnown } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";

/** Whether a gateway decides each call, by a policy engine of its own. */
export type Policing =
  | { readonly kind: "decides" }
  /** Its engine only logs decisions, or does whatever the mode means. */
  | { readonly kind: "watches"; readonly mode: string; readonly fact: FactOf<"restricts-calls"> }
  | { readonly kind: "none" }
  | (NotKnown & { readonly at: At });

/** Whether a gateway decides each call; for a complete graph. A policy store that it does not use does not count. */
export function policingOf(graph: Graph, gateway: Name): Policing {
  const facts = graph
    .facts("restricts-calls", "entry", gateway)
    .filter(({ by }) => by === "policy engine");
  for (const fact of facts) {
    const { mode } = fact;
    if (mode?.kind === "known" && mode.text !== "ENFORCE") {
      return { kind: "watches", mode: mode.text, fact };
    }
  }
  for (const { mode, at } of facts) {
    if (mode?.kind === "unknown") return { ...mode, at };
  }
  return { kind: facts.length > 0 ? "decides" : "none" };
}
