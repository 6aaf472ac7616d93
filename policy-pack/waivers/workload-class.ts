import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { partiesOf } from "../../core/identity/parties";
import { autonomyOf, harmOf, statementsOf, unknownKindOf } from "../../core/identity/harm";
import { autonomyMark, kindMark, riskMark } from "../../core/marks";
import { missing, proven, unproven, type Proof } from "./controls/control";
import { wildcardAuthority } from "./wildcard-authority";

/** What a finding is about and who holds it. */
export interface Concerned {
  readonly about: Name;
  readonly holder?: Name;
}

/** The workloads whose finding it is: its holder, else what it is about, else all that share that identity. */
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
  if (harm.kind === "grave" || isHigh) return missing(`\`${label}\` is not of low risk`);
  const unknown = stated.find(({ value }) => value.kind === "unknown");
  if (harm.kind === "unknown") return notKnown(`how much harm \`${label}\` can do`, harm.stated);
  if (unknown !== undefined) return notKnown(`how much harm \`${label}\` can do`, unknown);
  return stated.length > 0
    ? proven
    : missing(`\`${label}\` does not say that its risk is low (\`${riskMark}: low\`)`);
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
