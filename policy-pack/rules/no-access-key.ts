import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { defineRule, type Answer } from "../define-rule";

/** How many receivers a finding names; it counts the rest. */
const namedReceivers = 5;

/** A static key acts as its user for whoever has it, from wherever, until somebody deletes it. */
export default defineRule({
  id: "no-access-key",
  title: "No long-lived key of an IAM user is made",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes away that a key is declared",
  watches: ["static-key"],
  standards: [
    "NHI7:2025",
    "NHI2:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0055",
    "NIST-800-53r5:IA-5(7)",
  ],
  remediation:
    "delete the key and let the workload obtain a role of its own by federation: an `Agent`, `Tool` or `Orchestrator`, or the role of its function or task",
  messages: {
    ofUser:
      "`{key}` is declared: {what} of `{user}`, which lasts until somebody deletes it{received}",
    ofUnknown: "`{key}` is declared: {what}, which lasts until somebody deletes it{received}",
  },
  check: (fact, graph) => [answerAbout(fact, graph)],
});

function answerAbout(fact: FactOf<"static-key">, graph: Graph): Answer<"ofUser" | "ofUnknown"> {
  const user = nameIn(fact.user);
  const { receivers, holders } = reachedBy(fact.key, graph);
  const all = [...receivers, ...holders];
  return {
    verdict: "violated",
    message: user === undefined ? "ofUnknown" : "ofUser",
    data: {
      key: labelOfThing(graph, fact.key),
      what: `${/^[aeiou]/i.test(fact.what) ? "an" : "a"} ${fact.what}`,
      user: user === undefined ? "" : labelOfThing(graph, user),
      received: receivedText(all, graph),
    },
    about: fact.key,
    at: fact.at,
    related: [
      ...(user === undefined ? [] : [{ name: user, as: "is the user it acts as" }]),
      ...receivers.slice(0, namedReceivers).map((name) => ({ name, as: "receives the key" })),
      ...holders
        .slice(0, namedReceivers)
        .map((name) => ({ name, as: "is given what receives the key" })),
    ],
  };
}

/**
 * Who is reached by a key: what a property of receives it, and the workloads that hold what contains it.
 *
 * Evidence, not decision: the finding stands whoever these are.
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
      graph.facts("holds", "secret", held).map((fact) => fact.workload),
    );
    const others = distinct(holders, graph).filter(
      (holder) => !receivers.some((receiver) => graph.same(receiver, holder)),
    );
    return { receivers, holders: others };
  });
}

function receivedText(all: readonly Name[], graph: Graph): string {
  const [first, ...more] = all;
  if (first === undefined) return "";
  const rest = more.length === 0 ? "" : ` and ${more.length} more`;
  return `; it goes to \`${labelOfThing(graph, first)}\`${rest}`;
}

/** Each thing once, in the order of the names that stay the same from run to run. */
function distinct(names: readonly Name[], graph: Graph): readonly Name[] {
  const byThing = new Map(names.map((name) => [graph.idOf(name), name]));
  const keyed = [...byThing.values()].map((name) => ({ name, key: graph.canonical(name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}
