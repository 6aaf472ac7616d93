import { isCertain } from "../../core/credential/possible-use";
import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { capitalised } from "../../core/listed";
import { defineRule, type Answer } from "../define-rule";

/** How many receivers a finding names; it counts the rest. */
const namedReceivers = 5;

export default defineRule({
  id: "no-access-key",
  title: "No IAM user has a long-lived key",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes away that a key is declared",
  watches: ["static-credential"],
  remediation:
    "delete the key and have the workload assume its own role: by an `Agent`, `Tool` or `Orchestrator`, or as a function or task",
  messages: {
    ofUser: "{what} of user `{user}` never expires{received}",
    ofUnknown: "{what} `{key}` never expires{received}",
  },
  check: (fact, graph) => (fact.of === "user" ? [answerAbout(fact, graph)] : []),
});

function answerAbout(
  fact: Extract<FactOf<"static-credential">, { readonly of: "user" }>,
  graph: Graph,
): Answer<"ofUser" | "ofUnknown"> {
  const { credential: key } = fact;
  const user = nameIn(fact.user);
  const { receivers, holders } = reachedBy(key, graph);
  const count = receivers.length + holders.length;
  return {
    message: user === undefined ? "ofUnknown" : "ofUser",
    data: {
      key: labelOfThing(graph, key),
      what: capitalised(fact.what),
      user: user === undefined ? "" : labelOfThing(graph, user),
      received: receivedText(count),
    },
    about: key,
    at: fact.at,
    related: [
      ...(user === undefined ? [] : [{ name: user, as: "is the user of the key" }]),
      ...receivers.slice(0, namedReceivers).map((name) => ({ name, as: "receives the key" })),
      ...holders.slice(0, namedReceivers).map((name) => ({ name, as: "uses the key" })),
    ],
  };
}

/**
 * The consumers of a key: resources with a property that receives it, and workloads that use what contains it.
 *
 * Evidence, not decision: the finding does not depend on them.
 */
function reachedBy(
  key: Name,
  graph: Graph,
): { readonly receivers: readonly Name[]; readonly holders: readonly Name[] } {
  return graph.unwatched(() => {
    const containers = graph.facts("contains", "content", key).map((fact) => fact.container);
    const receivers = distinct(
      graph.facts("receives", "from", key).map((fact) => fact.receiver),
      graph,
    );
    const holders = [key, ...containers, ...receivers].flatMap((held) =>
      graph
        .facts("uses", "secret", held)
        .filter(isCertain)
        .map((fact) => fact.workload),
    );
    const others = distinct(holders, graph).filter(
      (holder) => !receivers.some((receiver) => graph.same(receiver, holder)),
    );
    return { receivers, holders: others };
  });
}

function receivedText(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "; 1 resource receives it" : `; ${count} resources receive it`;
}

/** Each thing once, in the order of the names that stay the same from run to run. */
function distinct(names: readonly Name[], graph: Graph): readonly Name[] {
  const byThing = new Map(names.map((name) => [graph.idOf(name), name]));
  const keyed = [...byThing.values()].map((name) => ({ name, key: graph.canonical(name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}
