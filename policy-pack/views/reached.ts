import { compareText } from "../../core/compare-text";
import type { Finding, Reached, Subject } from "../findings/finding";
import { compareReached } from "../findings/grouped-finding";
import type { IdentityGraph } from "./identity-graph/identity-graph";

/** How many reached workloads a finding names at most: the worst. */
const mostReached = 3;

/**
 * Findings with the workloads of high risk that those concerned are, act as or may call.
 *
 * Only a picture of the danger, which orders findings: it follows links that are possible as well, and those for callers
 * of one tenant only where it is not known that the caller is of another.
 */
export function withReached(
  findings: readonly Finding[],
  graph: IdentityGraph,
): readonly Finding[] {
  const risky = graph.nodes
    .flatMap(({ label, harms }, place) => (harms === undefined ? [] : [{ label, harms, place }]))
    .sort((a, b) => compareReached(a, b) || compareText(a.label, b.label));
  if (risky.length === 0) return findings;
  const reached = reachedBy(
    graph,
    risky.map(({ place }) => place),
  );
  const places = new Map<string, number>();
  graph.nodes.forEach(({ name, also = [] }, place) => {
    for (const each of [name, ...also]) places.set(each, place);
  });
  return findings.map((finding) => {
    const found = concernedBy(finding).flatMap(({ name }) => reached[places.get(name) ?? -1] ?? []);
    const worst = [...new Set(found)].sort((a, b) => a - b).slice(0, mostReached);
    const reaches = worst.flatMap((at): readonly Reached[] => {
      const one = risky[at];
      return one === undefined ? [] : [{ label: one.label, harms: one.harms }];
    });
    return reaches.length === 0 ? finding : { ...finding, reaches };
  });
}

/** What has the fault, and what comes to something by it. */
function concernedBy({ about, holder, related, chain }: Finding): readonly Subject[] {
  return [
    about,
    ...(holder === undefined ? [] : [holder]),
    ...related.filter(({ isAffected }) => isAffected),
    ...chain.flatMap(({ from, to }) => [from, to]),
  ];
}

/**
 * For each node which of the risky ones it reaches, by their positions in that list: at most so many as are named.
 *
 * Goes back from each of them, the worst first, and stops where enough are found: what leads there has found them by the
 * same way. So each node is visited a few times, however many there are.
 */
function reachedBy(
  { nodes, edges }: IdentityGraph,
  risky: readonly number[],
): readonly (readonly number[])[] {
  const before = nodes.map((): number[] => []);
  for (const { from, to, by } of edges) {
    before[to]?.push(from);
    // Who has an identity acts as each workload that runs as it.
    if (by.split(", ").includes("runs as")) before[from]?.push(to);
  }
  const found = nodes.map((): number[] => []);
  risky.forEach((place, rank) => {
    const queue = [place];
    const seen = new Set(queue);
    for (const at of queue) {
      const known = found[at] ?? [];
      if (known.length >= mostReached) continue;
      known.push(rank);
      for (const from of before[at] ?? []) {
        if (!seen.has(from)) queue.push(from);
        seen.add(from);
      }
    }
  });
  return found;
}
