import { notKnown, type Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { SelectedPods } from "../../../facts/call-facts";
import { nameIn, type Authentication, type Ref } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { unknownKindOf } from "../../workloads/harm";
import { selects } from "../../workloads/selector";
import type { Severity } from "../../../../core/severity";
import type { Urn } from "../../../../core/snapshot/value";

/** What calls come to that enter somewhere. */
export interface Behind {
  /** Declared workloads, each once, in the order in which they are found. */
  readonly declared: readonly Name[];
  /** The dependencies of an unknown part of the path; undefined where all is known. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/** How balancers and ingresses authenticate is a matter of their configuration, which is not read. */
export function severityIfUnknown({ way }: Pick<FactOf<"exposes">, "way">): Severity | undefined {
  return way === "load balancer" || way === "ingress" ? "low" : undefined;
}

/** The declared workloads that calls come to from a place, by whatever forwards them. */
export function behind(graph: Graph, from: Name): Behind {
  const seen = new Set<number>();
  const declared = new Map<number, Name>();
  let dependsOn: readonly Urn[] | undefined;
  const queue: Name[] = [from];
  for (const here of queue) {
    const id = graph.idOf(here);
    if (seen.has(id)) continue;
    seen.add(id);
    const workload = declaredFor(graph, here);
    if (workload !== undefined) declared.set(graph.idOf(workload), workload);
    else if (mayBeDeclared(graph, here)) dependsOn ??= [];
    const kind = graph.complete ? unknownKindOf(graph, here)?.value : undefined;
    if (kind?.kind === "unknown") dependsOn = [...(dependsOn ?? []), ...kind.dependsOn];
    for (const { to } of graph.facts("forwards", "from", here)) {
      if (to.kind === "named") queue.push(to.name);
      else if (to.kind === "pods") queue.push(...selectedBy(graph, to));
      else dependsOn = [...(dependsOn ?? []), ...to.dependsOn];
    }
  }
  return { declared: [...declared.values()], dependsOn };
}

/** Whether a stack has a declared workload, or one that may be. */
export function hasDeclared(graph: Graph): boolean {
  return graph
    .all("workload")
    .some(
      ({ is, workload }) => is !== "undeclared" || unknownKindOf(graph, workload) !== undefined,
    );
}

/** An endpoint as it authenticates callers, all that decides for it considered. */
export interface Endpoint {
  readonly endpoint: Exposed;
  /** From where calls go on to workloads. */
  readonly from: Name;
  /** Whether it is a WebSocket API that has no route for connections. */
  readonly isSocket?: true;
}

type Exposed = FactOf<"exposes">;

/** How an endpoint authenticates callers; undefined for one that another decides for. */
export function endpointOf(graph: Graph, fact: Exposed): Endpoint | undefined {
  const { way, of, authentication, entry: from } = fact;
  if (way !== "route") return { endpoint: fact, from };
  // What a route leaves open its API may decide, which may come from a later resource.
  if (!graph.complete) return undefined;
  const api = nameIn(of);
  const all = api === undefined ? [] : graph.facts("restricts-calls", "entry", api);
  const connection = all.find(({ by }) => by === "connection");
  if (api !== undefined && connection !== undefined && connection.dependsOn === undefined) {
    return socketOf(graph, fact, api);
  }
  const as = (other: Authentication, { at }: Pick<Exposed, "at"> = fact): Endpoint => ({
    endpoint: { ...fact, authentication: other, at },
    from,
  });
  if (authentication.kind !== "anonymous") return as(authentication);
  // Whether its API authenticates on connection is unknown.
  if (connection !== undefined) return as(notKnown(connection), connection);
  if (of?.kind === "unknown") return as(of);
  if (all.some(({ by }) => by === "principals")) return undefined;
  const unknown = all.filter(({ dependsOn }) => dependsOn !== undefined);
  if (unknown.length > 0) return as(notKnown(...unknown));
  return as(all.length === 0 ? authentication : { kind: "unclear", by: "the policy of its API" });
}

/**
 * Only the route of connections can authenticate callers of a WebSocket, which accepts every caller without one. Source: API
 * Gateway developer guide, WebSocket APIs.
 */
function socketOf(graph: Graph, fact: Exposed, api: Name): Endpoint | undefined {
  if (isConnecting(fact)) return { endpoint: fact, from: api };
  const apis = graph.all("exposes").flatMap((each) => (isConnecting(each) ? (each.of ?? []) : []));
  if (apis.some((of) => of.kind === "named" && graph.same(of.name, api))) return undefined;
  const unknown = apis.filter((of) => of.kind === "unknown");
  const authentication = unknown.length === 0 ? fact.authentication : notKnown(...unknown);
  return { endpoint: { ...fact, authentication, entry: api }, from: fact.entry, isSocket: true };
}

function isConnecting({ way, connects, authentication }: Exposed): boolean {
  return way === "route" && (connects === true || authentication.kind !== "anonymous");
}

/** Why it is not certain that an endpoint which does not authenticate its callers accepts anonymous calls. */
export function whyUncertain(authentication: Authentication): Partial<Uncertainty> | undefined {
  switch (authentication.kind) {
    case "callers":
    case "anonymous":
      return undefined;
    case "unclear":
      return { reason: `${authentication.by} decides which calls are accepted` };
    case "unknown":
      return authentication;
  }
}

/** The declared workload that something is or carries out; undefined without a declaration. */
function declaredFor(graph: Graph, name: Name): Name | undefined {
  if (isDeclared(graph, name)) return name;
  for (const { identity } of graph.facts("runs-as", "workload", name)) {
    const own = nameIn(identity);
    if (own === undefined) continue;
    const owner = graph.facts("owns", "identity", own).map(({ workload }) => workload);
    const declared = owner.find((workload) => isDeclared(graph, workload));
    if (declared !== undefined) return declared;
  }
  return undefined;
}

/** Whether a name may be a declared workload's: alike but for an account that is not known. */
function mayBeDeclared(graph: Graph, name: Name): boolean {
  return (
    graph.complete &&
    graph.possiblySame(name).some((other) => declaredFor(graph, other) !== undefined)
  );
}

function isDeclared(graph: Graph, name: Name): boolean {
  return graph.facts("workload", "workload", name).some(({ is }) => is !== "undeclared");
}

/** The workloads whose pods a Service sends to; unknown ones count, when all are known. */
function selectedBy(graph: Graph, { namespace, pods }: SelectedPods): readonly Name[] {
  if (!graph.complete) return [];
  const own = nameIn(namespace);
  const mayBeThere = (other: Ref): boolean => {
    const name = nameIn(other);
    return own === undefined || name === undefined || graph.same(own, name);
  };
  return graph
    .all("makes-pods")
    .filter((made) => mayBeThere(made.namespace) && selects(pods, made.labels).kind !== "no")
    .map(({ workload }) => workload);
}
