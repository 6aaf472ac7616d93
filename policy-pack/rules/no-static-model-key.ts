import { uncertain } from "../../core/certainty";
import { modelKeysIn, type ModelKey } from "../domain/secrets/model-keys";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelAt } from "../facts/label";
import { modelProviderName } from "../facts/name";
import { defineRule, type Answer } from "../findings/define-rule";
import { unknownSecret } from "./answers/secrets";

type Watched = FactOf<"uses" | "literal">;
const accepts = "{provider} accepts workload identity federation";

type Message = "variable" | "secret" | "setting" | "value" | "unnamed";

/** A key that never expires is needless where the provider accepts the workload's own identity. */
export default defineRule({
  id: "no-static-model-key",
  title: "Workloads call model providers with their own identity where the provider supports it",
  severity: "medium",
  family: "secrets",
  decides: "closed",
  because: "a setting that comes later can send the workload's calls to another host",
  watches: ["uses", "literal"],
  remediation:
    "have the workload exchange a token of its own for a short-lived one of the model provider, as `outbound` of an `Agent` or `Tool` allows; or let one `LegacyTool` keep the key",
  messages: {
    variable: `Variable \`{what}\` contains a long-lived {provider} key; ${accepts}`,
    secret: `Secret \`{what}\` is, by its name, a long-lived {provider} key; ${accepts}`,
    setting: `{provider} is called with \`{what}\`, a long-lived key; ${accepts}`,
    value: `A long-lived {provider} key is used; ${accepts}`,
    unnamed:
      "`{workload}` uses a long-lived key of a model provider that accepts workload identity federation",
  },
  check: (fact, graph) => {
    const found = modelKeysIn(graph, fact);
    if (found.kind === "known") return found.keys.map((key) => answer(key, fact, graph));
    const { workload, dependsOn, at = fact.at } = found;
    const open = uncertain("what it receives is not known", { dependsOn });
    const data = { workload: labelAt(graph, workload, fact.at) };
    return [{ ...unknownSecret("unnamed", workload, at, open, graph), data }];
  },
});

const reasons: Readonly<Record<NonNullable<ModelKey["uncertainty"]>["about"], string>> = {
  whether: "whether it receives the key is not known",
  value: "its value is not known",
  host: "which host it calls is not known",
};

function answer(key: ModelKey, fact: Watched, graph: Graph): Answer<Message> {
  const { provider, workload, what, uncertainty } = key;
  return {
    message: provider === undefined ? "unnamed" : key.by,
    data: { workload: labelAt(graph, workload, fact.at), provider: provider?.name ?? "", what },
    about: provider === undefined ? workload : modelProviderName(provider.name),
    holder: workload,
    at: fact.at,
    fix: provider?.instead,
    uncertainty: uncertainty && uncertain(reasons[uncertainty.about], uncertainty),
  };
}
