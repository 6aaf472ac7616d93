import { isCertain } from "../domain/secrets/possible-use";
import { holdersOf } from "../domain/secrets/consumers";
import type { Graph } from "../facts/graph";
import type { Name } from "../facts/name";
import { runnersOf } from "../domain/workloads/parties";
import type { Answer, Rule, RuleFamily } from "../findings/define-rule";
import type { Settings } from "../findings/settings";

const declaredOnly: readonly RuleFamily[] = ["secrets", "identity", "lifetime"];

/**
 * Whether the scope leaves an answer out: one about an undeclared workload, or about what no declared workload has.
 *
 * A key, a Secret or an account is no workload itself; it counts by its receivers, or by what runs as it.
 */
export function leftOutByScope(
  rule: Rule,
  { about, holder, related = [] }: Answer,
  graph: Graph,
  settings: Settings,
): boolean {
  if (settings.scope === "all" || !declaredOnly.includes(rule.family)) return false;
  const who = holder ?? about;
  if (graph.facts("workload", "workload", who).length > 0) return !isDeclared(graph, who);
  return ![who, ...related.map(({ name }) => name)].some((name) =>
    [name, ...havingOf(graph, name)].some((each) => isDeclared(graph, each)),
  );
}

/** The workloads that use a thing, or run as it. */
function havingOf(graph: Graph, thing: Name): readonly Name[] {
  return [
    ...graph
      .facts("uses", "secret", thing)
      .filter(isCertain)
      .map(({ workload }) => workload),
    ...holdersOf(graph, { name: thing, key: undefined }, true),
    ...runnersOf(graph, thing),
  ];
}

function isDeclared(graph: Graph, workload: Name): boolean {
  return graph.facts("workload", "workload", workload).some((fact) => fact.is !== "undeclared");
}
