import type { Depends } from "../../../core/certainty";
import type { At } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Answer } from "../../findings/define-rule";
import { dedupKey } from "./dedup-keys";

/**
 * That a workload uses a secret of which it is not known which one it is.
 *
 * @param message the violation that it may be, in words that name nothing but the workload
 */
export function unknownSecret<Message extends string>(
  message: Message,
  workload: Name,
  at: At,
  uncertainty: Depends,
  graph: Graph,
): Answer<Message> {
  return {
    message,
    about: workload,
    holder: workload,
    fault: dedupKey(graph, "unknown secret", workload),
    at,
    uncertainty,
  };
}
