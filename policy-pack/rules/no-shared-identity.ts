import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { kindAndLabel } from "../facts/kind";
import type { Name } from "../facts/name";
import {
  accountsBeside,
  isOnlyAccount,
  runnersOf,
  sharersOf,
  type Sharers,
} from "../domain/workloads/parties";
import { defineRule, type Answer } from "../findings/define-rule";
import { answersToIds } from "./answers/shared-spiffe-ids";
import { unknownAccount } from "./answers/accounts";

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
    unnamed: "`{about}` shares its identity with another workload",
    unnamedId: "`{about}` gives workloads a SPIFFE ID that others have too",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "runs-as":
        return fact.isDefault ? [] : answersTo(fact.workload, fact, fact.identity, graph);
      case "owns":
        return answersTo(fact.workload, fact, { kind: "named", name: fact.identity }, graph);
      case "registers":
        return answersToIds(fact, graph);
      case "assumes": {
        const runners = runnersOf(graph, fact.identity);
        const role = nameIn(fact.role);
        if (runners.length === 0) {
          const found = accountsBeside(graph, fact);
          if (role === undefined || found === undefined) return [];
          return [answerOn("accounts", found, fact.identity, role, fact, graph)];
        }
        // Sharing the only account of a role is reported for the account.
        if (role !== undefined && isOnlyAccount(graph, role)) return [];
        return runners.flatMap((runner) => answersTo(runner, fact, fact.role, graph));
      }
    }
  },
});

function answersTo(
  holder: Name,
  fact: Watched,
  identity: FactOf<"runs-as">["identity"],
  graph: Graph,
): readonly Answer<Message>[] {
  if (identity.kind === "unknown") {
    const { dependsOn } = identity;
    const open = { reason: "which identity it runs as is not known", dependsOn };
    return [unknownAccount("unnamed", holder, fact.at, open, graph)];
  }
  const found = sharersOf(graph, holder, identity.name);
  if (found === undefined) return [];
  const message = found.unless === "two identities" ? "several" : "shared";
  return [answerOn(message, found, holder, identity.name, fact, graph)];
}

function answerOn(
  message: Message,
  { others, count, unless, uncertainty }: Sharers,
  holder: Name,
  identity: Name,
  { at }: Watched,
  graph: Graph,
): Answer<Message> {
  const as = message === "accounts" ? "assumes this role too" : phrases[unless ?? "certain"];
  return {
    message,
    data: { identity: kindAndLabel(graph, identity), count: String(count) },
    about: identity,
    holder,
    at,
    related: others.map((name) => ({ name, as, isAffected: true })),
    affectedCount: count,
    uncertainty,
  };
}

/** What others are that share an identity, or may. */
const phrases: Readonly<Record<NonNullable<Sharers["unless"]> | "certain", string>> = {
  certain: "runs as this identity too",
  "one workload": "may be the same workload",
  "two identities": "may run as the same identity",
  "one account": "assumes this role too",
};
