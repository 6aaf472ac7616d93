import { resourcesOf } from "../../core/access/resources";
import { openKeySharing } from "../../core/credential/open-keys";
import { mayHold } from "../../core/credential/may-hold";
import { fetchedBy, type Fetched } from "../../core/credential/fetched";
import {
  heldIn,
  maybeSharing,
  perhapsOneSharing,
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
import { labelOfThing, labelsApart } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { sharingFault, unknownSecretFault } from "./told-elsewhere";

type Watched = FactOf<"holds" | "may-hold" | "literal">;
type Permission = FactOf<"allows" | "attaches">;
type Message =
  | "secret"
  | "value"
  | "literal"
  | "derived"
  | "maybe"
  | "one"
  | "which key"
  | "whether"
  | "contents"
  | "unknown"
  | "fetched"
  | "maybeFetched";

/** A static secret that two workloads hold is the identity of both: no log tells them apart, no revocation hits one. */
export default defineRule({
  id: "no-shared-secret",
  title: "Each static secret reaches one workload",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes a secret away from a workload that has it",
  watches: ["holds", "may-hold", "literal", "allows", "attaches"],
  standards: ["NHI9:2025", "NHI7:2025", "ASI03:2026", "NIST-800-53r5:IA-5"],
  remediation:
    "give each workload a credential of its own, or better an identity with short-lived federation in place of the secret",
  messages: {
    secret: "`{holder}` holds `{secret}`, and so does `{other}`{more}",
    value: "`{holder}` holds `{secret}`, whose value it shares with `{other}`{more}",
    literal: "`{holder}` is given a literal credential that it shares with `{other}`{more}",
    derived: "undetermined: `{holder}` holds `{secret}`, whose value `{other}`{more} may hold too",
    maybe: "undetermined: `{holder}` holds `{secret}`, which may be what `{other}` holds: {reason}",
    one: "undetermined: `{holder}` holds `{secret}`, and so does `{other}`{more}, which may be one workload with it: what runs what is not known yet",
    "which key":
      "undetermined: `{holder}` holds `{secret}`, perhaps the same key of it as `{other}`{more}: which keys they are given is not known yet",
    whether:
      "undetermined: `{holder}` may hold `{secret}`, and so may `{other}`{more}: whether it is given that is not known yet",
    contents:
      "undetermined: `{holder}` holds `{secret}`; a preview cannot know what secrets that contains",
    unknown: "undetermined: a preview cannot know which secret `{holder}` holds",
    fetched: "`{holder}` may fetch `{secret}` as `{identity}`, and `{other}`{more} has it too",
    maybeFetched:
      "undetermined: `{holder}` may be able to fetch `{secret}` as `{identity}`, and `{other}`{more} may have it too: {reason}",
  },
  *check(fact, graph, { tenants }) {
    if (fact.kind === "allows" || fact.kind === "attaches") {
      // What a policy gives, another may take away.
      if (!graph.complete) return;
      const fetched = fetchedBy(graph, fact, resourcesOf(graph, tenants));
      yield* fetched.map((each) => fetchedAnswer(each, fact, graph));
      return;
    }
    if (fact.kind === "may-hold") {
      if (graph.complete) yield* mayAnswers(fact, graph);
      return;
    }
    const read = heldIn(graph, fact);
    if (read.kind === "held") yield* answers(read.held, fact, graph);
    if (read.kind === "unknown" && graph.complete) yield unknown(fact, read.waitsFor, graph);
    if (fact.kind === "holds" && graph.complete) yield* askedFor(fact, graph);
  },
});

function* answers(held: Held, fact: Watched, graph: Graph): Iterable<Answer<Message>> {
  const sharing = sharingOf(graph, held);
  if (sharing !== undefined) {
    const message = held.isLiteral ? "literal" : sharing.by;
    yield { verdict: "violated", ...told(message, held, sharing, fact, graph) };
    return;
  }
  if (!graph.complete) return;
  const one = perhapsOneSharing(graph, held);
  if (one !== undefined) {
    const answer = told("one", held, one.sharing, fact, graph);
    yield { verdict: "undetermined", ...answer, waitsFor: one.waitsFor };
    return;
  }
  const open = openKeySharing(graph, held);
  if (open !== undefined) {
    const answer = told("which key", held, open.sharing, fact, graph);
    yield { verdict: "undetermined", ...answer, waitsFor: open.waitsFor };
    return;
  }
  const possible = possibleSharing(graph, held);
  if (possible !== undefined) {
    const answer = told("derived", held, possible, fact, graph);
    yield { verdict: "undetermined", ...answer, waitsFor: sourcesOf(graph, held) };
    return;
  }
  const alike = maybeSharing(graph, held);
  if (alike !== undefined) {
    const maybe: Sharing = { by: "secret", holders: [alike.other], count: 1 };
    const answer = told("maybe", held, maybe, fact, graph);
    const data = { ...answer.data, reason: alike.reason };
    yield { verdict: "undetermined", ...answer, data };
    return;
  }
  const waitsFor = unknownContentsOf(graph, held);
  if (waitsFor !== undefined) yield contents(held, fact, waitsFor, graph);
}

/** What is not known of that by which a workload asks for another. */
function* askedFor(fact: FactOf<"holds">, graph: Graph): Iterable<Answer<Message>> {
  const open = unknownForOther(graph, fact);
  if (open !== undefined) yield contents(open.held, fact, open.waitsFor, graph);
}

function contents(
  held: Held,
  fact: Watched,
  waitsFor: readonly Urn[],
  graph: Graph,
): Answer<Message> {
  const nobody: Sharing = { by: "secret", holders: [], count: 0 };
  return { verdict: "undetermined", ...told("contents", held, nobody, fact, graph), waitsFor };
}

function* mayAnswers(fact: FactOf<"may-hold">, graph: Graph): Iterable<Answer<Message>> {
  const read = mayHold(graph, fact);
  if (read.kind === "unknown") yield unknown(fact, read.waitsFor, graph);
  if (read.kind !== "held" || read.others.length === 0) return;
  const { held, others } = read;
  const sharing: Sharing = { by: "secret", holders: others, count: others.length };
  const answer = told("whether", held, sharing, fact, graph);
  yield { verdict: "undetermined", ...answer, waitsFor: fact.waitsFor };
}

function told(
  message: Exclude<Message, "fetched" | "maybeFetched">,
  held: Held,
  sharing: Sharing,
  fact: Watched,
  graph: Graph,
): Omit<Answer<Message>, "verdict"> {
  const others = sharing.holders.slice(0, 6).filter((name) => !graph.same(name, held.workload));
  const more = sharing.count - 1;
  const [holder, other] = labelsApart(graph, held.workload, others[0] ?? held.workload, fact.at);
  return {
    message,
    data: {
      holder,
      secret: secretLabel(held, graph),
      other,
      more: more > 0 ? ` and ${more} more` : "",
    },
    ...(fact.kind === "literal" && { grade: fact.grade }),
    about: held.about,
    holder: held.workload,
    fault: sharingFault(graph, held.about, held.workload),
    at: fact.at,
    related: others.slice(0, 5).map((name) => ({ name, as: phrases[message] })),
  };
}

function fetchedAnswer(fetched: Fetched, { at }: Permission, graph: Graph): Answer<Message> {
  const { secret, workload, identity, others, doubt } = fetched;
  const more = others.length - 1;
  const [holder, other] = labelsApart(graph, workload, others[0] ?? workload);
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: doubt === undefined ? "fetched" : "maybeFetched",
    data: {
      holder,
      secret: labelOfThing(graph, secret),
      identity: labelOfThing(graph, identity),
      other,
      more: more > 0 ? ` and ${more} more` : "",
      reason: doubt?.reason ?? "",
    },
    about: secret,
    holder: workload,
    fault: sharingFault(graph, secret, workload),
    at,
    related: others.slice(0, 5).map((name) => ({ name, as: "has this secret too" })),
    ...(doubt !== undefined && { waitsFor: doubt.waitsFor }),
  };
}

const phrases: Readonly<Record<Exclude<Message, "fetched" | "maybeFetched">, string>> = {
  secret: "also holds this secret",
  value: "also holds this value",
  literal: "is given the same credential",
  derived: "may hold the same value",
  maybe: "may hold the same secret",
  one: "may be one workload with it",
  "which key": "may hold the same key",
  whether: "may hold the same secret",
  contents: "",
  unknown: "",
};

function secretLabel(held: Held, graph: Graph): string {
  const label = labelOfThing(graph, held.about);
  const { key } = held.part;
  return key === undefined || held.keyWaitsFor !== undefined ? label : `${label}[${key}]`;
}

function unknown(fact: Watched, waitsFor: readonly Urn[], graph: Graph): Answer<Message> {
  const workload: Name = fact.kind === "literal" ? fact.holder : fact.workload;
  return {
    verdict: "undetermined",
    message: "unknown",
    data: { holder: labelOfThing(graph, workload) },
    about: workload,
    holder: workload,
    fault: unknownSecretFault(graph, workload),
    at: fact.at,
    waitsFor,
  };
}
