import type { FactOf } from "./fact";
import type { Graph } from "./graph";
import type { Name } from "./name";
import { onceForEach } from "./once-for-each";
import { oncePerGraph, oncePerKey } from "./once-per-graph";
import type { ThingId } from "./things";
import type { Urn } from "../../core/snapshot/value";

/** A workload that runs, or takes, an unknown template. */
interface TemplateUser {
  readonly workload: Name;
  readonly among: readonly Name[];
  readonly isRun: boolean;
  readonly dependsOn: readonly Urn[];
}

/**
 * How a workload uses templates of one kind and namespace. It runs one as a whole or takes one for a step, and which one is
 * unknown. Or it is one itself, or runs a known one.
 */
interface Part {
  readonly as: "runs" | "takes" | "is";
  readonly among: Name;
}

/** Those of some workloads that are two with one of them for certain. */
interface Exempt {
  readonly workloads: readonly Name[];
  /** Whether the one in question is among them. */
  readonly hasOwn: boolean;
}

/**
 * Those of the workloads that share something that are certainly distinct from one of them; for a complete graph.
 *
 * A user of a template has what that only passes on, and all that runs one is one workload. Where the template is unknown, it
 * may be any of them. Workloads with the same parts are computed once.
 *
 * @param sharing a list of which there is only one, as the graph stores it
 */
export function exemptFrom(graph: Graph, workload: Name, sharing: readonly Name[]): Exempt {
  const own = partsOf(graph, workload);
  if (own.length === 0) return { workloads: sharing, hasOwn: true };
  return exemptAmong(graph, sharing, own);
}

const exemptAmong = oncePerKey(
  (_, sharing: readonly Name[], own: readonly Part[]) =>
    `${numberOf(sharing)} ${JSON.stringify(own)}`,
  (graph, sharing, own): Exempt => ({
    workloads: sharing.filter((each) => !mayMeet(graph, own, partsOf(graph, each))),
    hasOwn: !mayMeet(graph, own, own),
  }),
);

const numbers = new WeakMap<readonly Name[], number>();
let lists = 0;

/** The identity of a list. */
function numberOf(list: readonly Name[]): number {
  let number = numbers.get(list);
  if (number === undefined) numbers.set(list, (number = lists += 1));
  return number;
}

/** Whether the template that a workload runs or takes is unknown, so that its distinctness shows once all is known. */
export function isOpenTaker(graph: Graph, workload: Name): boolean {
  return openTakes(graph.facts("runs-template", "workload", workload)).length > 0;
}

/** What it waits for whether a workload is one with another; for a complete graph. */
export function oneDependsOn(graph: Graph, a: Name, b: Name): readonly Urn[] {
  const both = [...partsOf(graph, a), ...partsOf(graph, b)];
  const taking = [a, b].flatMap((each) =>
    openTakes(graph.facts("runs-template", "workload", each)),
  );
  const twice = both.flatMap(({ as, among }) =>
    as === "is" ? (usersOfTwo(graph).get(among) ?? []) : [],
  );
  return [...new Set([...taking, ...twice].flatMap(({ dependsOn }) => dependsOn))];
}

function openTakes(facts: readonly FactOf<"runs-template">[]): readonly TemplateUser[] {
  return facts.flatMap(({ workload, template, among, isRun = false }) =>
    template.kind === "unknown" && among !== undefined
      ? [{ workload, among, isRun, dependsOn: template.dependsOn }]
      : [],
  );
}

/** Whether two workloads with these parts may be one. */
function mayMeet(graph: Graph, own: readonly Part[], others: readonly Part[]): boolean {
  return own.some((one) =>
    others.some((other) => one.among === other.among && mayBeOne(graph, one, other)),
  );
}

function mayBeOne(graph: Graph, { as, among }: Part, other: Part): boolean {
  // Of two templates both may be taken by one workload, where that takes two.
  if (as === "is" && other.as === "is") return usersOfTwo(graph).has(among);
  return as === "is" || other.as === "is" || (as === "runs" && other.as === "runs");
}

function partsOf(graph: Graph, workload: Name): readonly Part[] {
  return takersByKind(graph).size === 0 ? [] : knownParts(graph, workload);
}

const knownParts = onceForEach(readParts);

function readParts(graph: Graph, workload: Name): readonly Part[] {
  const open = takersByKind(graph);
  const own = openTakes(graph.facts("runs-template", "workload", workload)).flatMap(
    ({ among, isRun }) =>
      among.map((each): Part => ({ as: isRun ? "runs" : "takes", among: each })),
  );
  const named = graph
    .namesOf(workload)
    .map((name) => name.slice(0, name.lastIndexOf("|") + 1))
    .filter((among) => open.has(among))
    .map((among): Part => ({ as: "is", among }));
  const parts = new Map([...own, ...named].map((part) => [`${part.among} ${part.as}`, part]));
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

/** By kind and namespace of templates, the users of an unknown one. */
const takersByKind = oncePerGraph((graph): ReadonlyMap<Name, readonly TemplateUser[]> => {
  const found = new Map<Name, TemplateUser[]>();
  for (const take of openTakes(graph.all("runs-template"))) {
    for (const among of take.among) {
      const known = found.get(among);
      if (known === undefined) found.set(among, [take]);
      else known.push(take);
    }
  }
  return found;
});

/** By kind and namespace of templates, what takes two of them. */
const usersOfTwo = oncePerGraph((graph): ReadonlyMap<Name, readonly TemplateUser[]> => {
  const found = new Map<Name, readonly TemplateUser[]>();
  for (const [among, takes] of takersByKind(graph)) {
    const seen = new Map<ThingId, TemplateUser>();
    for (const take of takes) {
      const id = graph.idOf(take.workload);
      const before = seen.get(id);
      if (before === undefined) seen.set(id, take);
      else {
        found.set(among, [before, take]);
        break;
      }
    }
  }
  return found;
});
