import type { Graph } from "../../../facts/graph";
import { k8sName, type Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { hasWildcard, patternsOverlap } from "../../../../core/pattern";
import { tenantOf, type Tenant } from "../../workloads/tenancy";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";

/** Scope of names in a cluster that only a trust policy's issuer could name. */
const anyCluster = "default";

const subjectPrefix = "system:serviceaccount:";

/** A namespace of a cluster, or a ServiceAccount in it. */
interface Known {
  readonly name: Name;
  readonly id: ThingId;
}

/** The ServiceAccounts and namespaces of a stack, by the names that tokens have for them. */
export interface Accounts {
  readonly byNamespace: ReadonlyMap<string, ReadonlyMap<string, readonly Known[]>>;
  readonly namespaces: ReadonlyMap<string, readonly Known[]>;
  /** What was found for patterns of whole namespaces, so that each is looked for once. */
  readonly whole: Map<string, readonly Subject[]>;
}

/** The accounts that a subject of a token matches. */
export interface Subject {
  /** A ServiceAccount, or a namespace for any of its accounts. */
  readonly name: Name;
  /** Where the graph has no tenant for the account: that of the namespace. */
  readonly tenant: Tenant | undefined;
  /** Whether it is one of several, in clusters that the issuer does not identify. */
  readonly oneOfSeveral: boolean;
}

/** Finds the ServiceAccounts and namespaces of a stack. */
export function accountsOf(graph: Graph): Accounts {
  const byNamespace = new Map<string, Map<string, Known[]>>();
  const namespaces = new Map<string, Known[]>();
  const seen = new Set<ThingId>();
  for (const name of mentioned(graph)) {
    const id = graph.idOf(name);
    if (seen.has(id)) continue;
    seen.add(id);
    for (const spelling of graph.namesOf(name)) {
      const [kind, , namespace = "", type, short = ""] = spelling.split("|");
      if (kind !== "k8s") continue;
      const known = { name, id };
      if (type === "Namespace") push(namespaces, short, known);
      else if (type === "ServiceAccount") {
        let inside = byNamespace.get(namespace);
        if (inside === undefined) byNamespace.set(namespace, (inside = new Map<string, Known[]>()));
        push(inside, short, known);
      }
    }
  }
  return { byNamespace, namespaces, whole: new Map<string, readonly Subject[]>() };
}

/** All accounts that a pattern of subjects matches: those named one by one, else whole namespaces. */
export function subjectsOf(
  graph: Graph,
  accounts: Accounts,
  pattern: ClaimPattern,
): readonly Subject[] {
  if (pattern.literal || !hasWildcard(pattern.text)) {
    const exact = pattern.text.startsWith(subjectPrefix)
      ? pattern.text.slice(subjectPrefix.length).split(":")
      : [];
    const [namespace, account, ...more] = exact;
    if (!namespace || !account || more.length > 0) return [];
    return exactly(graph, accounts, namespace, account);
  }
  // No name in Kubernetes has a slash.
  if (pattern.text.includes("/")) return [];
  const known = accounts.whole.get(pattern.text);
  if (known !== undefined) return known;
  const subjects = namespacesOf(accounts, pattern.text).flatMap(([namespace, things]) => {
    const admitted = patternsOverlap(pattern.text, `${subjectPrefix}${namespace}:?*`);
    return admitted ? distinct(graph, things) : [];
  });
  accounts.whole.set(pattern.text, subjects);
  return subjects;
}

/** The namespaces a pattern can be about: the one it names, else all. */
function namespacesOf(
  accounts: Accounts,
  pattern: string,
): readonly (readonly [string, readonly Known[]])[] {
  const named = pattern.startsWith(subjectPrefix)
    ? pattern.slice(subjectPrefix.length).split(":")[0]
    : undefined;
  if (named === undefined || hasWildcard(named)) return [...accounts.namespaces];
  const things = accounts.namespaces.get(named);
  return things === undefined ? [] : [[named, things]];
}

function exactly(
  graph: Graph,
  accounts: Accounts,
  namespace: string,
  account: string,
): readonly Subject[] {
  const known = accounts.byNamespace.get(namespace)?.get(account) ?? [];
  if (known.length > 0) return distinct(graph, known);
  const name = k8sName(anyCluster, namespace, "ServiceAccount", account);
  const tenants = (accounts.namespaces.get(namespace) ?? [])
    .map((each) => tenantOf(graph, each.name))
    .filter((tenant) => tenant.kind !== "none");
  const oneOfSeveral = new Set(tenants.map(tenantKey)).size > 1;
  return [{ name, tenant: tenants[0], oneOfSeveral }];
}

/** Things of one name in several clusters; which of them is meant matters only where their tenants differ. */
function distinct(graph: Graph, known: readonly Known[]): readonly Subject[] {
  const things = [...new Map(known.map((each) => [each.id, each.name])).values()];
  const tenants = new Set(things.map((name) => tenantKey(tenantOf(graph, name))));
  const oneOfSeveral = things.length > 1 && tenants.size > 1;
  return things.map((name) => ({ name, tenant: undefined, oneOfSeveral }));
}

function tenantKey(tenant: Tenant): string {
  return tenant.kind === "tenant" ? `tenant ${tenant.tenant}` : tenant.kind;
}

function* mentioned(graph: Graph): Iterable<Name> {
  for (const fact of graph.all("inside")) {
    yield fact.thing;
    if (fact.namespace.kind === "named") yield fact.namespace.name;
  }
  for (const fact of graph.all("belongs-to")) yield fact.thing;
  for (const fact of graph.all("assumes")) yield fact.identity;
  for (const { identity } of graph.all("runs-as")) {
    if (identity.kind === "named") yield identity.name;
  }
}

function push(map: Map<string, Known[]>, key: string, known: Known): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [known]);
  else list.push(known);
}
