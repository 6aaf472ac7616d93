import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { isDefaultAccount } from "../../domain/rbac/account";
import { collisionOfPods } from "../../domain/spiffe/collision";
import {
  assignedBy,
  holdersOf,
  mayBeShared,
  unknownIdOf,
  type AssignedId,
} from "../../domain/spiffe/assigned";
import type { Answer } from "../../findings/define-rule";
import { dedupKey } from "./dedup-keys";

type Registers = FactOf<"registers">;

/** Most others that a finding names. */
const mostNamed = 5;

/**
 * Workloads that SPIRE gives one SPIFFE ID though they run as accounts of their own.
 *
 * Sharing an account is reported for the account. `no-spiffe-id-collision` reports what a template or two entries can
 * give to any workload.
 */
export function answersToIds(
  fact: Registers,
  graph: Graph,
): readonly Answer<"shared" | "unnamedId">[] {
  if (!graph.complete || isReportedForTemplate(fact)) return [];
  const dependsOn = unknownIdOf(fact);
  if (dependsOn !== undefined) {
    return mayBeShared(graph, fact) ? [unknownIds(fact, dependsOn, graph)] : [];
  }
  return assignedBy(graph, fact).flatMap((given) => {
    const holders = holdersOf(graph, given.id);
    if (isReportedForEntries(fact, holders)) return [];
    const others = othersOf(given, holders, graph);
    return others.length === 0 ? [] : [answerAbout(given, others, holders, graph)];
  });
}

function unknownIds(
  { registration, at }: Registers,
  dependsOn: readonly Urn[],
  graph: Graph,
): Answer<"unnamedId"> {
  return {
    message: "unnamedId",
    about: registration,
    fault: dedupKey(graph, "unknown SPIFFE IDs", registration),
    at,
    uncertainty: { dependsOn },
  };
}

function answerAbout(
  given: AssignedId,
  others: readonly AssignedId[],
  holders: readonly AssignedId[],
  graph: Graph,
): Answer<"shared"> {
  const certain =
    given.uncertainty === undefined ? others.filter(({ uncertainty }) => !uncertainty) : [];
  const isCertain = certain.length > 0;
  const named = isCertain ? certain : others;
  const uncertainty = given.uncertainty ?? named[0]?.uncertainty;
  const all = isCertain ? holders.filter((each) => !each.uncertainty) : holders;
  const count = new Set(all.map(({ workload }) => graph.idOf(workload))).size;
  const as = isCertain ? "has this SPIFFE ID too" : "may have this SPIFFE ID too";
  return {
    message: "shared",
    data: {
      identity: `SPIFFE ID \`${labelOfThing(graph, given.id)}\``,
      count: String(count),
    },
    about: given.id,
    holder: given.workload,
    at: given.fact.at,
    related: named.slice(0, mostNamed).map(({ workload }) => ({ name: workload, as })),
    fix: "give each workload a SPIFFE ID of its own, by its namespace and its ServiceAccount, as a `Tenant` with `federation: { spiffe }` does",
    uncertainty: isCertain ? undefined : (uncertainty ?? {}),
  };
}

/** Others of the same SPIFFE ID, each once, by name: of other accounts, or of a `default` one, whose sharing is not reported. */
function othersOf(
  own: AssignedId,
  holders: readonly AssignedId[],
  graph: Graph,
): readonly AssignedId[] {
  const accounts = accountsOf(graph, own.workload);
  const found = new Map<Name, AssignedId>();
  for (const other of holders) {
    if (graph.same(other.workload, own.workload)) continue;
    const theirs = accountsOf(graph, other.workload);
    const both = accounts.filter((account) => theirs.some((each) => graph.same(account, each)));
    if (both.some((account) => !isDefaultAccount(graph, account))) continue;
    const key = graph.canonical(other.workload);
    const known = found.get(key);
    if (known === undefined || known.uncertainty !== undefined) found.set(key, other);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, given]) => given);
}

/** What a workload runs as: of several controllers that are one, each of theirs. */
function accountsOf(graph: Graph, workload: Name): readonly Name[] {
  return graph
    .facts("runs-as", "workload", workload)
    .flatMap(({ identity }) => nameIn(identity) ?? []);
}

function isReportedForTemplate({ entry }: Registers): boolean {
  if (entry.kind !== "pods" || entry.template.kind === "unknown") return false;
  return collisionOfPods(entry, entry.template.parts).kind !== "distinct";
}

/** Whether two entries give the same to all they select, so that it is reported for them. */
function isReportedForEntries({ within }: Registers, holders: readonly AssignedId[]): boolean {
  if (within === undefined) return false;
  let first: Registers | undefined;
  for (const { fact } of holders) {
    if (fact.within === undefined || fact === first) continue;
    if (first !== undefined) return true;
    first = fact;
  }
  return false;
}
