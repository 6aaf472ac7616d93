import type { Graph } from "../graph/graph";
import { k8sName } from "../graph/name";
import type { ThingId } from "../graph/things";
import { tenantOf } from "../tenancy";
import type { Accounts } from "./accounts";
import { thing, type Step } from "./step";

/**
 * From the namespaces of no tenant whose ServiceAccounts somebody obtains to each of these accounts.
 *
 * At a tenant's namespace a way ends: what lies behind is that tenant's own.
 *
 * @param rbac the steps by which namespaces are come to
 */
export function namespaceSteps(
  graph: Graph,
  accounts: Accounts,
  rbac: readonly Step[],
): readonly Step[] {
  const opened = new Map<ThingId, Step>();
  for (const step of rbac) {
    if (step.to.kind !== "thing") continue;
    const id = graph.idOf(step.to.name);
    const before = opened.get(id);
    if (before === undefined || placeOf(step) < placeOf(before)) opened.set(id, step);
  }
  return [...opened.values()].flatMap(({ to, fact }) => {
    if (to.kind !== "thing" || tenantOf(graph, to.name).kind !== "none") return [];
    return graph.namesOf(to.name).flatMap((spelling): readonly Step[] => {
      const [kind, cluster = "", , type, namespace = ""] = spelling.split("|");
      if (kind !== "k8s" || type !== "Namespace") return [];
      const prefix = k8sName(cluster, namespace, "ServiceAccount", "");
      const inside = [...(accounts.byNamespace.get(namespace)?.values() ?? [])].flat();
      return inside
        .filter(({ name }) => graph.namesOf(name).some((each) => each.startsWith(prefix)))
        .map(({ name }) => ({ from: to, to: thing(name), by: "contains", fact }));
    });
  });
}

function placeOf({ fact }: Step): string {
  return `${fact.at.urn}\n${fact.at.property}`;
}
