import type { Uncertainty } from "../../../../core/certainty";
import type { Tenant } from "../../workloads/tenancy";
import type { Step } from "./step";

/** A place in the walk, as a number or key that equal places share. */
export type Node = number | string;

/** A step between nodes. */
export interface Link {
  readonly from: Node;
  readonly to: Node;
  readonly step: Step;
}

/** A tenant's principal assumes another tenant's identity. */
export interface Crossing {
  readonly kind: "crossing";
  readonly from: string;
  readonly to: string;
  readonly at: Node;
  /** The shortest path, from the tenant's own last thing. */
  readonly path: readonly Link[];
}

/** Principals of several tenants assume an identity without a tenant. */
export interface Span {
  readonly kind: "span";
  readonly at: Node;
  /** The shortest path of each tenant, in the order of their names. */
  readonly paths: ReadonlyMap<string, readonly Link[]>;
}

/** What is reached across tenants. */
export type Reached = Crossing | Span;

/** How many tenants are recorded for a thing without a tenant: more add nothing. */
const mostMarks = 8;

interface Mark {
  /** The link by which the tenant came; undefined where it starts. */
  readonly link: Link | undefined;
  readonly before: Mark | undefined;
}

/**
 * Follows each tenant from its own things through things without a tenant to another tenant's things.
 *
 * A tenant's path stops where another's things begin: what follows is that tenant's own fault. Takes time in proportion to the
 * links, for things that few tenants can use.
 *
 * @param links in the order that decides among paths of equal length
 * @param starts nodes in that order
 * @param isIdentity whether a node is one identity, which several tenants must not assume
 */
export function reach(
  starts: readonly Node[],
  links: readonly Link[],
  tenantOf: (node: Node) => Tenant,
  isIdentity: (node: Node) => boolean,
): readonly Reached[] {
  const { marks, crossings } = follow(starts, links, tenantOf);
  const spans = spansIn(marks, isIdentity);
  return [...[...crossings.values()].flatMap((each) => [...each.values()]), ...spans];
}

/** For each thing without a tenant, the shortest path of each tenant to it. */
export function holders(
  starts: readonly Node[],
  links: readonly Link[],
  tenantOf: (node: Node) => Tenant,
): ReadonlyMap<Node, ReadonlyMap<string, () => readonly Link[]>> {
  const { marks } = follow(starts, links, tenantOf);
  return new Map(
    [...marks].map(([node, here]) => [
      node,
      new Map([...here].map(([tenant, mark]) => [tenant, () => pathTo(mark)])),
    ]),
  );
}

interface Followed {
  readonly marks: ReadonlyMap<Node, ReadonlyMap<string, Mark>>;
  readonly crossings: ReadonlyMap<Node, ReadonlyMap<string, Crossing>>;
}

function follow(
  starts: readonly Node[],
  links: readonly Link[],
  tenantOf: (node: Node) => Tenant,
): Followed {
  const outgoing = new Map<Node, Link[]>();
  for (const link of links) push(outgoing, link.from, link);
  const marks = new Map<Node, Map<string, Mark>>();
  const crossings = new Map<Node, Map<string, Crossing>>();
  const queue: { readonly node: Node; readonly tenant: string; readonly mark: Mark }[] = [];
  for (const node of starts) {
    const tenant = tenantOf(node);
    if (tenant.kind !== "tenant") continue;
    queue.push({ node, tenant: tenant.tenant, mark: { link: undefined, before: undefined } });
  }
  for (const { node, tenant, mark } of queue) {
    for (const link of outgoing.get(node) ?? []) {
      if (link.step.only?.has(tenant) === false) continue;
      const next: Mark = { link, before: mark };
      const other = tenantOf(link.to);
      if (other.kind === "tenant") {
        if (other.tenant !== tenant) cross(crossings, tenant, other.tenant, next, link.to);
        continue;
      }
      let here = marks.get(link.to);
      if (here === undefined) marks.set(link.to, (here = new Map<string, Mark>()));
      if (here.has(tenant) || here.size >= mostMarks) continue;
      here.set(tenant, next);
      queue.push({ node: link.to, tenant, mark: next });
    }
  }
  return { marks, crossings };
}

/** The first unknown on a path, or undefined where every step is certain. */
export function uncertaintyOn(path: readonly Link[]): Uncertainty | undefined {
  return path.find((link) => link.step.uncertainty !== undefined)?.step.uncertainty;
}

function cross(
  crossings: Map<Node, Map<string, Crossing>>,
  from: string,
  to: string,
  mark: Mark,
  at: Node,
): void {
  let here = crossings.get(at);
  if (here === undefined) crossings.set(at, (here = new Map<string, Crossing>()));
  if (!here.has(from)) here.set(from, { kind: "crossing", from, to, at, path: pathTo(mark) });
}

/** Things without a tenant that several tenants lead to, except those that they all come to through one such thing. */
function* spansIn(
  marks: ReadonlyMap<Node, ReadonlyMap<string, Mark>>,
  isIdentity: (node: Node) => boolean,
): Iterable<Span> {
  for (const [at, here] of marks) {
    if (here.size < 2 || !isIdentity(at)) continue;
    const before = new Set([...here.values()].map((mark) => mark.link?.from));
    const [only] = before;
    if (before.size === 1 && only !== undefined && isIdentity(only)) continue;
    const tenants = [...here].sort(([a], [b]) => (a < b ? -1 : 1));
    yield {
      kind: "span",
      at,
      paths: new Map(tenants.map(([tenant, mark]) => [tenant, pathTo(mark)])),
    };
  }
}

function pathTo(mark: Mark): readonly Link[] {
  const links: Link[] = [];
  for (let here: Mark | undefined = mark; here?.link !== undefined; here = here.before) {
    links.push(here.link);
  }
  return links.reverse();
}

function push(map: Map<Node, Link[]>, key: Node, link: Link): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [link]);
  else list.push(link);
}
