import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { harmOf, unknownKindOf } from "../../workloads/harm";
import { runnersOf } from "../../workloads/parties";
import { identitiesOfWorkload } from "../../workloads/roles-of-workload";

/** A tool each of whose calls has to be decided, or that may be one. */
export interface HighRiskTool {
  readonly tool: Name;
  /** What would settle that it is high-risk; undefined where it is. */
  readonly unknown: FactOf<"declares"> | undefined;
  /** The workloads that carry it out, itself among them. */
  readonly workloads: readonly Name[];
  /** What it acts as: accounts and roles. */
  readonly identities: readonly Name[];
}

/** The tools that read sensitive data or cause anything outside themselves, of a graph that is complete. */
export const highRiskTools = oncePerGraph((graph): readonly HighRiskTool[] => [...find(graph)]);

function* find(graph: Graph): Iterable<HighRiskTool> {
  const seen = new Set<ThingId>();
  for (const { workload, is } of graph.all("workload")) {
    const id = graph.idOf(workload);
    const kind = is === "undeclared" ? unknownKindOf(graph, workload) : undefined;
    if ((is !== "tool" && kind === undefined) || seen.has(id)) continue;
    seen.add(id);
    const harm = harmOf(graph, workload);
    if (harm.kind === "mild") continue;
    const tool = graph.canonical(workload);
    const { accounts, roles } = identitiesOfWorkload(graph, tool);
    const identities = [...accounts, ...roles];
    yield {
      tool,
      unknown: kind ?? (harm.kind === "unknown" ? harm.stated : undefined),
      workloads: [tool, ...identities.flatMap((identity) => partsBy(graph, identity))],
      identities,
    };
  }
}

/** What runs as an identity and is declared to be nothing else: a part of the tool whose the identity is. */
function partsBy(graph: Graph, identity: Name): readonly Name[] {
  return runnersOf(graph, identity).filter((runner) =>
    graph.facts("workload", "workload", runner).every(({ is }) => is === "undeclared"),
  );
}
