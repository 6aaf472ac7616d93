import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { onceForEach } from "../../facts/once-for-each";
import { exemptFrom, isOpenTaker, oneDependsOn } from "../../facts/possibly-one";
import { whyPossiblySame } from "../../facts/possibly-same";

/** How many parties are enough to report an identity as shared, whatever is still to come. */
const enough = 3;

/**
 * The workloads that share an identity: empty or one when it is not shared.
 *
 * They run as it, directly or through a ServiceAccount or instance profile that becomes it, or were declared its owner. A
 * declaration is carried out by what runs as its identity: one undeclared workload beside it is that declaration.
 *
 * Before the graph is complete at most three are returned. So an identity of every workload costs no more than one of two. The
 * workload in question may then be missing from its own parties.
 */
export function partiesOf(graph: Graph, identity: Name): readonly Name[] {
  return graph.complete ? allParties(graph, identity) : collect(graph, identity, enough);
}

/** Those of an identity of a complete graph, by stable name. */
const allParties = onceForEach((graph, identity) =>
  sortedByName(graph, collect(graph, identity, Infinity)),
);

/** The ServiceAccounts and profiles that become a role. */
export function accountsBecoming(graph: Graph, role: Name): readonly Name[] {
  return graph.complete ? allBecoming(graph, role) : findAccounts(graph, role);
}

const allBecoming = onceForEach((graph, role) => sortedByName(graph, findAccounts(graph, role)));

/** Those that share an identity with one of them. */
export interface Sharers {
  /** The first others. */
  readonly others: readonly Name[];
  /** How many share it, that one included. */
  readonly count: number;
  /** What may be one, so that it is not certain that they share it. */
  readonly unless?: "one workload" | "two identities" | "one account";
  readonly uncertainty?: Partial<Uncertainty>;
}

/** Most others that are named. */
const mostNamed = 5;

/** Those that run as the identity of a workload, or may; undefined where there are none. */
export function sharersOf(graph: Graph, workload: Name, identity: Name): Sharers | undefined {
  const parties = partiesOf(graph, identity);
  if (!graph.complete) {
    // Of what runs a template that is not known, only the whole graph shows what else is one workload with it.
    const certain = parties.filter((each) => !isOpenTaker(graph, each));
    const isShared = certain.length > 1 && !isOpenTaker(graph, workload);
    return isShared ? sharersAmong(graph, workload, certain) : undefined;
  }
  if (parties.length < 2) return possibleSharers(graph, workload, identity);
  const { workloads, hasOwn } = exemptFrom(graph, workload, parties);
  const count = workloads.length + (hasOwn ? 0 : 1);
  if (count > 1) return sharersAmong(graph, workload, workloads, count);
  const other = parties.find((party) => !graph.same(party, workload)) ?? workload;
  return {
    ...sharersAmong(graph, workload, parties),
    unless: "one workload",
    uncertainty: {
      reason: "they may be one workload",
      dependsOn: oneDependsOn(graph, workload, other),
    },
  };
}

function sharersAmong(
  graph: Graph,
  own: Name,
  parties: readonly Name[],
  count = parties.length,
): Sharers {
  // Each of many that share an identity is reported, so none may look at them all.
  const others = parties.slice(0, mostNamed + 1).filter((party) => !graph.same(party, own));
  return { others: others.slice(0, mostNamed), count };
}

function possibleSharers(graph: Graph, workload: Name, identity: Name): Sharers | undefined {
  for (const candidate of graph.possiblySame(identity)) {
    const other = partiesOf(graph, candidate).find((party) => !graph.same(party, workload));
    if (other === undefined) continue;
    const uncertainty = { reason: whyPossiblySame(graph, identity, candidate) };
    return { others: [other], count: 2, unless: "two identities", uncertainty };
  }
  return undefined;
}

/**
 * The accounts that become the role of an account as well, where nothing in the stack runs as it: each is the identity of a
 * workload outside. Undefined where there are none.
 */
