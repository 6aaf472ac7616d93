import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { isAccountId } from "../../../../core/arn";
import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { arnName, type Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { behind } from "../inbound/behind";
import { roleOfArn } from "../../iam/callers";
import { thing } from "../assume/step";
import type { Urn } from "../../../../core/snapshot/value";
import type { Edge } from "./edge";
import { anyPrincipal } from "./senders";
import { setOffTools, type Requested } from "./triggers";

/** What calls come in by, and where these come to. */
export interface Entries {
  readonly edges: readonly Edge[];
  /** Gateways, APIs and event sources, whose callers policies name. */
  readonly requested: readonly Requested[];
  /** Tools that a gateway or an API calls which is not in the stack, or is not known. */
  readonly ofOtherStacks: readonly {
    readonly fact: FactOf<"invokes">;
    readonly tool: Name;
    readonly dependsOn: readonly Urn[];
  }[];
  /** Endpoints of an unknown workload, or with unknown callers. */
  readonly unknown: readonly {
    readonly fact: FactOf<"exposes" | "permits" | "invokes" | "triggers">;
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
  for (const fact of graph.all("invokes")) {
    if (fact.as === "API" || fact.as === "gateway") continue;
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
  const elsewhere = callersOfOtherStacks(graph, toolOf, routed);
  for (const { fact, tool } of elsewhere) {
    const api = fact.as === "API" ? nameIn(fact.caller) : undefined;
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
    ofOtherStacks: elsewhere,
    unknown,
  };
}

/**
 * Gateways and APIs of other stacks, and unknown ones; those of the stack have their callers as routes and entries.
 *
 * @param routed tools that an API of the stack calls, so that any API of the account is that one
 */
function callersOfOtherStacks(
  graph: Graph,
  toolOf: (workload: Name) => Name | undefined,
  routed: ReadonlySet<Name>,
): Entries["ofOtherStacks"] {
  return graph.all("invokes").flatMap((fact) => {
    const { as, caller } = fact;
    const target = nameIn(fact.callee);
    if (target === undefined || (as !== "API" && as !== "gateway")) return [];
    const name = nameIn(caller);
    if (name !== undefined && isOfStack(graph, as, name)) return [];
    const called = as === "API" ? [target] : behind(graph, target).declared;
    const dependsOn = caller.kind === "unknown" ? caller.dependsOn : [];
    const isAnyApi = as === "API" && name === undefined && dependsOn.length === 0;
    return called
      .flatMap((workload) => toolOf(workload) ?? [])
      .filter((tool) => !isAnyApi || !routed.has(tool))
      .map((tool) => ({ fact, tool, dependsOn }));
  });
}

function isOfStack(graph: Graph, as: "API" | "gateway", name: Name): boolean {
  const own =
    as === "API"
      ? graph.facts("resource", "resource", name)
      : graph.facts("exposes", "entry", name);
  return own.length > 0;
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
