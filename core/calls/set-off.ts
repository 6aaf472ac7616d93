import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { thing } from "../obtain/step";
import type { Urn } from "../snapshot/value";
import type { Edge } from "./edge";
import { sendersTo } from "./senders";

/** How calls come to tools by what sets them off. */
export interface SetOff {
  readonly edges: readonly Edge[];
  /** What policies have to let somebody send to, or start. */
  readonly asked: readonly Name[];
  readonly unknown: readonly {
    readonly fact: FactOf<"sets-off">;
    readonly waitsFor: readonly Urn[];
  }[];
}

/**
 * How calls come to tools by queues, topics, streams, buses, buckets and state machines, through however many of them.
 *
 * They start no way by themselves: what they pass on somebody has sent.
 *
 * @param toolOf the tool that a workload is or carries out; undefined for others
 */
export function setOffTools(graph: Graph, toolOf: (workload: Name) => Name | undefined): SetOff {
  const edges: Edge[] = [];
  const asked = new Map<ThingId, Name>();
  const unknown: SetOff["unknown"][number][] = [];
  const queue: Name[] = [];
  const pass = (fact: FactOf<"sets-off">, to: Name): void => {
    const source = nameIn(fact.source);
    if (source === undefined) {
      if (fact.source.kind === "unknown") unknown.push({ fact, waitsFor: fact.source.waitsFor });
      return;
    }
    edges.push({
      from: thing(source),
      to: thing(to),
      by: "sets off",
      at: fact.at,
      startsNone: true,
      isPlace: true,
    });
    const id = graph.idOf(source);
    if (asked.has(id)) return;
    asked.set(id, graph.canonical(source));
    queue.push(source);
  };
  for (const fact of graph.all("sets-off")) {
    const target = nameIn(fact.target);
    if (fact.target.kind === "unknown") unknown.push({ fact, waitsFor: fact.target.waitsFor });
    if (target === undefined) continue;
    const to = isRole(graph, target) ? target : toolOf(target);
    if (to !== undefined) pass(fact, to);
  }
  for (const here of queue) {
    edges.push(...sendersTo(graph, here));
    for (const fact of graph.facts("sets-off", "target", here)) pass(fact, here);
  }
  return { edges, asked: [...asked.values()], unknown };
}

/** A role stands for all that whoever sets it off may have it call. */
function isRole(graph: Graph, name: Name): boolean {
  return graph.facts("admits", "identity", name).length > 0;
}
