import type { Finding } from "../../core/finding";
import type { Graph } from "../../core/graph/graph";
import { oncePerGraph } from "../../core/graph/once-per-graph";
import { k8sName, type Name } from "../../core/graph/name";
import { identitiesOfWorkload } from "../../core/identity/roles-of-workload";
import type { Urn } from "../../core/snapshot/value";
import { answerOf } from "../evaluation";
import { failureRule } from "../findings";
import noWildcardAuthority from "../rules/no-wildcard-authority";
import { defaultSettings } from "../settings";

/** Whether a workload has authority over everything, or over a whole service. */
export type WildcardAuthority =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly what: string }
  | { readonly kind: "unknown"; readonly what: string; readonly dependsOn: readonly Urn[] };

/** Groups that every ServiceAccount is in (kubernetes.io, "Authenticating"). */
const everyAccount = ["system:serviceaccounts", "system:authenticated"];

/**
 * Whether the identities of a workload have wildcard authority, of whatever grade: what `no-wildcard-authority` says of
 * them, and of the groups they are in, whether or not that rule is enabled.
 */
export function wildcardAuthority(graph: Graph, workload: Name): WildcardAuthority {
  const { accounts, roles, dependsOn } = identitiesOfWorkload(graph, workload);
  const names = [...accounts, ...roles, ...accounts.flatMap((one) => groupsOf(graph, one))];
  const identities = new Set(names.map((name) => graph.idOf(name)));
  const concerns = ({ rule, about, holder }: Finding): boolean =>
    rule === failureRule ||
    [about, holder].some((subject) => subject && identities.has(graph.idOf(subject.name)));
  const answers = statedIn(graph).filter(concerns).map(asAnswer);
  if (dependsOn !== undefined) {
    answers.push(unknown("an identity of it is not known yet", dependsOn));
  }
  return (
    answers.find(({ kind }) => kind === "found") ??
    answers.find(({ kind }) => kind === "unknown") ?? { kind: "none" }
  );
}

function unknown(what: string, dependsOn: readonly Urn[]): WildcardAuthority {
  return { kind: "unknown", what, dependsOn };
}

/** All that the rule says of a complete graph. */
const statedIn = oncePerGraph((graph): readonly Finding[] =>
  noWildcardAuthority.watches.flatMap((kind) =>
    graph
      .all(kind)
      .flatMap((fact) => answerOf(noWildcardAuthority, fact, graph, defaultSettings))
      .map(({ finding }) => finding),
  ),
);

function asAnswer({ verdict, message, dependsOn }: Finding): WildcardAuthority {
  if (verdict === "violated") return { kind: "found", what: message };
  return unknown(message, dependsOn);
}

/** The groups of an account, by the cluster and namespace in its name or in that of its namespace. */
function groupsOf(graph: Graph, account: Name): readonly Name[] {
  const own = graph.namesOf(account).map((name) => name.split("|"));
  const around = graph
    .facts("inside", "thing", account)
    .flatMap(({ namespace }) => (namespace.kind === "named" ? graph.namesOf(namespace.name) : []))
    .map((name) => name.split("|"));
  const spaces = [
    ...own.map(([kind, cluster, namespace]) => ({ kind, cluster, namespace })),
    ...around.map(([kind, cluster, , , namespace]) => ({ kind, cluster, namespace })),
  ];
  return spaces.flatMap(({ kind, cluster, namespace }) => {
    if (kind !== "k8s" || cluster === undefined || namespace === undefined) return [];
    const groups = [...everyAccount, `system:serviceaccounts:${namespace}`];
    return groups.map((group) => k8sName(cluster, "", "Group", group));
  });
}
