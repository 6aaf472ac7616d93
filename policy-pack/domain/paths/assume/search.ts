import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { tenantMark } from "../../../../core/marks";
import { knownTenant, standInFor, tenantOf, type Tenant } from "../../workloads/tenancy";
import {
  uncertaintyOn,
  holders,
  reach,
  type Crossing,
  type Link,
  type Node,
  type Reached,
  type Span,
} from "./reach";
import type { Session } from "./session";
import type { Place, Step } from "./step";

/** A step between things, as a chain shows it. */
export interface ChainStep {
  readonly from: Name;
  readonly to: Name;
  readonly by: string;
  readonly fact: Step["fact"];
  /** Whether the caller passes session tags, or changes the role's own. */
  readonly passesTags?: true;
}

/** What is assumed across tenants, certain or unknown. */
export type Assumed =
  | {
      readonly kind: "crossing";
      readonly holder: Name;
      /** The holder's tenant and the identity's; undefined where it is not known yet. */
      readonly from: string | undefined;
      readonly identity: Name;
      readonly to: string | undefined;
      readonly chain: readonly ChainStep[];
      readonly uncertainty: Uncertainty | undefined;
    }
  | {
      readonly kind: "span";
      readonly identity: Name;
      /** The path of each tenant, in the order of their names. */
      readonly chains: ReadonlyMap<string, readonly ChainStep[]>;
      readonly uncertainty: Uncertainty | undefined;
    };

/** A tenant's path to a thing without a tenant, certain or unknown. */
export interface Holder {
  /** Undefined where it is not known yet. */
  readonly tenant: string | undefined;
  readonly chain: readonly ChainStep[];
  readonly uncertainty: Uncertainty | undefined;
}

/** By thing, the tenants that can assume it: by certain steps, and by all. */
type TenantsByThing = readonly ReturnType<typeof holders>[];

/** Nodes, links and names of one walk over a graph. */
export class AssumeSearch {
  readonly #graph: Graph;
  readonly #names = new Map<Node, Name>();
  readonly #tenants = new Map<Node, Tenant>();
  readonly #noted: ReadonlyMap<Node, Tenant>;
  readonly #links: readonly Link[];
  readonly #starts: readonly Node[];
  readonly #incoming = new Map<Node, Link>();
  /** The nodes of sessions with tags that a caller passed. */
  readonly #sessions = new Map<Node, Session>();

