import { bindingsOf, possibleBindingsOf, dependenciesOfBinding } from "../domain/rbac/account";
import { mountedIn, type Mounted } from "../domain/workloads/mounting";
import { defineRule, type Answer } from "../findings/define-rule";
import { unknownAccount } from "./answers/accounts";
import { dedupKey } from "./answers/dedup-keys";

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
    "set `automountServiceAccountToken: false` on the pod or its ServiceAccount, as the `pod` of an `Agent` or `Tool` does, or bind a Role to the account",
  messages: {
    mounted:
      "ServiceAccount `{about}` has no permissions in the cluster, but its API token is mounted",
    unnamed: "`{holder}` mounts the API token of a ServiceAccount without permissions",
  },
  check: (fact, graph) => {
    const { workload, identity, at } = fact;
    const mounted = mountedIn(graph, fact);
    if (mounted === undefined || mounted.kind === "no") return [];
    if (identity.kind === "unknown") {
      return [unknownAccount("unnamed", workload, at, identity, graph)];
    }
    const account = identity.name;
    if (bindingsOf(graph, account).length > 0) return [];
    const [possibly] = possibleBindingsOf(graph, account);
    return [
      {
        message: "mounted",
        about: account,
        holder: workload,
        fault: dedupKey(graph, "account without use", account, workload),
        at,
        uncertainty:
          possibly === undefined
            ? uncertaintyOf(mounted)
            : { dependsOn: dependenciesOfBinding(graph, possibly) },
      },
    ];
  },
});

function uncertaintyOf(mounted: Mounted): Answer["uncertainty"] {
  switch (mounted.kind) {
    case "yes":
    case "no":
      return undefined;
    case "unknown":
      return mounted;
    case "account not in the stack":
      return { reason: "the ServiceAccount is not in the stack" };
  }
}
