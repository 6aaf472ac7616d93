import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { bindingsBy, isOfAny } from "../../core/identity/access-entries";
import { compareSeverity, type Severity } from "../../core/severity";
import type { Answer } from "../define-rule";

/**
 * What a rule says of all that a binding, or an entry into a cluster, gives.
 *
 * Of an entry of which it is not known as whom it lets an identity in, the worst of what it may give is said, once.
 *
 * @param severity of the rule, than which nothing is worse
 */
export function answersBy<A extends Answer>(
  graph: Graph,
  fact: FactOf<"binds" | "access-policy" | "access-entry">,
  severity: Severity,
  answersOn: (binding: FactOf<"binds">) => readonly A[],
): readonly A[] {
  const bindings = bindingsBy(graph, fact);
  if (!isOfAny(fact)) return bindings.flatMap(answersOn);
  let worst: A | undefined;
  for (const binding of bindings) {
    for (const answer of answersOn(binding)) {
      const isWorse =
        worst === undefined ||
        compareSeverity(answer.severity ?? severity, worst.severity ?? severity) < 0;
      if (isWorse) worst = answer;
    }
    if (worst !== undefined && (worst.severity ?? severity) === severity) break;
  }
  return worst === undefined ? [] : [worst];
}
