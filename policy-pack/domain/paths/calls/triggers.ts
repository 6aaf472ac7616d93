import { eventBusType, eventRuleType } from "../../../../core/aws/events";
import { uncertain } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { thing } from "../assume/step";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import type { Counted } from "./callables";
import type { Edge } from "./edge";
import { bucketsTriggering, ofBuckets } from "./bucket-events";
import { sendersTo } from "./senders";

/** A thing that policies have to allow principals to send to, and which of its messages lead on. */
export interface Requested extends Counted {
  readonly name: Name;
}

const notKnown = "which of its events trigger more is not known yet";

/** How calls come to tools by what sets them off. */
export interface SetOff {
  readonly edges: readonly Edge[];
  /** What policies have to allow principals to send to, or to start. */
  readonly requested: readonly Requested[];
  readonly unknown: readonly {
    readonly fact: FactOf<"triggers">;
    readonly dependsOn: readonly Urn[];
  }[];
}

/**
 * How calls come to tools through queues, topics, streams, buses, buckets and state machines, any number of them.
 *
 * They start no path by themselves: a principal has sent what they forward.
 *
 * @param toolOf the tool that a workload is or carries out; undefined for others
 */
export function setOffTools(graph: Graph, toolOf: (workload: Name) => Name | undefined): SetOff {
  const edges: Edge[] = [];
  const requested = new Map<string, Requested>();
  const unknown: SetOff["unknown"][number][] = [];
  const queue: Passed[] = [];
  const seen = new Set<string>();
  const pass = (
    fact: FactOf<"triggers">,
    to: Passed,
    sources: Sources = sourcesLeft(graph, fact, to),
  ): void => {
    const source = nameIn(fact.source);
    if (source === undefined) {
      if (fact.source.kind === "unknown") unknown.push({ fact, dependsOn: fact.source.dependsOn });
      return;
    }
    // EventBridge sends what a bus got from another on to no third: EventBridge user guide, "Sending and receiving events
    // between event buses in the same account and Region".
    const isForwarded = isRule(graph, source) ? isBus(graph, to.name) : to.isForwarded;
    const isThird = isForwarded && isBus(graph, to.name) && to.isForwarded;
    if (sources === "none" || isThird) return;
    const uncertainty = fact.dependsOn && uncertain(notKnown, fact);
    edges.push({
      from: thing(source),
      to: thing(to.name),
      by: "triggers",
      at: fact.at,
      startsNone: true,
      isPlace: true,
      ...(uncertainty && { uncertainty }),
    });
    const only = sources === "any" ? fact.only : sources;
    const { byActions } = fact;
    const narrowed = [only?.join("\n"), byActions?.join(), uncertainty?.dependsOn.join()];
    const key = [graph.idOf(source), ...narrowed, isForwarded].join("\t");
    if (seen.has(key)) return;
    seen.add(key);
    const name = graph.canonical(source);
    requested.set(key, {
      name,
      ...(only && { only }),
      ...(byActions && { byActions }),
      ...(uncertainty && { uncertainty }),
    });
    queue.push({ name: source, sources, isForwarded });
  };
  for (const fact of graph.all("triggers")) {
    const target = nameIn(fact.target);
    if (fact.target.kind === "unknown") unknown.push({ fact, dependsOn: fact.target.dependsOn });
    if (target === undefined) continue;
    const to = isRole(graph, target) ? target : toolOf(target);
    if (to === undefined || isReportedBetter(graph, fact)) continue;
    pass(fact, { name: to, sources: "any", isForwarded: false });
  }
  for (const here of queue) {
    for (const fact of graph.facts("triggers", "target", here.name)) pass(fact, here);
    if (here.sources !== "any" && !here.sources.includes(ofBuckets)) continue;
    for (const fact of bucketsTriggering(graph, here.name)) pass(fact, here, "any");
  }
  for (const { name, ...counted } of requested.values())
    edges.push(...sendersTo(graph, name, counted));
  return { edges, requested: [...requested.values()], unknown };
}

/** The current end of a path to a tool, backwards. */
interface Passed {
  readonly name: Name;
  /** Sources of events one of which leads on from here. */
  readonly sources: readonly string[] | "any";
  /** Whether events go on from here to another bus. */
  readonly isForwarded: boolean;
}

/** Sources of events that lead on; `none` where no event does. */
type Sources = Passed["sources"] | "none";

/** The sources of events that pass a rule and what comes after it. */
function sourcesLeft(
  graph: Graph,
  { only, target }: FactOf<"triggers">,
  { sources, name }: Passed,
): Sources {
  const rule = nameIn(target);
  const isOfEvents = rule !== undefined && (isRule(graph, rule) || isBus(graph, name));
  if (!isOfEvents) return "any";
  if (only === undefined || sources === "any") return only ?? sources;
  const left = only.filter((source) => sources.includes(source));
  return left.length === 0 ? "none" : left;
}

function isRule(graph: Graph, name: Name): boolean {
  return isOfKind(graph, name, "event rule", eventRuleType);
}

function isBus(graph: Graph, name: Name): boolean {
  return isOfKind(graph, name, "event bus", eventBusType);
}

function isOfKind(graph: Graph, name: Name, kind: string, type: string): boolean {
  return graph
    .namesOf(name)
    .some((each) => each.split("|")[2] === kind || typeInUrn(each) === type);
}

/** Whether a permission duplicates a more exact one of another resource of the stack. */
function isReportedBetter(
  graph: Graph,
  { isAllowed, source, target }: FactOf<"triggers">,
): boolean {
  const [from, to] = [nameIn(source), nameIn(target)];
  if (isAllowed !== true || from === undefined || to === undefined) return false;
  return graph.facts("triggers", "target", to).some((other) => {
    const name = nameIn(other.source);
    return other.isAllowed !== true && name !== undefined && graph.same(name, from);
  });
}

/** A role includes all calls of whatever triggers it. */
function isRole(graph: Graph, name: Name): boolean {
  return graph.facts("trusts", "identity", name).length > 0;
}
