import { uncertain, type Uncertainty } from "../certainty";
import { isAccountId } from "../arn";
import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { arnName, type Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { behind } from "../inbound/behind";
import { roleOfArn } from "../assume/callers";
import { thing } from "../assume/step";
import type { Urn } from "../snapshot/value";
import type { Edge } from "./edge";
import { anyPrincipal } from "./senders";
import { setOffTools, type Requested } from "./triggers";

/** What calls come in by, and where these come to. */
export interface Entries {
  readonly edges: readonly Edge[];
  /** Gateways, APIs and event sources, whose callers policies name. */
  readonly requested: readonly Requested[];
  /** Tools that are targets of gateways which are not in the stack, or are not known. */
  readonly elsewhere: readonly {
    readonly fact: FactOf<"target-of">;
    readonly tool: Name;
    readonly dependsOn: readonly Urn[];
  }[];
  /** Tools that an API calls which is not in the stack, or is not known. */
  readonly apisElsewhere: readonly {
    readonly fact: FactOf<"called-by-api">;
    readonly tool: Name;
    readonly dependsOn: readonly Urn[];
  }[];
  /** Endpoints of an unknown workload, or with unknown callers. */
  readonly unknown: readonly {
    readonly fact: FactOf<"exposes" | "permits" | "has-action" | "triggers">;
    readonly dependsOn: readonly Urn[];
  }[];
}

/**
 * How calls come to tools other than by their identities: through gateways, URLs, routes, balancers and ingresses, by
 * resource policies of functions, and as actions of Bedrock agents.
 *
 * @param toolOf the tool that a workload is or carries out; undefined for others
 */
export function entriesTo(graph: Graph, toolOf: (workload: Name) => Name | undefined): Entries {
  const edges: Edge[] = [];
  const requested = new Map<ThingId, Requested>();
  const unknown: Entries["unknown"][number][] = [];
  // A function that allows any API of its account to call it is exposed by those of the stack that do.
  const routed = new Set<Name>();
  const request = (name: Name): void =>
    void requested.set(graph.idOf(name), { name: graph.canonical(name) });
  for (const fact of graph.all("exposes")) {
    const { declared, dependsOn } = behind(graph, fact.entry);
    const tools = declared.flatMap((workload) => toolOf(workload) ?? []);
    if (declared.length === 0 && dependsOn !== undefined) unknown.push({ fact, dependsOn });
    if (tools.length === 0) continue;
    if (fact.way === "route") tools.forEach((tool) => routed.add(tool));
    if (fact.way === "gateway") request(fact.entry);
    const api = nameIn(fact.of);
    const isByIam = fact.authentication.kind === "callers" && fact.authentication.byIam === true;
    if (isByIam && fact.way === "function URL") continue;
    if (isByIam && fact.way === "route" && api !== undefined) request(api);
    for (const tool of tools) edges.push(entryEdge(fact, isByIam ? api : undefined, tool));
  }
  for (const fact of graph.all("permits")) {
    const callee = nameIn(fact.callee);
    const tool = callee === undefined ? undefined : toolOf(callee);
    if (fact.callee.kind === "unknown") unknown.push({ fact, dependsOn: fact.callee.dependsOn });
    if (tool !== undefined) edges.push(permitEdge(fact, tool));
  }
  for (const fact of graph.all("has-action")) {
    const callee = nameIn(fact.callee);
    const caller = nameIn(fact.caller);
    const tool = callee === undefined ? undefined : toolOf(callee);
    if (fact.callee.kind === "unknown") unknown.push({ fact, dependsOn: fact.callee.dependsOn });
    if (tool === undefined) continue;
    if (caller !== undefined) {
      const by = fact.as === "action" ? "has as an action" : "has as a collaborator";
      edges.push({ from: thing(caller), to: thing(tool), by, at: fact.at });
    } else if (fact.caller.kind === "unknown") {
      unknown.push({ fact, dependsOn: fact.caller.dependsOn });
    }
  }
  const byOthers = setOffTools(graph, toolOf);
  edges.push(...byOthers.edges);
  unknown.push(...byOthers.unknown);
  const apisElsewhere = apisOfOthers(graph, toolOf).filter(
    ({ fact: { api }, tool }) =>
      api.kind === "named" || api.dependsOn.length > 0 || !routed.has(tool),
  );
  for (const { fact, tool } of apisElsewhere) {
    const api = nameIn(fact.api);
    if (api === undefined) continue;
    request(api);
    edges.push({
      from: thing(api),
      to: thing(tool),
      by: "calls",
      at: fact.at,
      startsNone: true,
      isPlace: true,
    });
  }
  return {
    edges,
    requested: [...requested.values(), ...byOthers.requested],
    elsewhere: targetsOfOthers(graph, toolOf),
    apisElsewhere,
    unknown,
  };
}

/** The routes of an API of the stack have its callers. */
function apisOfOthers(
  graph: Graph,
  toolOf: (workload: Name) => Name | undefined,
): Entries["apisElsewhere"] {
  return graph.all("called-by-api").flatMap((fact) => {
    const api = nameIn(fact.api);
    const callee = nameIn(fact.callee);
    const tool = callee === undefined ? undefined : toolOf(callee);
    const isHere = api !== undefined && graph.facts("resource", "resource", api).length > 0;
    if (tool === undefined || isHere) return [];
    return [{ fact, tool, dependsOn: fact.api.kind === "unknown" ? fact.api.dependsOn : [] }];
  });
}

function targetsOfOthers(
  graph: Graph,
  toolOf: (workload: Name) => Name | undefined,
): Entries["elsewhere"] {
  return graph.all("target-of").flatMap((fact) => {
    const { gateway, target } = fact;
    const name = nameIn(gateway);
    if (name !== undefined && graph.facts("exposes", "entry", name).length > 0) return [];
    const tools = behind(graph, target).declared.flatMap((workload) => toolOf(workload) ?? []);
    const dependsOn = gateway.kind === "unknown" ? gateway.dependsOn : [];
    return tools.map((tool) => ({ fact, tool, dependsOn }));
  });
}

/** With IAM authentication, the API is the node, since policies name it and not its routes. */
function entryEdge(entry: FactOf<"exposes">, api: Name | undefined, tool: Name): Edge {
  const { authentication, at } = entry;
  const to = thing(tool);
  if (entry.way === "gateway") {
    return { from: thing(entry.entry), to, by: "sends calls on to", at };
  }
  if (api !== undefined) {
    return { from: thing(api), to, by: "sends calls on to", at, startsNone: true };
  }
  const uncertainty = uncertaintyAbout(authentication);
  return {
    from: thing(entry.entry),
    to,
    by: "exposes",
    at,
    entry,
    ...(uncertainty && { uncertainty }),
  };
}

function uncertaintyAbout(
  authentication: FactOf<"exposes">["authentication"],
): Uncertainty | undefined {
  switch (authentication.kind) {
    case "callers":
    case "anonymous":
      return undefined;
    case "unclear":
      return uncertain(`who may call is up to ${authentication.by}`);
    case "unknown":
      return uncertain("its authentication of callers is not known in a preview", authentication);
  }
}

function permitEdge({ principal, organisation, at }: FactOf<"permits">, tool: Name): Edge {
  const edge = { to: thing(tool), by: "may call", at };
  if (principal.kind === "unknown") {
    const reason = "a principal of a resource policy is not known yet";
    return {
      ...edge,
      from: thing(anyPrincipal),
      uncertainty: uncertain(reason, principal),
    };
  }
  return { ...edge, from: thing(nameOfPrincipal(principal.text, organisation !== undefined)) };
}

function nameOfPrincipal(principal: string, isOfOne: boolean): Name {
  if (principal === "*") return isOfOne ? `${anyPrincipal} in an organisation` : anyPrincipal;
  if (isAccountId(principal)) return arnName(`arn:aws:iam::${principal}:root`);
  return roleOfArn(principal) ?? arnName(principal);
}
