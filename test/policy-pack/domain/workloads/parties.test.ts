import assert from "node:assert/strict";
import type { Fact, FactBodies, FactKind } from "../../../../policy-pack/facts/fact";
import { named } from "../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../policy-pack/facts/graph";
import {
  accountsBecoming,
  partiesOf,
  runnersOf,
} from "../../../../policy-pack/domain/workloads/parties";

function fact<K extends FactKind>(kind: K, body: FactBodies[K]): Fact {
  return { kind, at: { urn: "urn:x", property: "p" }, ...body } as unknown as Fact;
}

function workload(
  name: string,
  declarationOnly = false,
  is: "agent" | "undeclared" = "undeclared",
): Fact {
  return fact("workload", { workload: name, is, what: "Deployment", label: name, declarationOnly });
}

function runs(name: string, identity = "account", isDefault = false): Fact {
  return fact("runs-as", { workload: name, identity: named(identity), how: "test", isDefault });
}

function owns(name: string, identity = "account"): Fact {
  return fact("owns", { workload: name, identity });
}

function assumes(identity: string, role = "role"): Fact {
  return fact("assumes", { identity, role: named(role), by: "irsa" });
}

function graphOf(facts: readonly Fact[], complete = true): Graph {
  const graph = new Graph();
  for (const each of facts) graph.add(each);
  if (complete) graph.close();
  return graph;
}

/** Before and after the graph is complete, which must agree as long as few share. */
function parties(identity: string, ...facts: readonly Fact[]): readonly string[] {
  const early = [...partiesOf(graphOf(facts, false), identity)].sort();
  const final = partiesOf(graphOf(facts), identity);
  assert.deepEqual(early, final);
  return final;
}

describe("parties of an identity", () => {
  it("are those that run as it, each once", () => {
    assert.deepEqual(parties("account"), []);
    assert.deepEqual(parties("account", runs("a"), runs("a")), ["a"]);
    assert.deepEqual(parties("account", runs("b"), runs("a")), ["a", "b"]);
  });

  it("leave out what runs as a default account", () => {
    assert.deepEqual(parties("account", runs("a"), runs("b", "account", true)), ["a"]);
  });

  it("of a role are those of every account that becomes it", () => {
    assert.deepEqual(
      parties(
        "role",
        runs("a", "x"),
        runs("b", "y"),
        assumes("x"),
        assumes("y"),
        runs("c", "role"),
      ),
      ["a", "b", "c"],
    );
  });

  it("count a declaration and what carries it out as one", () => {
    const declaration = workload("declared", true, "agent");
    assert.equal(
      parties("account", declaration, owns("declared"), workload("a"), runs("a")).length,
      1,
    );
    assert.equal(
      parties("account", workload("a"), runs("a"), declaration, owns("declared")).length,
      1,
    );
  });

  it("count two that run as what one declared", () => {
    const facts = [
      workload("declared", true, "agent"),
      owns("declared"),
      workload("a"),
      runs("a"),
      workload("b"),
      runs("b"),
    ];
    assert.deepEqual(parties("account", ...facts), ["a", "b", "declared"]);
  });

  it("count two declarations that own one identity", () => {
    const facts = [
      workload("c", true, "agent"),
      owns("c"),
      workload("d", true, "agent"),
      owns("d"),
    ];
    assert.deepEqual(parties("account", ...facts), ["c", "d"]);
  });

  it("count a declaration that something else carries out already, and who runs as its identity beside it", () => {
    const facts = [
      workload("d", true, "agent"),
      workload("d"),
      owns("d"),
      runs("d"),
      workload("a"),
      runs("a"),
    ];
    assert.deepEqual(parties("account", ...facts), ["a", "d"]);
  });

  it("are listed no further than sharing needs, until all is known", () => {
    const facts = ["a", "b", "c", "d", "e"].map((name) => runs(name));
    assert.equal(partiesOf(graphOf(facts, false), "account").length, 3);
    const graph = graphOf(facts);
    assert.equal(partiesOf(graph, "account").length, 5);
    assert.equal(
      partiesOf(graph, "account"),
      partiesOf(graph, "account"),
      "and then worked out once",
    );
  });
});

describe("who assumes a role", () => {
  it("is each account once, and each runner of an account once", () => {
    const graph = graphOf([
      assumes("x"),
      assumes("x"),
      assumes("y"),
      runs("a", "x"),
      runs("a", "x"),
      owns("a", "x"),
    ]);
    assert.deepEqual(accountsBecoming(graph, "role"), ["x", "y"]);
    assert.deepEqual(runnersOf(graph, "x"), ["a"]);
    assert.deepEqual(runnersOf(graph, "role"), []);
  });
});
