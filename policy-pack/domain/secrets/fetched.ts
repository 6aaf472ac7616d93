import { notKnown, type Uncertainty } from "../../../core/certainty";
import { callerFor } from "../paths/access/crossing";
import { isAccountId } from "../../../core/arn";
import type { Named } from "../paths/access/authorization";
import { decide, type Reached } from "../paths/access/decide";
import { decided } from "../paths/access/decided";
import type { TenantResource } from "../paths/access/tenant-resource";
import { KindIndex } from "../paths/access/kind-index";
import { resourcesOf, type Resources, type TenantPatterns } from "../paths/access/resources";
import { resourceKinds } from "../paths/access/kinds";
import { mayBeShared, namedFor, usesBy, type Using } from "../paths/access/uses";
import { policiesIn } from "../iam/authority/authority-of";
import { permittedIn } from "../iam/authority/permitted";
import type { Fact, FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { labelOfThing } from "../../facts/label";
import { placeOfScope, scopeOf, type Name } from "../../facts/name";
import { partiesOf } from "../workloads/parties";
import { tenantOf } from "../workloads/tenancy";
import { exemptName } from "./apart";
import { allHoldersOf } from "./consumers";
import { isCredentialName } from "./name";
import { secretNamed } from "./named-secret";
import { rotates } from "./rotates";

/** A secret that a workload's own identity may fetch, and who else has it or may fetch it. */
export interface Fetched {
  readonly secret: Name;
  readonly workload: Name;
  readonly identity: Name;
  /** At least one, by stable name. */
  readonly others: readonly Name[];
  readonly uncertainty: Uncertainty | undefined;
}

interface Fetch {
  readonly fact: Fact;
  readonly identity: Name;
  readonly workload: Name;
  readonly uncertainty: Uncertainty | undefined;
}

/** Kinds of resources that are secrets, as `core/aws` calls them. */
const secretKinds = new Set(["secret", "parameter"]);

/**
 * The secrets of the stack that a permission allows a workload to fetch, and that another workload uses too. Another policy
 * may take that away, so there are none before the graph is complete.
 *
 * Only what a policy names counts, by a name or a path. A workload that may read every secret of an account is reported for
 * that.
 */
export function fetchedBy(
  graph: Graph,
  fact: FactOf<"allows" | "attaches">,
  tenants: Readonly<Record<string, TenantPatterns>>,
): readonly Fetched[] {
  return graph.complete ? (fetchedIn(graph, tenants).get(fact) ?? []) : [];
}

const fetchedIn = oncePerGraph(find);

function find(
  graph: Graph,
  tenants: Readonly<Record<string, TenantPatterns>>,
): ReadonlyMap<Fact, readonly Fetched[]> {
  const resources = resourcesOf(graph, tenants);
  const found = new Map<Fact, Fetched[]>();
  for (const [secret, fetches] of fetchesOf(graph, resources)) {
    for (const fetch of fetches) {
      const others = othersOf(graph, secret, fetch, fetches);
      const sure = others.filter(({ uncertainty }) => uncertainty === undefined);
      const reported = fetch.uncertainty === undefined && sure.length > 0 ? sure : others;
      if (reported.length === 0) continue;
      const { identity, workload } = fetch;
      const uncertainty = fetch.uncertainty ?? reported[0]?.uncertainty;
      const names = reported.map(({ name }) => name);
      const list = found.get(fetch.fact) ?? [];
      list.push({ secret, workload, identity, others: names, uncertainty });
      found.set(fetch.fact, list);
    }
  }
  return new Map([...found].map(([fact, all]) => [fact, withoutRepeats(graph, all)]));
}

/** A certain answer for a secret as a policy names it is not repeated for one of the stack that may be it. */
function withoutRepeats(graph: Graph, all: readonly Fetched[]): readonly Fetched[] {
  const certain = all.filter(({ uncertainty }) => uncertainty === undefined);
  const labels = new Set(certain.map(({ secret }) => labelOfThing(graph, secret)));
  const open = all.filter(({ uncertainty }) => uncertainty !== undefined);
  return [...certain, ...open.filter(({ secret }) => !labels.has(labelOfThing(graph, secret)))];
}

interface Other {
  readonly name: Name;
  readonly uncertainty: Uncertainty | undefined;
}

/** The other consumers of a secret: those that receive it, and those that fetch it by another identity. */
function othersOf(
  graph: Graph,
  secret: Name,
  { identity, workload }: Fetch,
  fetches: readonly Fetch[],
): readonly Other[] {
  const others = new Map<number, Other>();
  for (const name of allHoldersOf(graph, { name: secret, key: undefined }, false)) {
    others.set(graph.idOf(name), { name, uncertainty: undefined });
  }
  for (const each of fetches) {
    // That two workloads are one identity, and that two tenants may use one secret, is reported for itself.
    if (graph.same(each.identity, identity)) continue;
    if (areOfTwoTenants(graph, each.workload, workload)) continue;
    const id = graph.idOf(each.workload);
    if (others.get(id)?.uncertainty === undefined && others.has(id)) continue;
    others.set(id, { name: each.workload, uncertainty: each.uncertainty });
  }
  for (const own of partiesOf(graph, identity)) others.delete(graph.idOf(own));
  return [...others.values()]
    .map((other) => ({ other, key: graph.canonical(other.name) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ other }) => other);
}

function areOfTwoTenants(graph: Graph, a: Name, b: Name): boolean {
  const [one, other] = [tenantOf(graph, a), tenantOf(graph, b)];
  return one.kind === "tenant" && other.kind === "tenant" && one.tenant !== other.tenant;
}

/** Who may fetch a secret, by identity. */
interface Fetchers {
  readonly secret: Name;
  readonly by: Map<number, Fetch>;
}

/** By secret, who may fetch it, each identity once and one that is certain before one that is not. */
function fetchesOf(graph: Graph, resources: Resources): ReadonlyMap<Name, readonly Fetch[]> {
  const indexes = secretIndexes(resources);
  const found = new Map<number, Fetchers>();
  for (const fact of permissions(graph)) {
    const identity = permittedIn(fact, graph);
    const [workload] = identity === undefined ? [] : partiesOf(graph, identity);
    if (identity === undefined || workload === undefined || delivers(graph, workload)) continue;
    const caller = callerFor(graph, identity);
    for (const each of policiesIn(graph, fact)) {
      const policy = decided(each, caller.arn);
      for (const index of indexes) {
        for (const { resource: held, uncertainty } of namedUses({
          graph,
          resources,
          caller,
          policy,
          index,
        })) {
          const secret = held.name;
          if (secret === undefined || rotates(graph, workload, secret)) continue;
          if (exemptName(labelOfThing(graph, secret)) !== undefined) continue;
          note(graph, found, secret, { fact, identity, workload, uncertainty });
        }
      }
    }
  }
  for (const { secret, by } of [...found.values()]) {
    for (const other of inRegions(graph, secret)) {
      for (const fetch of by.values()) note(graph, found, other, fetch);
    }
  }
  return new Map([...found.values()].map(({ secret, by }) => [secret, [...by.values()]]));
}

function note(graph: Graph, found: Map<number, Fetchers>, secret: Name, fetch: Fetch): void {
  const id = graph.idOf(secret);
  const of = found.get(id) ?? { secret, by: new Map<number, Fetch>() };
  found.set(id, of);
  const identity = graph.idOf(fetch.identity);
  const before = of.by.get(identity);
  if (before !== undefined && (before.uncertainty === undefined || fetch.uncertainty !== undefined))
    return;
  of.by.set(identity, fetch);
}

/** The secrets of one name in single regions, for one that a policy names in all regions of an account. */
function inRegions(graph: Graph, secret: Name): readonly Name[] {
  const scope = scopeOf(secret);
  if (scope === undefined || !isAccountId(scope)) return [];
  return graph.possiblySame(secret).flatMap((other) => {
    const names = graph.namesOf(other);
    return names.some((name) => placeOfScope(scopeOf(name) ?? "").account === scope) ? [other] : [];
  });
}

/** The secrets of a kind that a policy names, those of the stack and others. */
function* namedUses(using: Using): Iterable<Reached> {
  for (const named of namedFor(using)) {
    if (named.pattern !== undefined && using.index.isWide(named.pattern)) continue;
    const uses = [...usesBy(using, named)].flatMap(({ reached }) => reached ?? []);
    yield* uses;
    const isCertain = uses.some(({ uncertainty }) => uncertainty === undefined);
    const other = isCertain ? undefined : elsewhere(using, named);
    if (other !== undefined) yield other;
  }
}

/** The one secret that a policy names by its ARN, which the stack may not make. */
function elsewhere(
  { graph, caller, policy, index: { kind } }: Using,
  named: Named,
): Reached | undefined {
  const { pattern } = named;
  const name = pattern && secretNamed(pattern);
  if (pattern === undefined || name === undefined) return undefined;
  // Only the name of a parameter outside the stack shows its type.
  if (kind.what === "parameter" && !isCredentialName(lastOf(pattern.resource))) return undefined;
  const { service, region, account, resource } = pattern;
  const held: TenantResource = {
    kind,
    arn: { service, region, account, widest: [resource], sample: [resource], isMade: false },
    tenant: "",
    tags: notKnown(),
    key: name,
    name,
    aliases: { kind: "absent" },
    isGuarded: false,
  };
  return decide({ ...named, graph, caller, policy, held, isUse: true });
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function secretIndexes({ kinds }: Resources): readonly KindIndex[] {
  return resourceKinds
    .filter(({ what }) => secretKinds.has(what))
    .map((kind) => {
      const all = kinds.get(kind)?.declared().filter(mayBeShared) ?? [];
      return new KindIndex(kind, all.map(untenanted));
    });
}

function untenanted(held: TenantResource): TenantResource {
  return { ...held, tenant: "" };
}

/** Every fact that gives permissions, in an order that stays the same from run to run. */
function permissions(graph: Graph): readonly FactOf<"allows" | "attaches">[] {
  return [...graph.all("allows"), ...graph.all("attaches")]
    .map((fact) => ({ fact, key: [fact.at.urn, fact.at.property].join("\n") }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ fact }) => fact);
}

function delivers(graph: Graph, workload: Name): boolean {
  return graph
    .facts("workload", "workload", workload)
    .some((fact) => fact.deliversSecrets === true);
}
