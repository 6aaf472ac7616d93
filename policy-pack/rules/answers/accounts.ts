import type { At } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelAt } from "../../facts/label";
import type { Name } from "../../facts/name";
import type { Answer } from "../../findings/define-rule";
import { dedupKey } from "./dedup-keys";

/**
 * That it is not known what a workload runs as.
 *
 * @param message the violation that it may be, in words that name nothing but the workload
 */
export function unknownAccount<Message extends string>(
  message: Message,
  workload: Name,
  at: At,
  uncertainty: Answer["uncertainty"],
  graph: Graph,
): Answer<Message> {
  return {
    message,
    data: { holder: labelAt(graph, workload, at) },
    about: workload,
    holder: workload,
    fault: dedupKey(graph, "unknown account", workload),
    at,
    uncertainty,
  };
}
