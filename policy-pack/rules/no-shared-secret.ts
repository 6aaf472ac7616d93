import type { Depends } from "../../core/certainty";
import type { TenantPatterns } from "../domain/paths/access/resources";
import { fetchedBy } from "../domain/secrets/fetched";
import { configurationOf, originOf } from "../domain/secrets/origin";
import { possibleUse } from "../domain/secrets/may-use";
import { isPossible, type MayUse } from "../domain/secrets/possible-use";
import { openSharing, type OpenSharing } from "../domain/secrets/open-sharing";
import {
  useIn,
  sharingOf,
  unknownForOther,
  type SecretUse,
  type Sharing,
} from "../domain/secrets/sharing";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { defineRule, type Answer } from "../findings/define-rule";
import { federationFor } from "./answers/cures";
import { dedupKey } from "./answers/dedup-keys";
import { unknownSecret } from "./answers/secrets";

type Watched = FactOf<"uses" | "literal">;
type Message = "shared" | "value" | "literal" | "several" | "unnamed";

/** A static secret that two workloads use is the identity of both: no log distinguishes them, no revocation hits only one. */
export default defineRule({
  id: "no-shared-secret",
  title: "Each static secret is used by one workload",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes a secret away from a workload that has it",
  watches: ["uses", "literal", "allows", "attaches"],
  remediation:
    "give each workload its own credential, or better its own identity by short-lived federation; if a vendor issues only one key, declare a `LegacyTool` that keeps it, and grant its callers",
  messages: {
    shared: "Secret `{secret}` is shared by {count} workloads",
    value: "The value of secret `{secret}` is shared by {count} workloads",
    literal: "A literal credential is shared by {count} workloads",
    several: "Secret `{secret}` is shared by several workloads",
    unnamed: "`{holder}` shares a secret with another workload",
  },
  check: (fact, graph, { tenants }) => {
    switch (fact.kind) {
      case "allows":
      case "attaches":
        return fetchedAnswers(fact, graph, tenants);
      case "literal":
        return answers(fact, graph);
      case "uses":
        if (isPossible(fact)) return mayAnswers(fact, graph);
        return [...answers(fact, graph), ...answersForServer(fact, graph)];
    }
  },
});

function answers(fact: FactOf<"uses" | "literal">, graph: Graph): readonly Answer<Message>[] {
  const read = useIn(graph, fact);
  if (read.kind === "none") return [];
  if (read.kind === "unknown") return [unnamed(fact, read, graph)];
  const { held } = read;
  const sharing = sharingOf(graph, held);
  if (sharing !== undefined) return [certain(held, sharing, fact, graph)];
  const open = openSharing(graph, held);
  return open === undefined ? [] : [uncertain(held, open, fact, graph)];
}

/** The unknown of a workload's credential for a server. */
function answersForServer(fact: FactOf<"uses">, graph: Graph): readonly Answer<Message>[] {
  const found = unknownForOther(graph, fact);
  if (found === undefined) return [];
  const open: OpenSharing = { by: "contents", others: [], count: 0, uncertainty: found };
  return [uncertain(found.held, open, fact, graph)];
}

function mayAnswers(fact: MayUse, graph: Graph): readonly Answer<Message>[] {
  const read = possibleUse(graph, fact);
  if (read.kind === "unknown") return [unnamed(fact, read, graph)];
  if (read.kind === "none" || read.others.length === 0) return [];
  const { held, others } = read;
  const open: OpenSharing = { by: "secret", others, count: others.length, uncertainty: fact };
  return [uncertain(held, open, fact, graph)];
}

function certain(
  held: SecretUse,
  { by, holders, count }: Sharing,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const [message, as] = held.isLiteral
    ? (["literal", "receives the same credential"] as const)
    : by === "value"
      ? (["value", "uses this value too"] as const)
      : (["shared", "uses this secret too"] as const);
  const shared = sharedAnswer(held, { others: holders, count, as }, fact, graph);
  return { ...shared, message, ...causeOf(held, graph, false) };
}

const possibly: Readonly<Record<OpenSharing["by"], readonly [Message, string]>> = {
  workload: ["shared", "may be the same workload"],
  key: ["shared", "may use the same key"],
  value: ["value", "may use the same value"],
  secret: ["shared", "may use the same secret"],
  contents: ["several", "may use the same secret"],
};

function uncertain(
  held: SecretUse,
  { by, others, count, uncertainty }: OpenSharing,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const [message, as] = possibly[by];
  return {
    ...sharedAnswer(held, { others, count, as }, fact, graph),
    message,
    ...(by === "value" && causeOf(held, graph, true)),
    uncertainty,
  };
}

/** Where a shared value comes from; nothing before all is read. */
function causeOf(
  { part }: SecretUse,
  graph: Graph,
  derived: boolean,
): Pick<Answer<Message>, "origin" | "configuration"> {
  if (!graph.complete) return {};
  return {
    origin: originOf(graph, part, derived),
    configuration: configurationOf(graph, part, derived),
  };
}

function sharedAnswer(
  held: SecretUse,
  { others, count, as }: Pick<OpenSharing, "others" | "count"> & { readonly as: string },
  fact: Watched,
  graph: Graph,
): Omit<Answer<Message>, "message"> {
  const { about, workload, part, keyDependsOn } = held;
  const label = labelOfThing(graph, about);
  const hasKey = part.key !== undefined && keyDependsOn === undefined;
  return {
    data: { secret: hasKey ? `${label}[${part.key}]` : label, count: String(count + 1) },
    severity: fact.kind === "literal" ? fact.severity : undefined,
    about,
    holder: workload,
    fault: dedupKey(graph, "shared secret", about, workload),
    at: fact.at,
    related: others
      .slice(0, 6)
      .filter((name) => !graph.same(name, workload))
      .slice(0, 5)
      .map((name) => ({ name, as, isAffected: true })),
    affectedCount: count + 1,
    fix: federationFor(graph, fact),
  };
}

function fetchedAnswers(
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
  tenants: Readonly<Record<string, TenantPatterns>>,
): readonly Answer<Message>[] {
  const fetched = fetchedBy(graph, fact, tenants);
  return fetched.map(({ secret, workload, identity, others, uncertainty }) => ({
    message: "shared",
    data: { secret: labelOfThing(graph, secret), count: String(others.length + 1) },
    about: secret,
    holder: workload,
    fault: dedupKey(graph, "shared secret", secret, workload),
    at: fact.at,
    related: [
      { name: identity, as: "can read this secret" },
      ...others
        .slice(0, 5)
        .map((name) => ({ name, as: "uses this secret too", isAffected: true }) as const),
    ],
    affectedCount: others.length + 1,
    uncertainty,
  }));
}

function unnamed(fact: Watched, uncertainty: Depends, graph: Graph): Answer<Message> {
  const workload = fact.kind === "literal" ? fact.holder : fact.workload;
  return unknownSecret("unnamed", workload, fact.at, uncertainty, graph);
}
