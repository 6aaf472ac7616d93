import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import { labelOf, type Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import type { Node } from "../assume/reach";
import { stepsIn, type Steps } from "../assume/steps";
import type { PlainPlace } from "../assume/step";
import { tenantOf } from "../../workloads/tenancy";
import { targetFor } from "./callables";
import { edgeOf, type Edge } from "./edge";
import { entriesTo, type Entries } from "./endpoints";
import { permittedCalls, type UnknownPolicy } from "./permissions";
import type { Requested } from "./triggers";
import { highRiskTools, type HighRiskTool } from "./tools";
import { CallPathSearch, type CallPath, type Incoming } from "./call-path-search";

/** What comes to the tools of a graph each of whose calls has to be decided, and what of that is not known. */
export interface Calls {
  readonly tools: readonly (HighRiskTool & {
    readonly callPaths: readonly CallPath[];
    /** Trust policies of its roles of which a part is not known. */
    readonly unknownTrust: Steps["unknown"];
  })[];
  readonly unknownEntries: Entries["unknown"];
  /** Tools that a gateway or an API calls which is not in the stack, or is not known. */
  readonly ofOtherStacks: Entries["ofOtherStacks"];
  readonly unknownPolicies: readonly UnknownPolicy[];
}

/** What comes to the tools each of whose calls has to be decided; computed once for a graph that is complete. */
export const callsIn = oncePerGraph(compute);

// Of two equal ones the first is reported.
const toolsById = oncePerGraph(
  (graph): ReadonlyMap<ThingId, Calls["tools"][number]> =>
    new Map([...callsIn(graph).tools].reverse().map((tool) => [graph.idOf(tool.tool), tool])),
);

/**
 * What comes to a workload where each call of it has to be decided; undefined for others.
 *
 * @param fact the first of the statements about the workload: for a later one it is undefined
 */
export function callsOf(
  graph: Graph,
  fact: FactOf<"workload">,
): Calls["tools"][number] | undefined {
  const [first] = graph.facts("workload", "workload", fact.workload);
  return first === fact ? toolsById(graph).get(graph.idOf(fact.workload)) : undefined;
}

function compute(graph: Graph): Calls {
  const tools = highRiskTools(graph);
  if (tools.length === 0) {
    return { tools: [], unknownEntries: [], ofOtherStacks: [], unknownPolicies: [] };
  }
  const toolOf = toolsByPart(graph, tools);
  const entries = entriesTo(graph, toolOf);
  const called = tools.flatMap(({ workloads }) => workloads.map((name): Requested => ({ name })));
  const targets = [...called, ...entries.requested].flatMap(
    ({ name, ...counted }) => targetFor(graph, name, counted) ?? [],
  );
  const permitted = permittedCalls(graph, targets);
  const { steps, unknown } = stepsIn(graph);
  const incoming = incomingOf(graph, [...steps.map(edgeOf), ...entries.edges, ...permitted.edges]);
  return {
    tools: tools.map((tool) => {
      const { known, uncertainty } = brokersOf(graph, tool.tool);
      const callPaths = new CallPathSearch(graph, incoming, tool, known).callPaths();
      const roles = new Set(tool.identities.map((name) => graph.idOf(name)));
      return {
        ...tool,
        callPaths: callPaths.map((callPath) => withUncertainty(callPath, uncertainty)),
        unknownTrust: unknown.filter(({ fact }) => roles.has(graph.idOf(fact.identity))),
      };
    }),
    unknownEntries: entries.unknown,
    ofOtherStacks: entries.ofOtherStacks,
    unknownPolicies: permitted.unknown,
  };
}

function toolsByPart(
  graph: Graph,
  tools: readonly HighRiskTool[],
): (workload: Name) => Name | undefined {
  const byPart = new Map<ThingId, Name>();
  for (const { tool, workloads } of tools) {
    for (const part of workloads) byPart.set(graph.idOf(part), tool);
  }
  return (workload) => byPart.get(graph.idOf(workload));
}

function incomingOf(graph: Graph, edges: readonly Edge[]): Incoming {
  const incoming = new Map<Node, { readonly edge: Edge; readonly key: string }[]>();
  for (const edge of edges) {
    const node = edge.to.kind === "group" ? edge.to.key : graph.idOf(edge.to.name);
    const { urn, property } = edge.at;
    // What is certain is looked at first.
    const isOpen = edge.uncertainty === undefined ? "" : "possibly";
    const key = [placeOf(graph, edge.from), edge.by, urn, property, isOpen].join("\n");
    const list = incoming.get(node);
    if (list === undefined) incoming.set(node, [{ edge, key }]);
    else list.push({ edge, key });
  }
  return new Map(
    [...incoming].map(([node, list]) => {
      list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      return [node, list.map(({ edge }) => edge)];
    }),
  );
}

function placeOf(graph: Graph, place: PlainPlace): string {
  return place.kind === "group" ? place.key : graph.canonical(place.name);
}

/** The brokers of a tool's tenant, and why they are unknown. */
function brokersOf(
  graph: Graph,
  tool: Name,
): { readonly known: readonly Name[]; readonly uncertainty: Uncertainty | undefined } {
  const tenant = tenantOf(graph, tool);
  const roles = graph
    .all("tenant")
    .filter(
      (fact) =>
        fact.tenant.kind === "known" &&
        tenant.kind === "tenant" &&
        fact.tenant.text === tenant.tenant,
    )
    .flatMap(({ brokerRole }) => brokerRole ?? []);
  const dependsOn = roles.flatMap((role) => (role.kind === "unknown" ? [role.dependsOn] : []));
  const reason = "the role of the tenant's broker is not known yet";
  return {
    known: roles.flatMap((role) => nameIn(role) ?? []),
    uncertainty: dependsOn.length === 0 ? undefined : { reason, dependsOn: dependsOn.flat() },
  };
}

/** An identity may be that of a broker which is not known, and an account decides for its principals. */
function withUncertainty(callPath: CallPath, uncertainty: Uncertainty | undefined): CallPath {
  switch (callPath.kind) {
    case "identity":
    case "workload":
      return { ...callPath, uncertainty: callPath.uncertainty ?? uncertainty };
    case "account": {
      const { from } = callPath;
      const account = /::(\d+):root$/.exec(from)?.[1] ?? labelOf(from);
      const reason = `account \`${account}\` decides which of its principals may call`;
      return { ...callPath, uncertainty: uncertain(reason) };
    }
    case "gateway":
    case "entry":
      return callPath;
  }
}
