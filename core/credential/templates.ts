import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { nameInNoNamespace, type Name } from "../graph/name";

/** Whether what stands in some parts of a template is run with a part of it: whichever is run where none is named. */
export function isOfPart(
  shownBy: readonly string[] | undefined,
  part: string | undefined,
): boolean {
  if (shownBy === undefined) return false;
  return shownBy.length === 0 || part === undefined || shownBy.includes(part);
}

/**
 * Whether a template has a secret only to show what others are given: they take a part of it that gives the secret, and nothing runs it
 * as a whole, which would be one workload with it; or it is in no namespace, so that there is a Secret of that name only where it is run.
 *
 * @param secret the secret, where it is known which that is
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

/** Whether somebody takes one of these parts of a template, other than templates that only take each other. */
function isTaken(
  graph: Graph,
  template: Name,
  parts: readonly string[],
  seen: Set<string>,
): boolean {
  seen.add(idOf(graph, template, parts));
  return takesOf(graph, template, parts).some(({ workload, shownBy }) => {
    if (shownBy === undefined || isRun(graph, workload)) return true;
    if (seen.has(idOf(graph, workload, shownBy))) return false;
    // A template that nobody takes holds what it takes itself.
    const isLast = takesOf(graph, workload, shownBy).length === 0;
    return isLast || isTaken(graph, workload, shownBy, seen);
  });
}

function takesOf(
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
