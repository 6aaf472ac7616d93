import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import { type Name, k8sName } from "../../facts/name";
import { partiesOf } from "../../domain/workloads/parties";
import { autonomyOf, harmOf, statementsOf, unknownKindOf } from "../../domain/workloads/harm";
import { autonomyMark, kindMark, riskMark } from "../../../core/marks";
import { missing, proven, unproven, type Proof } from "./controls/control";
import type { Finding } from "../../findings/finding";
import { oncePerGraph } from "../../facts/once-per-graph";
import { identitiesOfWorkload } from "../../domain/workloads/roles-of-workload";
import type { Urn } from "../../../core/snapshot/value";
import { answerOf } from "../evaluation";
import { failureRule } from "../findings";
import noWildcardAuthority from "../../rules/no-wildcard-authority";
import { defaultSettings } from "../../findings/settings";

/** What a finding is about and its holder. */
export interface Concerned {
  readonly about: Name;
  readonly holder?: Name;
}

/** The workloads of a finding: its holder, else what it is about, else all that share that identity. */
export function workloadsOf(graph: Graph, { about, holder }: Concerned): readonly Name[] {
  const isWorkload = (name: Name): boolean => statements(graph, name).length > 0;
  if (holder !== undefined) return isWorkload(holder) ? [holder] : [];
  return isWorkload(about) ? [about] : partiesOf(graph, about);
}

/** Whether a workload is of the class that a waiver can be for: a utility of low risk that does nothing by itself. */
export function isWaivable(graph: Graph, workload: Name): readonly Proof[] {
  const facts = statements(graph, workload);
  const label = labelOfThing(graph, workload);
  const unknown = unknownKindOf(graph, workload);
  const kind =
    unknown === undefined
      ? kindProof(facts, label)
      : notKnown(`whether \`${label}\` is a utility`, unknown);
  // Of what is no utility at all, the rest is no news.
  if (kind.kind !== "proven") return [kind];
  return [
    autonomyProof(graph, workload, label),
    riskProof(graph, workload, label),
    authorityProof(graph, workload, label),
  ];
}

type Statement = FactOf<"workload">;

function statements(graph: Graph, workload: Name): readonly Statement[] {
  return graph.facts("workload", "workload", workload);
}

function kindProof(facts: readonly Statement[], label: string): Proof {
  const declared = facts.map(({ is }) => is).filter((is) => is !== "undeclared");
  const other = declared.find((is) => is !== "utility");
  if (other !== undefined) {
    return missing(`\`${label}\` is ${other === "tool" ? "a" : "an"} ${other}, not a utility`);
  }
  return declared.length > 0
    ? proven
    : missing(`\`${label}\` is not declared to be a utility (\`${kindMark}: utility\`)`);
}

function autonomyProof(graph: Graph, workload: Name, label: string): Proof {
  const autonomy = autonomyOf(graph, workload);
  switch (autonomy.kind) {
    case "supervised":
      return proven;
    case "autonomous":
      return missing(`\`${label}\` is autonomous (\`${autonomyMark}\`)`);
    case "unknown":
      return notKnown(`whether \`${label}\` is autonomous`, autonomy.stated);
  }
}

function riskProof(graph: Graph, workload: Name, label: string): Proof {
  const harm = harmOf(graph, workload);
  const stated = statementsOf(graph, workload, "risk");
  const isHigh = stated.some(({ value }) => value.kind === "known" && value.text !== "low");
  if (harm.kind === "high-risk" || isHigh) return missing(`\`${label}\` is not of low risk`);
  const unknown = stated.find(({ value }) => value.kind === "unknown");
  if (harm.kind === "unknown") return notKnown(`how much harm \`${label}\` can do`, harm.stated);
  if (unknown !== undefined) return notKnown(`how much harm \`${label}\` can do`, unknown);
  return stated.length > 0
    ? proven
    : missing(`\`${label}\` is not marked as low risk (\`${riskMark}: low\`)`);
}

function notKnown(what: string, { at, value }: FactOf<"declares">): Proof {
  const dependsOn = value.kind === "unknown" ? value.dependsOn : [];
  return unproven(`${what} is not known: \`${at.property}\``, dependsOn);
}

function authorityProof(graph: Graph, workload: Name, label: string): Proof {
  const wildcard = wildcardAuthority(graph, workload);
  switch (wildcard.kind) {
    case "none":
      return proven;
    case "found":
      return missing(`\`${label}\` has wildcard authority: ${wildcard.what}`);
    case "unknown":
      return unproven(
        `whether \`${label}\` has wildcard authority is not known: ${wildcard.what}`,
        wildcard.dependsOn,
      );
  }
}

/** Whether a workload has authority over everything, or over a whole service. */
type WildcardAuthority =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly what: string }
  | { readonly kind: "unknown"; readonly what: string; readonly dependsOn: readonly Urn[] };

/** Groups that every ServiceAccount is in (kubernetes.io, "Authenticating"). */
const everyAccount = ["system:serviceaccounts", "system:authenticated"];

/**
 * Whether the identities of a workload have wildcard authority, of any grade: what `no-wildcard-authority` reports for them,
 * and for their groups, whether or not that rule is enabled.
 */
function wildcardAuthority(graph: Graph, workload: Name): WildcardAuthority {
  const { accounts, roles, dependsOn } = identitiesOfWorkload(graph, workload);
  const names = [...accounts, ...roles, ...accounts.flatMap((one) => groupsOf(graph, one))];
  const identities = new Set(names.map((name) => graph.idOf(name)));
  const concerns = ({ rule, about, holder }: Finding): boolean =>
    rule === failureRule ||
    [about, holder].some((subject) => subject && identities.has(graph.idOf(subject.name)));
  const answers = findingsIn(graph).filter(concerns).map(asAnswer);
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

/** All that the rule reports for a complete graph. */
const findingsIn = oncePerGraph((graph): readonly Finding[] =>
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