  constructor(graph: Graph, steps: readonly Step[], noted: ReadonlyMap<Node, Tenant>) {
    this.#graph = graph;
    this.#noted = noted;
    const links = steps.map((step) => {
      const link = { from: this.#nodeOf(step.from), to: this.#nodeOf(step.to), step };
      return { link, key: this.#keyOf(link) };
    });
    links.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.#links = links.map(({ link }) => link);
    this.#starts = [...new Set(this.#links.map((link) => link.from))];
    for (const link of this.#links) {
      if (!this.#incoming.has(link.to)) this.#incoming.set(link.to, link);
    }
    for (const node of this.#links.flatMap(({ from, to }) => [from, to])) {
      if (!this.#tenants.has(node)) this.#tenants.set(node, this.#findTenant(node));
    }
  }

  /** What certain steps alone reach, then what only doubtful ones do. */
  assumed(): readonly Assumed[] {
    const certain = this.#links.filter((link) => link.step.uncertainty === undefined);
    const sure = reach(this.#starts, certain, this.#tenantOf, this.#isIdentity);
    const known = new Set(sure.map(identityOf));
    const isAllKnown = [...this.#tenants.values()].every(({ kind }) => kind !== "unknown");
    const possible =
      certain.length === this.#links.length && isAllKnown
        ? []
        : reach(this.#starts, this.#links, this.#possibleOf, this.#isIdentity).filter(
            (reached) => !known.has(identityOf(reached)),
          );
    return [...sure, ...possible].map((reached) =>
      reached.kind === "crossing" ? this.#crossing(reached) : this.#span(reached),
    );
  }

  /**
   * The tenants that can assume a thing without a tenant, each by a placeholder if it is unknown.
   *
   * @param held what {@link AssumeSearch.holders} found
   */
  holdersOf(name: Name, held: TenantsByThing): ReadonlyMap<string, Holder> {
    return this.holdersAt(this.#graph.idOf(name), held);
  }

  /** The same of a node. */
  holdersAt(node: Node, held: TenantsByThing): ReadonlyMap<string, Holder> {
    const found = new Map<string, Holder>();
    for (const here of held) {
      for (const [tenant, pathOf] of here.get(node) ?? []) {
        if (found.has(tenant)) continue;
        const path = pathOf();
        const chain = this.#shown([...this.#before(path), ...path]);
        const uncertainty = uncertaintyOn(path) ?? this.#tenantUncertainty(path[0]?.from);
        found.set(tenant, { tenant: knownTenant(tenant), chain, uncertainty });
      }
    }
    return found;
  }

  /** The tenants that can assume each thing, by certain steps and by all. */
  holders(): TenantsByThing {
    const certain = this.#links.filter((link) => link.step.uncertainty === undefined);
    return [
      holders(this.#starts, certain, this.#tenantOf),
      holders(this.#starts, this.#links, this.#possibleOf),
    ];
  }

  #crossing({ path, from, to, at }: Crossing): Assumed {
    const chain = [...this.#before(path), ...path];
    const [first] = path;
    const holder = first === undefined ? "" : this.#nameOf(first.from);
    return {
      kind: "crossing",
      holder,
      from: knownTenant(from),
      identity: this.#nameOf(at),
      to: knownTenant(to),
      chain: this.#shown(chain),
      uncertainty:
        uncertaintyOn(path) ?? this.#tenantUncertainty(first?.from) ?? this.#tenantUncertainty(at),
    };
  }

  #span({ at, paths }: Span): Assumed {
    const uncertainties = [...paths.values()].flatMap(
      (path) => uncertaintyOn(path) ?? this.#tenantUncertainty(path[0]?.from) ?? [],
    );
    return {
      kind: "span",
      identity: this.#nameOf(at),
      chains: new Map([...paths].map(([tenant, path]) => [tenant, this.#shown(path)])),
      uncertainty: uncertainties[0],
    };
  }

  #tenantUncertainty(node: Node | undefined): Uncertainty | undefined {
    const tenant = node === undefined ? undefined : this.#tenantOf(node);
    if (tenant?.kind !== "unknown") return undefined;
    return uncertain("the tenant of one of them is not known yet", tenant);
  }

  /** How the tenant's own things lead to the start of a path: back to the workload, where there is one. */
  #before(path: readonly Link[]): readonly Link[] {
    const links: Link[] = [];
    const seen = new Set<Node>();
    let here = path[0]?.from;
    while (here !== undefined && !seen.has(here)) {
      seen.add(here);
      const link = this.#incoming.get(here);
      if (link === undefined || !this.#isOfOne(link)) break;
      links.unshift(link);
      here = link.from;
    }
    return links;
  }

  #isOfOne({ from, to, step }: Link): boolean {
    const a = this.#tenantOf(from);
    const b = this.#tenantOf(to);
    const isCertain = step.uncertainty === undefined && step.only === undefined;
    return isCertain && a.kind === "tenant" && b.kind === "tenant" && a.tenant === b.tenant;
  }

  /** A path without its groups: the role before a group assumes what follows. */
  #shown(path: readonly Link[]): readonly ChainStep[] {
    const shown: ChainStep[] = [];
    let from: Name | undefined;
    for (const link of path) {
      if (this.#isShown(link.from)) from = this.#nameOf(link.from);
      if (!this.#isShown(link.to) || from === undefined) continue;
      const { by, fact, to } = link.step;
      const passesTags = to.kind === "session" ? ({ passesTags: true } as const) : {};
      shown.push({ from, to: this.#nameOf(link.to), by, fact, ...passesTags });
    }
    return shown;
  }

  /**
   * Whether a node is one identity: a thing, or sessions that all have one tag. Other sessions count with the role that they
   * are of, or each has its own tenant's tag.
   */
  readonly #isIdentity = (node: Node): boolean => {
    const session = this.#sessions.get(node);
    if (session === undefined) return typeof node === "number";
    return session.isOfOneTenant && !session.tagging.isOwn(tenantMark);
  };

  #isShown(node: Node): boolean {
    return typeof node === "number" || this.#sessions.has(node);
  }

  readonly #tenantOf = (node: Node): Tenant => this.#tenants.get(node) ?? { kind: "none" };

  /** As if a tenant that is not known yet were another than all others. */
  readonly #possibleOf = (node: Node): Tenant => {
    const tenant = this.#tenantOf(node);
    if (tenant.kind !== "unknown") return tenant;
    return { kind: "tenant", tenant: standInFor(tenant.dependsOn) };
  };

  #findTenant(node: Node): Tenant {
    if (typeof node === "string") return { kind: "none" };
    const found = tenantOf(this.#graph, this.#nameOf(node));
    return found.kind === "none" ? (this.#noted.get(node) ?? found) : found;
  }

  #nodeOf(place: Place): Node {
    if (place.kind === "group") return place.key;
    if (place.kind === "session") {
      const { key, role } = place.session;
      this.#sessions.set(key, place.session);
      this.#names.set(key, this.#graph.canonical(role));
      return key;
    }
    const id = this.#graph.idOf(place.name);
    if (!this.#names.has(id)) this.#names.set(id, this.#graph.canonical(place.name));
    return id;
  }

  #nameOf(node: Node): Name {
    return this.#names.get(node) ?? "";
  }

  #keyOf({ from, to, step }: Link): string {
    const name = (node: Node): string => (typeof node === "string" ? node : this.#nameOf(node));
    const { urn, property } = step.fact.at;
    const only = step.only === undefined ? "" : [...step.only].sort().join(" ");
    const rest = [urn, property, step.by, step.uncertainty?.reason ?? "", only];
    return [name(from), name(to), ...rest].join("\n");
  }
}

function identityOf(reached: Reached): string {
  return reached.kind === "span" ? `span ${reached.at}` : `crossing ${reached.from} ${reached.at}`;
}
