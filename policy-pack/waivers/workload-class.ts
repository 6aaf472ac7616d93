import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { partiesOf } from "../../core/identity/parties";
import { autonomyMark, kindMark, riskMark } from "../../core/marks";
import { missing, proven, unproven, type Proof } from "./controls/control";
import { wildcardAuthority } from "./wildcard-authority";

/** What a finding is about and who holds it. */
interface Concerned {
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
  const kind = kindProof(facts, label);
  // Of what is no utility at all, the rest is no news.
  if (kind.kind !== "proven") return [kind];
  return [
    autonomyProof(facts, label),
    riskProof(facts, label),
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

function autonomyProof(facts: readonly Statement[], label: string): Proof {
  const stated = facts.find(({ autonomy }) => autonomy !== undefined && autonomy !== "supervised");
  return stated === undefined
    ? proven
    : missing(`\`${label}\` is autonomous (\`${autonomyMark}\`)`);
}

function riskProof(facts: readonly Statement[], label: string): Proof {
  const stated = facts.flatMap(({ risk }) => risk ?? []);
  const isGrave = facts.some(
    ({ sensitivity, effects }) =>
      sensitivity === "confidential" ||
      sensitivity === "restricted" ||
      (effects !== undefined && effects.length > 0),
  );
  if (isGrave || stated.some((risk) => risk !== "low")) {
    return missing(`\`${label}\` is not of low risk`);
  }
  return stated.length > 0
    ? proven
    : missing(`\`${label}\` does not say that its risk is low (\`${riskMark}: low\`)`);
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
        wildcard.waitsFor,
      );
  }
}
