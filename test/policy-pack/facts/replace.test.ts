import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../policy-pack/facts/fact";
import { Graph } from "../../../policy-pack/facts/graph";
import { k8sName, type Name } from "../../../policy-pack/facts/name";
import { onceForEach } from "../../../policy-pack/facts/once-for-each";
import { oncePerGraph } from "../../../policy-pack/facts/once-per-graph";
import type { Watcher } from "../../../policy-pack/facts/watchers";

const names: readonly Name[] = [
  "urn:a",
  "urn:b",
  "urn:c",
  ...["one", "two"].flatMap((cluster) =>
    ["a", "b"].map((name) => k8sName(cluster, "desk", "ServiceAccount", name)),
  ),
];

const workloadsOf = onceForEach((graph, identity) =>
  graph.facts("runs-as", "identity", identity).map(({ workload }) => graph.canonical(workload)),
);

const shared = oncePerGraph((graph) =>
  graph.all("runs-as").filter((fact) => {
    const { identity } = fact;
    return identity.kind === "named" && workloadsOf(graph, identity.name).length > 1;
  }),
);

/** Everything that rules read a graph by, of one thing. */
const questions: readonly ((graph: Graph, name: Name) => unknown)[] = [
  (graph, name) => graph.facts("runs-as", "workload", name).map(placeOf),
  (graph, name) => graph.facts("runs-as", "identity", name).map(placeOf),
  (graph, name) => workloadsOf(graph, name),
  (graph) => shared(graph).map(placeOf),
  (graph, name) => [...graph.namesOf(name)].sort(),
  (graph, name) => names.filter((other) => graph.same(name, other)),
  (graph, name) => graph.possiblySame(name),
  (graph, name) => graph.unwatched(() => graph.canonical(name)),
];

function placeOf({ at }: Fact): string {
  return at.property;
}

/** A question as rules are asked it: it reads as a watcher. */
class Asked implements Watcher {
  readonly ask: (graph: Graph) => unknown;

  constructor(ask: (graph: Graph) => unknown) {
    this.ask = ask;
  }

  wake(): void {
    throw new Error("a complete graph does not change");
  }

  awaitEnd(): void {
    // All are asked at the end.
  }
}

const asked = names.flatMap((name) =>
  questions.map((ask) => new Asked((graph) => ask(graph, name))),
);

function factOf([isAlias, a, b]: readonly [boolean, Name, Name], index: number): Fact {
  const at = { urn: "urn:a", property: String(index).padStart(3, "0") };
  if (isAlias) return { kind: "alias", at, thing: a, also: b };
  return {
    kind: "runs-as",
    at,
    workload: a,
    identity: { kind: "named", name: b },
    how: "as",
    isDefault: false,
  };
}

function graphOf(facts: readonly Fact[]): Graph {
  const graph = new Graph();
  for (const fact of facts) graph.add(fact);
  graph.close(true);
  return graph;
}

const name = fc.constantFrom(...names);
const lists = fc
  .array(fc.tuple(fc.boolean(), name, name), { maxLength: 14 })
  .map((each) => each.map(factOf));

/** Facts, which of them are taken away in two steps, and how many come only then. */
const exchanges = fc.tuple(
  lists,
  fc.array(fc.boolean(), { maxLength: 14 }),
  fc.array(fc.boolean(), { maxLength: 14 }),
);

function chosen(facts: readonly Fact[], isChosen: readonly boolean[]): readonly Fact[] {
  return facts.filter((_, index) => isChosen[index] === true);
}

describe("a complete graph with facts in the place of others", () => {
  it("keeps the answers of readers of nothing that differs, and gives all others that of a graph of these facts", () => {
    fc.assert(
      fc.property(exchanges, ([all, later, leaving]) => {
        const added = chosen(all, later);
        const before = all.filter((fact) => !added.includes(fact));
        const gone = new Set(chosen(before, leaving));
        const graph = graphOf(before);
        const answers = asked.map((one) => graph.noting(one, () => one.ask(graph)));
        for (let round = 0; round < 2; round += 1) {
          graph.replace(gone, added.slice(0, 2));
          const stale = graph.replace(new Set(), added.slice(2));
          const anew = graphOf(all.filter((fact) => !gone.has(fact)));
          for (const [index, one] of asked.entries()) {
            const now = stale.has(one) ? one.ask(graph) : answers[index];
            assert.deepEqual(now, one.ask(anew));
          }
          graph.restore();
          assert.deepEqual(
            asked.map((one) => one.ask(graph)),
            answers,
          );
        }
      }),
    );
  });

  it("is asked again for nothing that differs from nothing", () => {
    const graph = graphOf([]);
    for (const one of asked) graph.noting(one, () => one.ask(graph));
    assert.equal(graph.replace(new Set(), []).size, 0);
    graph.restore();
  });

  it("has further facts made of those that it has by then", () => {
    const [fact] = [factOf([false, "urn:a", "urn:b"], 0)];
    const graph = graphOf([]);
    graph.replace(new Set(), [fact]);
    assert.deepEqual(
      graph.beforeEnd(() => [graph.complete, shared(graph).length, graph.all("runs-as").length]),
      [false, 0, 1],
    );
    graph.restore();
    assert.equal(graph.complete, true);
  });
});

describe("the names of a graph", () => {
  it("are those that facts state, and those that were asked for", () => {
    const graph = new Graph();
    graph.add(factOf([false, "urn:a", "urn:b"], 0));
    graph.same("urn:unread", "urn:b");
    graph.close(true);
    const [one] = asked;
    assert.ok(one);
    graph.noting(one, () => [
      graph.facts("runs-as", "workload", "urn:asked"),
      graph.idOf("urn:called"),
    ]);
    assert.deepEqual([...graph.statedNames()], ["urn:a", "urn:b"]);
    assert.deepEqual([...graph.usedNames()], ["urn:a", "urn:b", "urn:asked", "urn:called"]);
  });
});
