import type { Fault } from "../../../policy-pack/findings/grouped-finding";
import { isBlocking, type Subject } from "../../../policy-pack/findings/finding";
import type {
  IdentityEdge,
  IdentityGraph,
  NodeKind,
} from "../../../policy-pack/views/identity-graph/identity-graph";
import { tenantsReached, type TenantPair } from "../../../policy-pack/views/identity-graph/tenants";
import type { Severity } from "../../../core/severity";
import { severities } from "../../../core/severity";
import type { SourcePosition } from "../../../core/snapshot/resource";

/** What a node is: `thing` is what only a finding names, such as a bucket or a gateway. */
export type PictureKind = NodeKind | "thing";

/** A node as pictures and tables show it. Texts are not escaped yet. */
interface PictureNode {
  readonly label: string;
  readonly kind: PictureKind;
  readonly what: string;
  /** The tenant that is stated for it. */
  readonly tenant?: string;
  /** The tenant in whose area it is drawn: its own, or the only one that comes to it. */
  readonly area?: string;
  readonly source?: SourcePosition;
}

/** An edge as pictures show it, between places in the list of nodes. */
export interface PictureEdge {
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly possible: boolean;
  /** Whether a tenant comes there to what is another's, or meets another. */
  readonly crosses: boolean;
}

/** What a fault is about in the picture: places of nodes and edges. */
export interface FaultPath {
  readonly fault: Fault;
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

/** The identity graph of a report, with what its faults name beside it. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly paths: readonly FaultPath[];
  readonly between: readonly TenantPair[];
}

/** Longest path that is searched between what is affected and what a fault is about. */
const longestPath = 6;

/** The picture of an identity graph and the faults found in it. */
export function pictureOf(
  graph: IdentityGraph = { nodes: [], edges: [] },
  faults: readonly Fault[],
): Picture {
  const nodes: PictureNode[] = graph.nodes.map(({ label, kind, what, tenant, source }) => ({
    ...{ label, kind, what },
    ...(tenant !== undefined && { tenant }),
    ...(source && { source }),
  }));
  const edges: IdentityEdge[] = graph.edges.slice();
  const places = new Map<string, number>();
  graph.nodes.forEach(({ name, also = [] }, place) => {
    for (const each of [name, ...also]) places.set(each, place);
  });
  const placeOf = ({ name, label, source }: Subject): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    const place = nodes.push({ label, kind: "thing", what: "", ...(source && { source }) }) - 1;
    places.set(name, place);
    return place;
  };
  const byEnds = new Map(edges.map(({ from, to }, place) => [`${from} ${to}`, place]));
  const edgeOf = (from: number, to: number, by: string, isCertain: boolean): number => {
    const key = `${from} ${to}`;
    const known = byEnds.get(key);
    if (known !== undefined) return known;
    const place = edges.push({ from, to, by, ...(!isCertain && { possible: true }) }) - 1;
    byEnds.set(key, place);
    return place;
  };
  const ways = new Paths(graph.edges);
  const paths = faults.map((fault) => {
    const own = new Set<number>([placeOf(fault.first.about)]);
    const ofChains = new Set<number>();
    const isCertain = fault.first.verdict === "violated";
    for (const { from, to, by } of fault.chains.flat()) {
      const ends = [placeOf(from), placeOf(to)] as const;
      for (const end of ends) own.add(end);
      if (ends[0] !== ends[1]) ofChains.add(edgeOf(...ends, by, isCertain));
    }
    const about = placeOf(fault.first.about);
    for (const subject of [...fault.affected, ...fault.related]) {
      const place = placeOf(subject);
      own.add(place);
      for (const each of ways.from(place, about)) own.add(each);
    }
    const inside = [...own].flatMap((place) =>
      ways.leaving(place).filter((edge) => own.has(edges[edge]?.to ?? -1)),
    );
    const shown = ofChains.size > 0 ? onlyNeeded(inside, ofChains, edges) : inside;
    return { fault, nodes: [...own], edges: [...new Set([...ofChains, ...shown])] };
  });
  const { areas, crosses, between } = tenantsReached({ nodes, edges });
  return {
    nodes: nodes.map((node, place) => {
      const area = areas[place];
      return area === undefined ? node : { ...node, area };
    }),
    edges: edges.map(({ from, to, by, possible }, place) => ({
      ...{ from, to, by, possible: possible === true, crosses: crosses[place] === true },
    })),
    ...{ paths, between },
  };
}

/** Beside a chain only what leads to it: what its nodes have to do with each other otherwise is no part of the fault. */
function onlyNeeded(
  inside: readonly number[],
  chain: ReadonlySet<number>,
  edges: readonly IdentityEdge[],
): readonly number[] {
  const on = new Set([...chain].flatMap((edge) => [edges[edge]?.from, edges[edge]?.to]));
  return inside.filter((edge) => !on.has(edges[edge]?.from) || !on.has(edges[edge]?.to));
}

/** Shortest paths along edges. */
class Paths {
  readonly #leaving = new Map<number, number[]>();
  readonly #edges: readonly IdentityEdge[];

  constructor(edges: readonly IdentityEdge[]) {
    this.#edges = edges;
    edges.forEach(({ from }, place) => {
      const known = this.#leaving.get(from);
      if (known === undefined) this.#leaving.set(from, [place]);
      else known.push(place);
    });
  }

  leaving(node: number): readonly number[] {
    return this.#leaving.get(node) ?? [];
  }

