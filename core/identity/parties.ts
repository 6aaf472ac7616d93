import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { onceForEach } from "../graph/once-for-each";

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
