import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelAt, labelOfThing } from "../../core/graph/label";
import { bindingsOf, possibleBindingsOf, dependenciesOfBinding } from "../../core/identity/account";
import { mountedIn } from "../../core/identity/mounting";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey } from "../answers/dedup-keys";

type Message = "mounted" | "unnamed";

/** A token without a use can only be stolen. */
export default defineRule({
  id: "no-automounted-token",
  title: "Only workloads with rights in the cluster mount an API server token",
  severity: "low",
  family: "lifetime",
  decides: "closed",
  because: "a binding that comes later gives the token a use",
  watches: ["runs-as"],
  remediation:
    "set `automountServiceAccountToken: false` on the pod or its ServiceAccount, or bind a Role to the account",
  messages: {
    mounted:
      "ServiceAccount `{account}` has no permissions in the cluster, but its API token is mounted",
    unnamed: "`{holder}` mounts the API token of a ServiceAccount without permissions",
  },
  check: (fact, graph) => {
    const mounted = mountedIn(graph, fact);
    if (mounted === undefined || mounted.kind === "no") return [];
    const account = nameIn(fact.identity);
    if (account === undefined) {
      const dependsOn = fact.identity.kind === "unknown" ? fact.identity.dependsOn : [];
      return [{ ...answer("unnamed", fact, graph), uncertainty: { dependsOn } }];
    }
    if (bindingsOf(graph, account).length > 0) return [];
    const [possibly] = possibleBindingsOf(graph, account);
    if (possibly !== undefined) {
      const dependsOn = dependenciesOfBinding(graph, possibly);
      return [{ ...answer("mounted", fact, graph), uncertainty: { dependsOn } }];
    }
    switch (mounted.kind) {
      case "yes":
        return [answer("mounted", fact, graph)];
      case "unknown":
        return [
          {
            ...answer("mounted", fact, graph),
            uncertainty: mounted,
          },
        ];
      case "account not in the stack":
        return [
          {
            ...answer("mounted", fact, graph),
            uncertainty: { reason: "the ServiceAccount is not in the stack" },
          },
        ];
    }
  },
});

function answer(message: Message, fact: FactOf<"runs-as">, graph: Graph): Answer<Message> {
  const account = nameIn(fact.identity) ?? fact.workload;
  return {
    message,
    data: {
      holder: labelAt(graph, fact.workload, fact.at),
      account: labelOfThing(graph, account),
    },
    about: account,
    holder: fact.workload,
    fault:
      fact.identity.kind === "unknown"
        ? dedupKey(graph, "unknown account", fact.workload)
        : dedupKey(graph, "account without use", account, fact.workload),
    at: fact.at,
  };
}