  /** The nodes between two on the shortest path from the one to the other; none without a short one. */
  from(start: number, end: number): readonly number[] {
    if (start === end) return [];
    const before = new Map<number, number>([[start, start]]);
    let level = [start];
    for (let length = 0; length < longestPath && level.length > 0; length += 1) {
      const next: number[] = [];
      for (const node of level) {
        for (const edge of this.leaving(node)) {
          const to = this.#edges[edge]?.to ?? node;
          if (before.has(to)) continue;
          before.set(to, node);
          if (to === end) return pathBack(before, start, end);
          next.push(to);
        }
      }
      level = next;
    }
    return [];
  }
}

function pathBack(
  before: ReadonlyMap<number, number>,
  start: number,
  end: number,
): readonly number[] {
  const way: number[] = [];
  for (let here = before.get(end); here !== undefined && here !== start; here = before.get(here)) {
    way.push(here);
  }
  return way;
}

/** Part of a picture: some of its nodes, and the edges that are drawn between them. */
export interface PicturePart {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  /** How many nodes are left out, of those that the whole has. */
  readonly leftOut: number;
}

/** The requested part of a picture: what blocks first, then what crosses, then the rest in order. */
export function partOf(picture: Picture, mostNodes: number, mostEdges = Infinity): PicturePart {
  const { nodes, edges } = picture;
  const order = new Set<number>();
  for (const path of pathsByWeight(picture)) for (const node of path.nodes) order.add(node);
  for (const { from, to, crosses } of edges) if (crosses) order.add(from).add(to);
  for (const { from, to } of edges) order.add(from).add(to);
  nodes.forEach((_, place) => order.add(place));
  return within(picture, [...order], mostNodes, mostEdges);
}

/** The part of a picture that a fault is about. */
export function pathPart(picture: Picture, path: FaultPath, mostNodes: number): PicturePart {
  const kept = path.nodes.slice(0, mostNodes);
  const isKept = new Set(kept);
  const edges = path.edges.filter((place) => {
    const edge = picture.edges[place];
    return edge !== undefined && isKept.has(edge.from) && isKept.has(edge.to);
  });
  return { nodes: kept, edges, leftOut: path.nodes.length - kept.length };
}

/** The part of a picture in a tenant's area, with its edges out and in. */
export function tenantPart(
  picture: Picture,
  tenant: string | undefined,
  mostNodes: number,
): PicturePart {
  const { nodes, edges } = picture;
  const isOwn = (place: number): boolean => nodes[place]?.area === tenant;
  const own = nodes.flatMap((_, place) => (isOwn(place) ? [place] : []));
  const near = edges.flatMap(({ from, to }) => {
    if (isOwn(from) === isOwn(to)) return [];
    return isOwn(from) ? [to] : [from];
  });
  // What has no tenant is drawn only with its own edges: those of all tenants would draw them all.
  const order = tenant === undefined ? own : [...own, ...near];
  const crossing = new Set(edges.flatMap((edge) => (edge.crosses ? [edge.from, edge.to] : [])));
  const sorted = [...order.filter((place) => crossing.has(place)), ...order];
  return within(picture, [...new Set(sorted)], mostNodes, Infinity);
}

function within(
  { edges }: Picture,
  order: readonly number[],
  mostNodes: number,
  mostEdges: number,
): PicturePart {
  const kept = new Set(order.slice(0, mostNodes));
  const between = edges.flatMap((edge, place) =>
    kept.has(edge.from) && kept.has(edge.to) ? [{ edge, place }] : [],
  );
  const first = [...between].sort((a, b) => Number(b.edge.crosses) - Number(a.edge.crosses));
  const shown = first.slice(0, mostEdges).map(({ place }) => place);
  return {
    nodes: [...kept].sort((a, b) => a - b),
    edges: shown.sort((a, b) => a - b),
    leftOut: order.length - kept.size,
  };
}

/** Paths of faults, the worst first: what blocks before what does not. */
function pathsByWeight({ paths }: Picture): readonly FaultPath[] {
  const weight = ({ fault: { first } }: FaultPath): number =>
    severities.indexOf(first.severity) + (isBlocking(first) ? 0 : severities.length);
  return [...paths].sort((a, b) => weight(a) - weight(b));
}

/** The worst severity of the faults that are about each node. */
export function severitiesOf({ nodes, paths }: Picture): readonly (Severity | undefined)[] {
  const worst: (Severity | undefined)[] = nodes.map(() => undefined);
  for (const { fault, nodes: concerned } of paths) {
    for (const place of concerned) {
      const known = worst[place];
      const { severity } = fault.first;
      if (known === undefined || severities.indexOf(severity) < severities.indexOf(known)) {
        worst[place] = severity;
      }
    }
  }
  return worst;
}

/** What a node is called in a picture: with what it is where another of the part has the same label. */
export function labelsIn({ nodes }: Picture, part: PicturePart): ReadonlyMap<number, string> {
  const counts = new Map<string, number>();
  for (const place of part.nodes) {
    const label = nodes[place]?.label ?? "";
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map(
    part.nodes.map((place) => {
      const { label = "", what = "" } = nodes[place] ?? {};
      const isOnly = counts.get(label) === 1 || what === "";
      return [place, isOnly ? label : `${label} (${what})`];
    }),
  );
}

/** The tenants in whose areas the nodes of a part are drawn, sorted. */
export function areasIn({ nodes }: Picture, part: PicturePart): readonly string[] {
  return [...new Set(part.nodes.flatMap((place) => nodes[place]?.area ?? []))].sort();
}
