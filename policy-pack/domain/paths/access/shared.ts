import { policiesIn } from "../../iam/authority/authority-of";
import type { Policy } from "../../iam/authority/authority";
import { permissionHolderOf } from "../../iam/authority/permission-holder";
import { permittedIn } from "../../iam/authority/permitted";
import type { Uncertainty } from "../../../../core/certainty";
import { grouped } from "../../../../core/grouped";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Name } from "../../../facts/name";
import { callerFor, callingsOf, type CallingTenant } from "./crossing";
import type { Reached } from "./decide";
import { decided } from "./decided";
import type { TenantResource } from "./tenant-resource";
import { KindIndex } from "./kind-index";
import type { Resources } from "./resources";
import { mayBeShared, namedFor, usesBy } from "./uses";

/** How a tenant uses a resource that is no tenant's. */
interface Use {
  readonly by: CallingTenant;
  readonly identity: Name;
  readonly policy: Policy;
  readonly fact: FactOf<"allows" | "attaches">;
  readonly reached: Reached;
}

/** A resource of no tenant that several tenants use. */
export interface SharedResource {
  readonly held: TenantResource;
  /** By tenant, in the order of their names. */
  readonly uses: readonly Use[];
  /** Why it is not certain that two of them use it. */
  readonly uncertainty: Uncertainty | undefined;
}

/**
 * The resources of no tenant that identities of several tenants may use, where a fact gives the last of them permission; for a
 * graph that is complete.
 */
export function sharedResourcesBy(
  graph: Graph,
  fact: FactOf<"allows" | "attaches">,
  resources: Resources,
): readonly SharedResource[] {
  return sharedByLast(graph, resources).get(fact) ?? [];
}

const sharedByLast = oncePerGraph((graph, resources: Resources) =>
  grouped(find(graph, resources), ({ uses }) => uses.at(-1)?.fact),
);

/** Resources of a kind, and the tenants that use all of them. */
interface Open {
  readonly index: KindIndex;
  readonly wholly: Set<string>;
}

function find(graph: Graph, resources: Resources): readonly SharedResource[] {
  const open = [...resources.kinds].flatMap(([kind, { untenanted }]): readonly Open[] => {
    const all = kind.use.length === 0 ? [] : untenanted.filter(mayBeShared);
    if (all.length === 0) return [];
    const index = new KindIndex(
      kind,
      all.map((held) => ({ ...held, tenant: "" })),
    );
    return [{ index, wholly: new Set() }];
  });
  if (open.length === 0) return [];
  const uses = new Map<string, { readonly held: TenantResource; readonly by: Map<string, Use> }>();
  for (const { fact, identity } of permissions(graph)) {
    if (permissionHolderOf(graph, identity).kind === "people") continue;
    const tenants = [
      ...new Map(callingsOf(graph, identity).flatMap((each) => [...each.tenants])).values(),
    ];
    if (tenants.length === 0) continue;
    for (const policy of policiesIn(graph, fact)) {
      for (const each of open) {
        for (const reached of usedOf(graph, resources, identity, policy, each, tenants)) {
          let here = uses.get(reached.resource.key);
          if (here === undefined) {
            here = { held: reached.resource, by: new Map<string, Use>() };
            uses.set(reached.resource.key, here);
          }
          for (const by of tenants) {
            const before = here.by.get(by.key);
            const isBetter =
              before?.reached.uncertainty !== undefined && reached.uncertainty === undefined;
            if (before !== undefined && !isBetter) continue;
            here.by.set(by.key, { by, identity, policy, fact, reached });
          }
        }
      }
    }
  }
  return [...uses.values()].flatMap(({ held, by }) => sharedBy(graph, held, by));
}

/** With only one identity, that identity is shared, and is reported for that. */
function sharedBy(
  graph: Graph,
  held: TenantResource,
  by: ReadonlyMap<string, Use>,
): readonly SharedResource[] {
  const uses = [...by].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
  const identities = new Set(uses.map(({ identity }) => graph.idOf(identity)));
  if (uses.length < 2 || identities.size < 2) return [];
  const open = uses.flatMap((use) => use.by.uncertainty ?? use.reached.uncertainty ?? []);
  const uncertainty = uses.length - open.length > 1 ? undefined : open[0];
  return [{ held, uses, uncertainty }];
}

/** Every fact that gives an identity permissions, in an order that stays the same from run to run. */
function permissions(
  graph: Graph,
): readonly { readonly fact: FactOf<"allows" | "attaches">; readonly identity: Name }[] {
  const all = [...graph.all("allows"), ...graph.all("attaches")].flatMap((fact) => {
    const identity = permittedIn(fact, graph);
    if (identity === undefined) return [];
    const key = [graph.canonical(identity), fact.at.urn, fact.at.property].join("\n");
    return [{ fact, identity, key }];
  });
  return all.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function* usedOf(
  graph: Graph,
  resources: Resources,
  identity: Name,
  policy: Policy,
  { index, wholly }: Open,
  tenants: readonly CallingTenant[],
): Iterable<Reached> {
  const caller = callerFor(graph, identity);
  const using = { graph, resources, caller, policy: decided(policy, caller.arn), index };
  for (const named of namedFor(using)) {
    const isWide = named.pattern !== undefined && index.isWide(named.pattern);
    if (isWide && tenants.every(({ key }) => wholly.has(key))) continue;
    let isWhole = isWide;
    for (const { held, reached } of usesBy(using, named)) {
      if (reached === undefined || reached.uncertainty !== undefined) isWhole = false;
      const isTenants = held.tenant !== undefined && held.tenant !== "";
      if (reached !== undefined && !isTenants) yield reached;
    }
    if (isWhole) for (const { key } of tenants) wholly.add(key);
  }
}
