import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { parseArn } from "../../../../core/arn";
import { permissionHolderOf } from "../../iam/authority/permission-holder";
import type { FactOf } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import type { Node } from "../assume/reach";
import { thing } from "../assume/step";
import { tenantOf } from "../../workloads/tenancy";
import type { Edge } from "./edge";
import type { HighRiskTool } from "./tools";

/** A step of a path, as a chain shows it. */
export interface Link {
  readonly from: Name;
  readonly to: Name;
  readonly by: string;
  readonly at: At;
  /** Whether it only locates something: nothing there opens the path. */
  readonly isPlace: boolean;
}

/** A path by which something comes to a tool. */
export interface CallPath {
  /** Its start: a workload, an identity without a workload in the stack, an account, or an endpoint. */
  readonly from: Name;
  readonly kind: "workload" | "identity" | "account" | "gateway" | "entry";
  /** The gateway that it passes; undefined for none. */
  readonly gateway: Name | undefined;
  readonly chain: readonly Link[];
  /** The location of the last step that opens the path to the tool, or to the gateway before it. */
  readonly endpoint: At;
  readonly uncertainty: Uncertainty | undefined;
  /** The endpoint, where it starts there. */
  readonly entry: FactOf<"exposes"> | undefined;
}

/** The current end of a path, from the tool backwards. */
interface State {
  readonly node: Node;
  readonly name: Name | undefined;
  /** Whether it passes a shared node: a broker, or rights in a cluster. Then only declared workloads start it. */
  readonly isShared: boolean;
  readonly gateway: Name | undefined;
  readonly path: Path | undefined;
}

interface Path {
  readonly edge: Edge;
  readonly next: Path | undefined;
}

/** Everything that leads to a place, by that place. */
export type Incoming = ReadonlyMap<Node, readonly Edge[]>;

/**
 * Every path to a tool that does not pass its tenant's broker, each from the workload nearest to the tool.
 *
 * A path through the broker is followed as well, for a workload of another declared kind that can act as the broker. Rights in
 * a cluster are followed only to declared workloads: what runs a cluster can assume everything in it.
 */
export class CallPathSearch {
  readonly #graph: Graph;
  readonly #incoming: Incoming;
  readonly #brokers: readonly Name[];
  readonly #own: ReadonlySet<ThingId>;
  readonly #found = new Map<string, CallPath>();
  readonly #seen = new Set<string>();
  readonly #queue: State[] = [];

