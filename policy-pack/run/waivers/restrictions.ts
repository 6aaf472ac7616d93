import type { WaiverFault } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { controlIds, controls, type ControlId } from "./controls";
import { isWaivable, workloadsOf, type Concerned } from "./workload-class";

/** How a text of restrictions begins. */
const utility = "utility";

/**
 * What restricts the workloads of a finding, in a text that facts of stacks have: `utility network-policy secret-rotation`.
 *
 * Empty unless each is a utility of low risk: for others no finding can be waived.
 *
 * @param graph complete
 */
export function restrictionsOf(graph: Graph, concerned: Concerned): string {
  const workloads = workloadsOf(graph, concerned);
  const areWaivable =
    workloads.length > 0 &&
    workloads.every((workload) =>
      isWaivable(graph, workload).every(({ kind }) => kind === "proven"),
    );
  if (!areWaivable) return "";
  const restricting = controlIds.filter((id) =>
    workloads.every(
      (workload) =>
        controls[id].prove({ graph, workload, thing: concerned.about }).kind === "proven",
    ),
  );
  return [utility, ...restricting].join(" ");
}

/** What keeps a finding from being waived, by such a text. */
export function faultsByRestrictions(
  restrictions: string,
  ids: readonly ControlId[],
): readonly WaiverFault[] {
  const [start, ...restricting] = restrictions.split(" ");
  const reasons =
    start === utility
      ? [...new Set(ids)]
          .filter((id) => !restricting.includes(id))
          .map((id) => `control \`${id}\`: its stack does not show that it restricts the workload`)
      : ["its stack does not show that the workload is a utility of low risk"];
  return reasons.map((text) => ({ certain: true, text, dependsOn: [] }));
}
