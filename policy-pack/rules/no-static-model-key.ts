import { modelKeysIn, type ModelKey } from "../../core/credential/model-keys";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelAt } from "../../core/graph/label";
import { modelProviderName } from "../../core/graph/name";
import { defineRule, type Answer } from "../define-rule";
import { unknownSecretFault } from "./told-elsewhere";

type Watched = FactOf<"holds" | "may-hold" | "literal">;
type Message =
  | "variable"
  | "secret"
  | "setting"
  | "literal"
  | "whether"
  | "value"
  | "host"
  | "provider"
  | "unknown";

/** A key that never ends, where the provider takes the workload's own identity, is a secret for nothing. */
export default defineRule({
  id: "no-static-model-key",
  title: "A model provider that accepts the workload's own identity is called without a static key",
  severity: "medium",
  family: "secrets",
  decides: "closed",
  because: "a setting that comes later can send the workload's calls to another host",
  watches: ["holds", "may-hold", "literal"],
  standards: [
    "NHI7:2025",
    "NHI4:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0055",
    "NIST-800-53r5:IA-5",
  ],
  remediation:
    "have the workload exchange a token of its own for a short-lived one of the model provider",
  messages: {
    variable:
      "`{workload}` is given a long-lived key of {provider} as `{what}`; {provider} accepts workload identity federation",
    secret:
      "`{workload}` holds `{what}`, by its name a long-lived key of {provider}; {provider} accepts workload identity federation",
    setting:
      "`{workload}` calls {provider} with `{what}`, a long-lived key; {provider} accepts workload identity federation",
    literal:
      "`{workload}` is given a long-lived key of {provider}; {provider} accepts workload identity federation",
    whether:
      "undetermined: a preview cannot know whether `{workload}` is given `{what}`, a long-lived key of {provider}, which accepts workload identity federation",
    value:
      "undetermined: a preview cannot know whether `{what}` of `{workload}` is a long-lived key of {provider}, which accepts workload identity federation",
    host: "undetermined: `{workload}` is given a key as `{what}`, but a preview cannot know whether it calls {provider} with it",
    provider:
      "undetermined: `{workload}` is given a key as `{what}`, but a preview cannot know which model provider it calls with it",
    unknown:
      "undetermined: a preview cannot know whether `{workload}` is given a long-lived key of a model provider",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    const found = modelKeysIn(graph, fact);
    if (found.kind === "known") return found.keys.map((key) => answer(key, fact, graph));
    const { workload, waitsFor, at = fact.at } = found;
    return [
      {
        verdict: "undetermined",
        message: "unknown",
        data: { workload: labelAt(graph, workload, fact.at) },
        about: workload,
        holder: workload,
        fault: unknownSecretFault(graph, workload),
        at,
        waitsFor,
      },
    ];
  },
});

function answer(key: ModelKey, fact: Watched, graph: Graph): Answer<Message> {
  const { provider, workload, what, doubt } = key;
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: messageOf(key),
    data: { workload: labelAt(graph, workload, fact.at), provider: provider?.name ?? "", what },
    about: provider === undefined ? workload : modelProviderName(provider.name),
    holder: workload,
    at: fact.at,
    ...(provider && { fix: provider.instead }),
    ...(doubt && { waitsFor: doubt.waitsFor }),
  };
}

function messageOf({ provider, doubt, by }: ModelKey): Message {
  if (provider === undefined) return "provider";
  return doubt?.about ?? (by === "value" ? "literal" : by);
}
