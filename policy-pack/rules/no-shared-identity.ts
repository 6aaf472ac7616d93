import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { kindAndLabel } from "../../core/graph/kind";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { exemptFrom, isOpenTaker, oneDependsOn } from "../../core/graph/possibly-one";
import { whyPossiblySame } from "../../core/graph/possibly-same";
import { accountsBecoming, partiesOf, runnersOf } from "../../core/identity/parties";
import { defineRule, type Answer } from "../define-rule";
import { answersToIds } from "../answers/shared-spiffe-ids";
import { dedupKey } from "../answers/dedup-keys";

type Watched = FactOf<"runs-as" | "owns" | "assumes">;
type Message = "shared" | "accounts" | "several" | "unnamed" | "unnamedId";

/** Two workloads on one identity are equal in a log, and cannot be revoked one by one. */
export default defineRule({
  id: "no-shared-identity",
  title: "Each workload has an identity of its own",
  severity: "critical",
  family: "identity",
  decides: "early",
  because: "another resource never takes away that two workloads run as one identity",
  watches: ["runs-as", "owns", "assumes", "registers"],
  remediation:
    "give each workload its own identity: an `Orchestrator`, `Agent` or `Tool`, or a ServiceAccount and a role",
  messages: {
    shared: "{identity} is shared by {count} workloads",
    accounts: "{identity} is shared by {count} ServiceAccounts",
    several: "{identity} is shared by several workloads",
    unnamed: "`{holder}` shares its identity with another workload",
    unnamedId: "`{registration}` gives workloads a SPIFFE ID that others have too",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "runs-as":
        return fact.isDefault ? [] : answer(fact.workload, fact, fact.identity, graph);
      case "owns":
        return answer(fact.workload, fact, { kind: "named", name: fact.identity }, graph);
      case "registers":
        return answersToIds(fact, graph);
      case "assumes": {
        const runners = runnersOf(graph, fact.identity);
        if (runners.length === 0) return unusedAccounts(fact, graph);
        if (isOnlyWay(graph, fact)) return [];
        return runners.flatMap((runner) => answer(runner, fact, fact.role, graph));
      }
    }
  },
});

function answer(
  holder: Name,
  fact: Watched,
  identity: FactOf<"runs-as">["identity"],
  graph: Graph,
): readonly Answer<Message>[] {
  if (identity.kind === "unknown") {
    const { dependsOn } = identity;
    const data = { holder: labelOfThing(graph, holder) };
    return [
      {
        message: "unnamed",
        data,
        about: holder,
        holder,
        fault: dedupKey(graph, "unknown account", holder),
        at: fact.at,
        uncertainty: { reason: "which identity it runs as is not known", dependsOn },
      },
    ];
  }
  const parties = partiesOf(graph, identity.name);
  if (!graph.complete) {
    // Of what runs a template that is not known, only the whole graph shows what else is one workload with it.
    const certain = parties.filter((each) => !isOpenTaker(graph, each));
    const isShared = certain.length > 1 && !isOpenTaker(graph, holder);
    return isShared ? [shared("shared", holder, identity.name, certain, fact, graph)] : [];
  }
  if (parties.length < 2) return possiblyShared(holder, identity.name, fact, graph);
  return [sharedBy(parties, holder, identity.name, fact, graph)];
}

/** That several run as an identity: another than a holder for certain, or one that may be one workload with it. */
function sharedBy(
  parties: readonly Name[],
  holder: Name,
  identity: Name,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const { workloads, hasOwn } = exemptFrom(graph, holder, parties);
  if (workloads.length > (hasOwn ? 1 : 0)) {
    const count = workloads.length + (hasOwn ? 0 : 1);
    return shared("shared", holder, identity, workloads, fact, graph, count);
  }
  const answer = shared("shared", holder, identity, parties, fact, graph);
  const other = parties.find((party) => !graph.same(party, holder)) ?? holder;
  const related = (answer.related ?? []).map((each) => ({
    ...each,
    as: "may be the same workload",
  }));
  const dependsOn = oneDependsOn(graph, holder, other);
  return { ...answer, related, uncertainty: { reason: "they may be one workload", dependsOn } };
}