  constructor(graph: Graph, incoming: Incoming, tool: HighRiskTool, brokers: readonly Name[]) {
    this.#graph = graph;
    this.#incoming = incoming;
    this.#brokers = brokers;
    const own = [...tool.workloads, ...tool.identities];
    this.#own = new Set(own.map((name) => graph.idOf(name)));
    for (const name of own) {
      this.#push({
        node: graph.idOf(name),
        name,
        isShared: false,
        gateway: undefined,
        path: undefined,
      });
    }
  }

  /** The paths, in the order of their starts. */
  callPaths(): readonly CallPath[] {
    for (const state of this.#queue) this.#expand(state);
    return [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, callPath]) => callPath);
  }

  #expand(state: State): void {
    const edges = [...(this.#incoming.get(state.node) ?? []), ...this.#aroundOf(state)];
    const isEnd = edges.length === 0 && state.path?.edge.startsNone !== true;
    if (isEnd) this.#end(state, "identity");
    for (const edge of edges) this.#follow(edge, state);
  }

  #follow(edge: Edge, state: State): void {
    // Another workload with an identity of the tool is reported as sharing it.
    if (edge.held === true && typeof state.node === "number" && this.#own.has(state.node)) return;
    const path = { edge, next: state.path };
    const isHeld = state.isShared || edge.byRights === true;
    const { from } = edge;
    if (from.kind === "group") {
      this.#push({ ...state, node: from.key, name: undefined, isShared: isHeld, path });
      return;
    }
    const { name } = from;
    const node = this.#graph.idOf(name);
    const next: State = { node, name, isShared: isHeld, gateway: state.gateway, path };
    if (this.#own.has(node) || this.#isPeoples(name)) return;
    if (this.#isBroker(name)) this.#push({ ...next, isShared: true });
    else if (edge.entry !== undefined) this.#end(next, "entry", edge.entry);
    else if (this.#isGateway(name)) {
      if (state.gateway !== undefined) return;
      this.#end(next, "gateway");
      this.#push({ ...next, gateway: name });
    } else if (this.#isWorkload(name) && edge.isPlace !== true) this.#end(next, "workload");
    else this.#push(next);
  }

  /** What the incoming edges of a node lack: the accounts of a namespace, and the rights in that of an account. */
  #aroundOf({ node, name, path }: State): readonly Edge[] {
    if (name === undefined || typeof node !== "number") return [];
    const inside = this.#graph.facts("inside", "namespace", name).flatMap((fact): Edge[] => {
      if (!this.#isAccount(fact.thing) || path?.edge.byRights === true) return [];
      return [
        { from: thing(fact.thing), to: thing(name), by: "is in", at: fact.at, isPlace: true },
      ];
    });
    const around = this.#isAccount(name)
      ? this.#graph.facts("inside", "thing", name).flatMap(({ namespace, at }): Edge[] => {
          if (namespace.kind === "unknown" || !this.#incoming.has(this.#graph.idOf(namespace.name)))
            return [];
          return [
            {
              from: thing(namespace.name),
              to: thing(name),
              by: "uses",
              at,
              byRights: true,
              isPlace: true,
            },
          ];
        })
      : [];
    return [...inside, ...around];
  }

  #push(state: State): void {
    const key = `${state.node} ${state.isShared} ${state.gateway ?? ""}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#queue.push(state);
  }

  #end(state: State, as: CallPath["kind"], entry?: FactOf<"exposes">): void {
    const { name, path, isShared: isHeld, gateway } = state;
    if (name === undefined || path === undefined) return;
    if (isHeld && !(as === "workload" && this.#isDeclared(name))) return;
    const only = this.#tenantUncertainty(name, path);
    if (only === "other") return;
    const isAccount = /^arn:[^:]*:iam::\d*:root$/.test(name);
    const from = this.#graph.canonical(name);
    const key = `${from} ${gateway ?? ""}`;
    const uncertainty = uncertaintyOn(path) ?? only ?? this.#permissionHolderUncertainty(name, as);
    const known = this.#found.get(key);
    if (known !== undefined && (known.uncertainty === undefined || uncertainty !== undefined))
      return;
    const chain = linksOf(path);
    this.#found.set(key, {
      from,
      kind: isAccount ? "account" : as,
      gateway,
      chain,
      endpoint: (chain.findLast((link) => this.#opens(link, gateway)) ?? path.edge).at,
      uncertainty,
      entry,
    });
  }

  /** Whether a step opens the path: to the tool, or to the gateway before it. */
  #opens({ to, isPlace }: Link, gateway: Name | undefined): boolean {
    return !isPlace && (gateway === undefined || this.#graph.same(to, gateway));
  }

  /** Whether the conditions on a path allow the tenant of its start. */
  #tenantUncertainty(name: Name, path: Path): Uncertainty | "other" | undefined {
    for (let here: Path | undefined = path; here !== undefined; here = here.next) {
      const { only } = here.edge;
      if (only === undefined) continue;
      const tenant = tenantOf(this.#graph, name);
      if (tenant.kind === "unknown") {
        return uncertain("the tenant of a caller is not known yet", tenant);
      }
      if (tenant.kind === "none" || !only.has(tenant.tenant)) return "other";
    }
    return undefined;
  }

  #permissionHolderUncertainty(name: Name, as: CallPath["kind"]): Uncertainty | undefined {
    if (as !== "identity") return undefined;
    const permissionHolder = permissionHolderOf(this.#graph, name);
    return permissionHolder.kind === "unknown"
      ? uncertain(permissionHolder.reason, permissionHolder)
      : undefined;
  }

  #isBroker(name: Name): boolean {
    return this.#brokers.some(
      (broker) =>
        this.#graph.same(broker, name) ||
        this.#graph.possiblySame(broker).some((other) => this.#graph.same(other, name)),
    );
  }

  #isPeoples(name: Name): boolean {
    const arn = parseArn(name);
    const isUser = arn.ok && arn.arn.service === "iam" && arn.arn.resource.startsWith("user/");
    return (
      isUser || (!this.#isWorkload(name) && permissionHolderOf(this.#graph, name).kind === "people")
    );
  }

  #isGateway(name: Name): boolean {
    return this.#graph.facts("exposes", "entry", name).some(({ way }) => way === "gateway");
  }

  #isWorkload(name: Name): boolean {
    return this.#graph.facts("workload", "workload", name).length > 0;
  }

  #isDeclared(name: Name): boolean {
    return this.#graph
      .facts("workload", "workload", name)
      .some(({ is }) => is === "agent" || is === "orchestrator" || is === "tool");
  }

  #isAccount(name: Name): boolean {
    return this.#graph
      .namesOf(name)
      .some((each) => each.includes(":ServiceAccount::") || isAccountOfCluster(each));
  }
}

/** Whether a name is that of a service account by cluster, namespace and name. */
function isAccountOfCluster(name: Name): boolean {
  return name.startsWith("k8s|") && name.split("|", 5)[3] === "ServiceAccount";
}

function uncertaintyOn(path: Path): Uncertainty | undefined {
  for (let here: Path | undefined = path; here !== undefined; here = here.next) {
    if (here.edge.uncertainty !== undefined) return here.edge.uncertainty;
  }
  return undefined;
}

/** A path without its groups: the role before a group leads to what follows it. */
function linksOf(path: Path): readonly Link[] {
  const links: Link[] = [];
  let from: Name | undefined;
  for (let here: Path | undefined = path; here !== undefined; here = here.next) {
    const { edge } = here;
    if (edge.from.kind === "thing") from = edge.from.name;
    if (edge.to.kind !== "thing" || from === undefined) continue;
    const { by, at, isPlace = false } = edge;
    links.push({ from, to: edge.to.name, by, at, isPlace });
  }
  return links;
}
