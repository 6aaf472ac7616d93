import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { tenantOf } from "../tenancy";
import type { Link } from "./link";

/** Which tools workloads may call, as grants say. */
export function callLinks(graph: Graph): readonly Link[] {
  const grants = graph.all("grants");
  if (grants.length === 0) return [];
  const tools = toolsByName(graph);
  return grants.flatMap(({ caller, grant: { toolTenant, tool } }) => {
    if (toolTenant.kind === "unknown" || tool.kind === "unknown") return [];
    const name = tools.get(JSON.stringify([toolTenant.text, tool.text]));
    if (name === undefined) return [];
    const [from, to] = [caller, name].map((each) => ({ kind: "thing", name: each }) as const);
    return from === undefined || to === undefined
      ? []
      : [{ from, to, by: "may call", possible: false }];
  });
}

function toolsByName(graph: Graph): ReadonlyMap<string, Name> {
  const found = new Map<string, Name>();
  for (const { workload, name } of graph.all("workload")) {
    const tenant = tenantOf(graph, workload);
    if (name === undefined || tenant.kind !== "tenant") continue;
    found.set(JSON.stringify([tenant.tenant, name]), workload);
  }
  return found;
}
