import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { thing } from "../obtain/step";
import type { Urn } from "../snapshot/value";
import type { Edge } from "./edge";
import { sendersTo } from "./senders";

/** A thing that policies have to let somebody send to. */
export interface Asked {
  readonly name: Name;
  /** What names of objects start with, or sources of events, one of which alone leads on; undefined where anything does. */
  readonly only?: readonly string[];
}

const notKnown = "what of all that comes to it sets off more is not known yet";

/** How calls come to tools by what sets them off. */
export interface SetOff {
  readonly edges: readonly Edge[];
  /** What policies have to let somebody send to, or start. */
  readonly asked: readonly Asked[];
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
  const asked = new Map<ThingId, Asked>();
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
      ...(fact.waitsFor && { doubt: { reason: notKnown, waitsFor: fact.waitsFor } }),
    });
    const id = graph.idOf(source);
    const before = asked.get(id);
    const only = before === undefined ? fact.only : joined(before.only, fact.only);
    asked.set(id, { name: graph.canonical(source), ...(only && { only }) });
    if (before === undefined) queue.push(source);
  };
  for (const fact of graph.all("sets-off")) {
    const target = nameIn(fact.target);
    if (fact.target.kind === "unknown") unknown.push({ fact, waitsFor: fact.target.waitsFor });
    if (target === undefined) continue;
    const to = isRole(graph, target) ? target : toolOf(target);
    if (to !== undefined && !isToldBetter(graph, fact)) pass(fact, to);
  }
  for (const here of queue) {
    for (const fact of graph.facts("sets-off", "target", here)) pass(fact, here);
  }
  for (const { name, only } of asked.values()) edges.push(...sendersTo(graph, name, only));
  return { edges, asked: [...asked.values()], unknown };
}

/** Whether a permission is one for what another resource of the stack says more exactly. */
function isToldBetter(graph: Graph, { isAllowed, source, target }: FactOf<"sets-off">): boolean {
  const [from, to] = [nameIn(source), nameIn(target)];
  if (isAllowed !== true || from === undefined || to === undefined) return false;
  return graph.facts("sets-off", "target", to).some((other) => {
    const name = nameIn(other.source);
    return other.isAllowed !== true && name !== undefined && graph.same(name, from);
  });
}

function joined(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  return a && b && [...new Set([...a, ...b])];
}

/** A role stands for all that whoever sets it off may have it call. */
function isRole(graph: Graph, name: Name): boolean {
  return graph.facts("admits", "identity", name).length > 0;
}
