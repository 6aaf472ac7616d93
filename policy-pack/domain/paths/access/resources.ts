import type { FactOf } from "../../../facts/fact";
import type { Labels } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { tenantMark } from "../../../../core/marks";
import type { ContextValue } from "../../../../core/policy/condition/context";
import type { Urn } from "../../../../core/snapshot/value";
import { standInFor, tenantOf } from "../../workloads/tenancy";
import { no, type Three } from "../../../../core/three-valued";
import type { TenantResource } from "./tenant-resource";
import { resourceKinds, type ResourceKind } from "./kinds";
import { arnsOfPattern } from "./known-arn";
import { KindIndex } from "./kind-index";
import { isSwitched } from "./switches";
import { tagAuthorization } from "./tag-authorization";

/** Patterns by which configuration names what is a tenant's; `*` and `?` are wildcards. */
export interface TenantPatterns {
  readonly accounts: readonly string[];
  readonly rolePaths: readonly string[];
  readonly names: readonly string[];
}

/** Resources by kind, and by what an unknown value may wait for. */
export interface Resources {
  readonly kinds: ReadonlyMap<ResourceKind, KindIndex>;
  readonly byThing: ReadonlyMap<ThingId, TenantResource>;
  /** The same resources by their other ARNs, such as the users of a database. */
  readonly othersByThing: ReadonlyMap<ThingId, readonly TenantResource[]>;
  /** Those whose names wait for a resource. */
  readonly byName: ReadonlyMap<Urn, readonly TenantResource[]>;
  /** Every tenant that has something. */
  readonly tenants: ReadonlySet<string>;
}

/** The resources of a stack, and what configuration names; for a graph that is complete. */
export const resourcesOf = oncePerGraph(index);

function index(graph: Graph, configured: Readonly<Record<string, TenantPatterns>>): Resources {
  const held = new Map<ResourceKind, TenantResource[]>();
  const byThing = new Map<ThingId, TenantResource>();
  const othersByThing = new Map<ThingId, readonly TenantResource[]>();
  const byName = new Map<Urn, TenantResource[]>();
  const tenants = new Set<string>();
  const kinds = new Map(resourceKinds.map((kind) => [kind.what, kind]));
  const add = (each: TenantResource): void => {
    if (each.tenant !== undefined) tenants.add(each.tenant);
    const list = held.get(each.kind);
    if (list === undefined) held.set(each.kind, [each]);
    else list.push(each);
  };
  for (const fact of graph.all("resource")) {
    const kind = kinds.get(fact.is);
    const id = graph.idOf(fact.resource);
    if (kind === undefined || byThing.has(id)) continue;
    const made = tenantResourceOf(graph, fact, kind);
    byThing.set(id, made);
    add(made);
    const others = (fact.also ?? []).flatMap(({ is, ...other }): readonly TenantResource[] => {
      const alsoKind = kinds.get(is);
      if (alsoKind === undefined) return [];
      const key = `${made.key} ${is}`;
      return [{ ...made, kind: alsoKind, key, arn: other.arn, fact: { ...fact, ...other } }];
    });
    others.forEach(add);
    othersByThing.set(id, others);
    for (const urn of fact.arn.dependsOn ?? []) {
      const list = byName.get(urn);
      if (list === undefined) byName.set(urn, [made]);
      else list.push(made);
    }
  }
  for (const [tenant, patterns] of Object.entries(configured)) {
    for (const each of named(tenant, patterns)) add(each);
  }
  return {
    // In the order of the table, whichever resource comes first.
    kinds: new Map(
      resourceKinds.flatMap((kind) => {
        const list = held.get(kind);
        return list === undefined ? [] : [[kind, new KindIndex(kind, list)]];
      }),
    ),
    byThing,
    othersByThing,
    byName,
    tenants,
  };
}

function tenantResourceOf(
  graph: Graph,
  fact: FactOf<"resource">,
  kind: ResourceKind,
): TenantResource {
  const tenant = tenantOf(graph, fact.resource);
  const key = graph.canonical(fact.resource);
  const isGuarded = graph.facts("guards", "resource", fact.resource).length > 0;
  const { arn, tags, resource: name } = fact;
  const aliases = kind.what === "key" ? aliasesOf(graph, name) : noAlias;
  const isByTag = isSwitchedOn(graph, kind, name);
  const common = { kind, arn, tags, key, name, fact, aliases, isByTag, isGuarded };
  switch (tenant.kind) {
    case "tenant":
      return { ...common, tenant: tenant.tenant };
    case "none":
      return { ...common, tenant: undefined };
    case "unknown":
      return {
        ...common,
        tenant: standInFor(tenant.dependsOn),
        tenantDependsOn: tenant.dependsOn,
      };
  }
}

/** Whether a resource of a kind that AWS authorises by tags only on request is such a one; by default none is. */
function isSwitchedOn(graph: Graph, kind: ResourceKind, name: Name): Three {
  if (!tagAuthorization(kind, false).isSwitched) return no;
  const reason = "whether a resource is authorised by its tags is not known yet";
  return isSwitched(graph, name, "access by tags", reason);
}

const noAlias: ContextValue = { kind: "absent" };

function aliasesOf(graph: Graph, key: Name): ContextValue {
  const aliases = graph
    .facts("configures", "resource", key)
    .flatMap((fact) => (fact.setting === "alias" ? [fact.alias] : []));
  if (aliases.length === 0) return noAlias;
  const known = aliases.flatMap((alias) => (alias.kind === "known" ? [alias.text] : []));
  if (known.length === aliases.length) return { kind: "present", values: known.sort() };
  const dependsOn = aliases.flatMap((alias) => (alias.kind === "unknown" ? alias.dependsOn : []));
  return { kind: "some", reason: "the alias of a key is not known yet", dependsOn };
}

/**
 * What configuration assigns to a tenant. It counts as having only the tag of that tenant, and each setting at AWS's default.
 */
function* named(tenant: string, patterns: TenantPatterns): Iterable<TenantResource> {
  const tags: Labels = {
    kind: "known",
    labels: { [tenantMark]: { kind: "known", text: tenant } },
  };
  for (const kind of resourceKinds) {
    const common = { kind, tenant, tags, name: undefined, aliases: noAlias, isGuarded: false };
    const ofKind: readonly string[] = kind.made
      ? []
      : kind.hasPath
        ? [
            ...patterns.names.map((name) => `/${name}`),
            ...patterns.names.map((name) => `/*/${name}`),
            ...(kind.what === "role"
              ? patterns.rolePaths.map((path) => (path.endsWith("*") ? path : `${path}*`))
              : []),
          ]
        : patterns.names;
    for (const pattern of ofKind) {
      const arn = arnsOfPattern(kind, pattern);
      yield { ...common, arn, key: `configured ${tenant} ${pattern}` };
    }
    if (!kind.hasAccount) continue;
    for (const account of patterns.accounts) {
      const arn = arnsOfPattern(kind, "*", account);
      yield { ...common, arn, key: `configured ${tenant} ${account}`, isAccount: true };
    }
  }
}