/** A ServiceAccount that nothing in the stack runs as is the identity of a workload outside it. */
function unusedAccounts(fact: FactOf<"assumes">, graph: Graph): readonly Answer<Message>[] {
  const role = nameIn(fact.role);
  if (!graph.complete || role === undefined || fact.by === "instance-profile") return [];
  const accounts = accountsBecoming(graph, role);
  if (accounts.length < 2) return [];
  const own = graph.idOf(fact.identity);
  const isOwnAssociated = isAssociated(graph, fact.identity);
  const alike = graph
    .possiblySame(fact.identity)
    .filter((name) => !isOwnAssociated || !isAssociated(graph, name));
  const possibly = new Set(alike.map((name) => graph.idOf(name)));
  // Each of many accounts that assume a role is reported, so none may look at them all.
  const certain = first(accounts, mostNamed, (each) => {
    const id = graph.idOf(each);
    return id !== own && !possibly.has(id);
  });
  if (certain.length > 0) {
    const unsure =
      possibly.size === 0 ? 0 : accounts.filter((each) => possibly.has(graph.idOf(each))).length;
    const count = accounts.length - unsure;
    const parties = [fact.identity, ...certain];
    return [shared("accounts", fact.identity, role, parties, fact, graph, count)];
  }
  const others = accounts.filter((each) => graph.idOf(each) !== own);
  const parties = [fact.identity, ...others];
  const answer = shared("accounts", fact.identity, role, parties, fact, graph);
  const reason = "they may be one ServiceAccount of one cluster";
  return [{ ...answer, uncertainty: { reason } }];
}

/**
 * Whether an account has an association of EKS Pod Identity. Two of them are of two accounts, whatever is not known of them.
 *
 * Source: Amazon EKS user guide, EKS Pod Identity: a ServiceAccount of a cluster has one association at most.
 */
function isAssociated(graph: Graph, account: Name): boolean {
  return graph.facts("assumes", "identity", account).some(({ by }) => by === "pod-identity");
}

/** Most others that a finding looks at. */
const mostNamed = 6;

/** The first few that fit. */
function first<T>(all: readonly T[], most: number, fits: (each: T) => boolean): readonly T[] {
  const found: T[] = [];
  for (const each of all) {
    if (found.length === most) break;
    if (fits(each)) found.push(each);
  }
  return found;
}

/** Whether only one account assumes a role: sharing it is reported for the account, not again for the role. */
function isOnlyWay(graph: Graph, fact: FactOf<"assumes">): boolean {
  const role = nameIn(fact.role);
  if (role === undefined) return false;
  return accountsBecoming(graph, role).length === 1 && runnersOf(graph, role).length === 0;
}

function possiblyShared(
  holder: Name,
  identity: Name,
  fact: Watched,
  graph: Graph,
): readonly Answer<Message>[] {
  for (const candidate of graph.possiblySame(identity)) {
    const other = partiesOf(graph, candidate).find((party) => !graph.same(party, holder));
    if (other === undefined) continue;
    const related = [{ name: other, as: "may run as the same identity" }];
    return [
      {
        message: "several",
        data: { identity: kindAndLabel(graph, identity) },
        about: identity,
        holder,
        at: fact.at,
        related,
        uncertainty: { reason: whyPossiblySame(graph, identity, candidate) },
      },
    ];
  }
  return [];
}

/** @param count how many share it, where not all are listed */
function shared(
  message: Message,
  holder: Name,
  identity: Name,
  parties: readonly Name[],
  fact: Watched,
  graph: Graph,
  count = parties.length,
): Answer<Message> {
  const others = parties.slice(0, mostNamed).filter((party) => !graph.same(party, holder));
  const as = message === "accounts" ? "assumes this role too" : "runs as this identity too";
  return {
    message,
    data: { identity: kindAndLabel(graph, identity), count: String(count) },
    about: identity,
    holder,
    at: fact.at,
    related: others.slice(0, 5).map((name) => ({ name, as })),
  };
}
