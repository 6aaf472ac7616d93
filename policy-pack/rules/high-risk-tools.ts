import type { Text } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import type { Name } from "../../core/graph/name";
import { statementsOf } from "../../core/identity/harm";

/** Why each call of a tool has to be decided, as the end of a sentence about it: `causes`, or what data it `reads`. */
export function harmText(graph: Graph, tool: Name): string {
  const textsOf = (about: "effect" | "sensitivity"): readonly Text[] =>
    statementsOf(graph, tool, about).map(({ value }) => value);
  return harmIn(textsOf("effect"), textsOf("sensitivity"));
}

/** The same of what a grant says of its tool. */
export function harmIn(effects: readonly Text[], sensitivity: readonly Text[]): string {
  const caused = known(effects);
  if (caused.length > 0) return `causes ${caused.join(", ")}`;
  return `reads ${known(sensitivity).join(" and ")} data`;
}

/** The fault of a way to a tool on which nothing decides, which also asks nobody. */
export function wayFault(graph: Graph, from: Name, tool: Name): string {
  return `a way of ${graph.canonical(from)} to ${graph.canonical(tool)}`;
}

/** The fault of what lets calls in to a workload: that it asks nobody is told first. */
export function endpointDuplicate(graph: Graph, entry: Name, workload: Name): string {
  return `calls that ${graph.canonical(entry)} lets in to ${graph.canonical(workload)}`;
}

function known(texts: readonly Text[]): readonly string[] {
  const found = texts.flatMap((text) => (text.kind === "known" ? [`\`${text.text}\``] : []));
  return [...new Set(found)].sort();
}
