import { resourcesOf } from "../../core/access/resources";
import { openKeySharing } from "../../core/credential/open-keys";
import { mayHold } from "../../core/credential/may-use";
import { isPossible, type MayUse } from "../../core/credential/possible-use";
import { fetchedBy, type Fetched } from "../../core/credential/fetched";
import {
  heldIn,
  possiblySharing,
  possiblyOneSharing,
  possibleSharing,
  sharingOf,
  sourcesOf,
  unknownForOther,
  unknownContentsOf,
  type Held,
  type Sharing,
} from "../../core/credential/sharing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey } from "../answers/dedup-keys";
import type { Uncertainty } from "../../core/certainty";

type Watched = FactOf<"uses" | "literal">;
type Permission = FactOf<"allows" | "attaches">;
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
    "give each workload its own credential, or better its own identity by short-lived federation",
  messages: {
    shared: "Secret `{secret}` is shared by {count} workloads",
    value: "The value of secret `{secret}` is shared by {count} workloads",
    literal: "A literal credential is shared by {count} workloads",
    several: "Secret `{secret}` is shared by several workloads",
    unnamed: "`{holder}` shares a secret with another workload",
  },
  *check(fact, graph, { tenants }) {
    if (fact.kind === "allows" || fact.kind === "attaches") {
      // What a policy gives, another may take away.
      if (!graph.complete) return;
      const fetched = fetchedBy(graph, fact, resourcesOf(graph, tenants));
      yield* fetched.map((each) => fetchedAnswer(each, fact, graph));
      return;
    }
    if (fact.kind === "uses" && isPossible(fact)) {
      yield* mayAnswers(fact, graph);
      return;
    }
    const read = heldIn(graph, fact);
    if (read.kind === "held") yield* answers(read.held, fact, graph);
    if (read.kind === "unknown") yield unknown(fact, read.dependsOn, graph);
    if (fact.kind === "uses" && graph.complete) yield* requestedFor(fact, graph);
  },
});

function* answers(held: Held, fact: Watched, graph: Graph): Iterable<Answer<Message>> {
  const sharing = sharingOf(graph, held);
  if (sharing !== undefined) {
    const as = held.isLiteral ? "literal" : sharing.by;
    yield sharedAnswer(as, held, sharing, fact, graph);
    return;
  }
  if (graph.complete) yield* openAnswers(held, fact, graph);
}

/** The unknown of a secret without a certain answer: the first that applies. */
function* openAnswers(held: Held, fact: Watched, graph: Graph): Iterable<Answer<Message>> {
  const open = (as: As, sharing: Sharing, uncertainty: Partial<Uncertainty>): Answer<Message> => ({
    ...sharedAnswer(as, held, sharing, fact, graph),
    uncertainty,
  });
  const one = possiblyOneSharing(graph, held);
  if (one !== undefined) {
    yield open("one", one.sharing, one);
    return;
  }
  const keys = openKeySharing(graph, held);
  if (keys !== undefined) {
    yield open("which key", keys.sharing, keys);
    return;
  }
  const possible = possibleSharing(graph, held);
  if (possible !== undefined) {
    yield open("derived", possible, { dependsOn: sourcesOf(graph, held) });
    return;
  }
  const alike = possiblySharing(graph, held);
  if (alike !== undefined) {
    const sharing: Sharing = { by: "secret", holders: [alike.other], count: 1 };
    yield open("possible", sharing, alike);
    return;
  }
  const dependsOn = unknownContentsOf(graph, held);
  if (dependsOn !== undefined) yield contents(held, fact, dependsOn, graph);
}

/** The unknown of a workload's credential for another. */
function* requestedFor(fact: FactOf<"uses">, graph: Graph): Iterable<Answer<Message>> {
  const open = unknownForOther(graph, fact);
  if (open !== undefined) yield contents(open.held, fact, open.dependsOn, graph);
}

function contents(
  held: Held,
  fact: Watched,
  dependsOn: readonly Urn[],
  graph: Graph,
): Answer<Message> {
  const noOne: Sharing = { by: "secret", holders: [], count: 0 };
  const answer = sharedAnswer("contents", held, noOne, fact, graph);
  return { ...answer, uncertainty: { dependsOn } };
}

function* mayAnswers(fact: MayUse, graph: Graph): Iterable<Answer<Message>> {
  const read = mayHold(graph, fact);
  if (read.kind === "unknown") yield unknown(fact, read.dependsOn, graph);
  if (read.kind !== "held" || read.others.length === 0) return;
  const { held, others } = read;
  const sharing: Sharing = { by: "secret", holders: others, count: others.length };
  const answer = sharedAnswer("whether", held, sharing, fact, graph);
  yield { ...answer, uncertainty: fact };
}

function sharedAnswer(
  as: As,
  held: Held,
  { holders, count }: Sharing,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const others = holders.slice(0, 6).filter((name) => !graph.same(name, held.workload));
  return {
    message: messageOf[as],
    data: { secret: secretLabel(held, graph), count: String(count + 1) },
    ...(fact.kind === "literal" && { severity: fact.severity }),
    about: held.about,
    holder: held.workload,
    fault: dedupKey(graph, "shared secret", held.about, held.workload),
    at: fact.at,
    related: others.slice(0, 5).map((name) => ({ name, as: phrases[as] })),
  };
}

function fetchedAnswer(fetched: Fetched, { at }: Permission, graph: Graph): Answer<Message> {
  const { secret, workload, identity, others, uncertainty } = fetched;
  return {
    message: "shared",
    data: { secret: labelOfThing(graph, secret), count: String(others.length + 1) },
    about: secret,
    holder: workload,
    fault: dedupKey(graph, "shared secret", secret, workload),
    at,
    related: [
      { name: identity, as: "can read this secret" },
      ...others.slice(0, 5).map((name) => ({ name, as: "uses this secret too" })),
    ],
    uncertainty,
  };
}

/** What is shared, certain or unknown. */
type As =
  | Sharing["by"]
  | "literal"
  | "derived"
  | "possible"
  | "one"
  | "which key"
  | "whether"
  | "contents";

const messageOf: Readonly<Record<As, Message>> = {
  secret: "shared",
  value: "value",
  literal: "literal",
  derived: "value",
  possible: "shared",
  one: "shared",
  "which key": "shared",
  whether: "shared",
  contents: "several",
};

const phrases: Readonly<Record<As, string>> = {
  secret: "uses this secret too",
  value: "uses this value too",
  literal: "receives the same credential",
  derived: "may use the same value",
  possible: "may use the same secret",
  one: "may be the same workload",
  "which key": "may use the same key",
  whether: "may use the same secret",
  contents: "may use the same secret",
};

function secretLabel(held: Held, graph: Graph): string {
  const label = labelOfThing(graph, held.about);
  const { key } = held.part;
  return key === undefined || held.keyDependsOn !== undefined ? label : `${label}[${key}]`;
}

function unknown(fact: Watched, dependsOn: readonly Urn[], graph: Graph): Answer<Message> {
  const workload: Name = fact.kind === "literal" ? fact.holder : fact.workload;
  return {
    message: "unnamed",
    data: { holder: labelOfThing(graph, workload) },
    about: workload,
    holder: workload,
    fault: dedupKey(graph, "unknown secret", workload),
    at: fact.at,
    uncertainty: { dependsOn },
  };
}