export function accountsBeside(
  graph: Graph,
  { identity, role: ref, by }: FactOf<"assumes">,
): Sharers | undefined {
  const role = nameIn(ref);
  if (!graph.complete || role === undefined || by === "instance-profile") return undefined;
  const accounts = accountsBecoming(graph, role);
  if (accounts.length < 2) return undefined;
  const own = graph.idOf(identity);
  const isOwnAssociated = isAssociated(graph, identity);
  const possibly = new Set(
    graph
      .possiblySame(identity)
      .filter((name) => !isOwnAssociated || !isAssociated(graph, name))
      .map((name) => graph.idOf(name)),
  );
  const certain: Name[] = [];
  for (const account of accounts) {
    const id = graph.idOf(account);
    if (id !== own && !possibly.has(id)) certain.push(account);
    if (certain.length === mostNamed) break;
  }
  if (certain.length > 0) {
    const isUnsure = (each: Name): boolean => possibly.has(graph.idOf(each));
    const unsure = possibly.size === 0 ? 0 : accounts.filter(isUnsure).length;
    return { others: certain, count: accounts.length - unsure };
  }
  const reason = "they may be one ServiceAccount of one cluster";
  const beside = sharersAmong(graph, identity, accounts);
  return { ...beside, unless: "one account", uncertainty: { reason } };
}

/**
 * Whether an account has an association of EKS Pod Identity. Two of them are of two accounts, whatever is not known of them.
 *
 * Source: Amazon EKS user guide, EKS Pod Identity: a ServiceAccount of a cluster has one association at most.
 */
function isAssociated(graph: Graph, account: Name): boolean {
  return graph.facts("assumes", "identity", account).some(({ by }) => by === "pod-identity");
}

/** Whether only one account assumes a role, and nothing runs as the role itself. */
export function isOnlyAccount(graph: Graph, role: Name): boolean {
  return accountsBecoming(graph, role).length === 1 && runnersOf(graph, role).length === 0;
}

function findAccounts(graph: Graph, role: Name): readonly Name[] {
  const accounts = new Map<number, Name>();
  for (const fact of graph.facts("assumes", "role", role)) {
    accounts.set(graph.idOf(fact.identity), fact.identity);
  }
  return [...accounts.values()];
}

/** The workloads that run as an identity or own it, without those that assume it through another. */
export function runnersOf(graph: Graph, identity: Name): readonly Name[] {
  const found = new Map<number, Name>();
  for (const workload of directly(graph, identity)) found.set(graph.idOf(workload), workload);
  return [...found.values()];
}

function collect(graph: Graph, identity: Name, limit: number): readonly Name[] {
  const found = new Map<number, Name>();
  for (const workload of everyUser(graph, identity)) {
    found.set(graph.idOf(workload), workload);
    if (found.size >= limit) break;
  }
  const parties = [...found.values()];
  return parties.length === 2 && carriesOut(graph, parties) ? parties.slice(0, 1) : parties;
}

function* everyUser(graph: Graph, identity: Name): Iterable<Name> {
  yield* directly(graph, identity);
  for (const fact of graph.facts("assumes", "role", identity)) {
    yield* directly(graph, fact.identity);
  }
}

function* directly(graph: Graph, identity: Name): Iterable<Name> {
  for (const fact of graph.facts("owns", "identity", identity)) yield fact.workload;
  for (const fact of graph.facts("runs-as", "identity", identity)) {
    if (!fact.isDefault) yield fact.workload;
  }
}

/** Whether of two workloads one only declares and the other, undeclared, is what carries it out. */
function carriesOut(graph: Graph, [a, b]: readonly Name[]): boolean {
  if (a === undefined || b === undefined) return false;
  return (
    (isDeclarationOnly(graph, a) && isUndeclared(graph, b)) ||
    (isDeclarationOnly(graph, b) && isUndeclared(graph, a))
  );
}

function isDeclarationOnly(graph: Graph, workload: Name): boolean {
  const facts = graph.facts("workload", "workload", workload);
  return facts.length > 0 && facts.every((fact) => fact.declarationOnly);
}

function isUndeclared(graph: Graph, workload: Name): boolean {
  return graph.facts("workload", "workload", workload).every((fact) => fact.is === "undeclared");
}

function sortedByName(graph: Graph, names: readonly Name[]): readonly Name[] {
  const keyed = names.map((name) => ({ name, key: graph.canonical(name) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ name }) => name);
}
