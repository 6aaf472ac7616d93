import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { nameInNoNamespace, type Name } from "../../facts/name";

/** Whether some parts of a template run with a part of it: the default part is any of them. */
export function isOfPart(
  shownBy: readonly string[] | undefined,
  part: string | undefined,
): boolean {
  if (shownBy === undefined) return false;
  return shownBy.length === 0 || part === undefined || shownBy.includes(part);
}

/**
 * Whether a template has a secret only to pass it to its users. They take a part of it that passes the secret, and nothing runs
 * it as a whole, which would be one workload with it. Or it is cluster-wide, so that there is a Secret of that name only where
 * it runs.
 *
 * @param secret the secret, where it is known
 */
export function isOnlyShown(
  graph: Graph,
  { workload, shownBy }: FactOf<"uses">,
  secret: Name | undefined,
): boolean {
  if (shownBy === undefined) return false;
  if (secret !== undefined && nameInNoNamespace(secret) !== undefined) return true;
  return !isRun(graph, workload) && isTaken(graph, workload, shownBy, new Set());
}

/** Whether something runs a template as a whole. */
function isRun(graph: Graph, template: Name): boolean {
  return graph.facts("workload", "workload", template).length > 1;
}

/** Whether something takes one of these parts of a template, except templates that only take each other. */
function isTaken(
  graph: Graph,
  template: Name,
  parts: readonly string[],
  seen: Set<string>,
): boolean {
  seen.add(idOf(graph, template, parts));
  return runsOf(graph, template, parts).some(({ workload, shownBy }) => {
    if (shownBy === undefined || isRun(graph, workload)) return true;
    if (seen.has(idOf(graph, workload, shownBy))) return false;
    // A template without users uses what it takes itself.
    const isLast = runsOf(graph, workload, shownBy).length === 0;
    return isLast || isTaken(graph, workload, shownBy, seen);
  });
}

function runsOf(
  graph: Graph,
  template: Name,
  parts: readonly string[],
): readonly FactOf<"runs-template">[] {
  return graph
    .facts("runs-template", "template", template)
    .filter(({ part }) => isOfPart(parts, part));
}

function idOf(graph: Graph, template: Name, parts: readonly string[]): string {
  return JSON.stringify([graph.idOf(template), parts]);
}
