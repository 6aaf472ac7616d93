import { eksScope } from "../../../policy-pack/facts/eks-scope";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../policy-pack/facts/fact";
import { named } from "../../../policy-pack/facts/fact-values";
import { Graph } from "../../../policy-pack/facts/graph";
import {
  canonicalName,
  k8sName,
  labelOf,
  scopedName,
  scopesDiffer,
} from "../../../policy-pack/facts/name";

const at = { urn: "urn:pulumi:dev::desk::t::a", property: "p" };

function runsAs(workload: string, identity: string): Fact {
  return {
    kind: "runs-as",
    at,
    workload,
    identity: named(identity),
    how: "test",
    isDefault: false,
  };
}

function alias(thing: string, also: string): Fact {
  return { kind: "alias", at, thing, also };
}

describe("graph", () => {
  it("files a fact under each thing it is about", () => {
    const graph = new Graph();
    graph.add(runsAs("w", "i"));
    assert.deepEqual(graph.facts("runs-as", "workload", "w"), [runsAs("w", "i")]);
    assert.deepEqual(graph.facts("runs-as", "identity", "i"), [runsAs("w", "i")]);
    assert.deepEqual(graph.facts("runs-as", "identity", "w"), []);
  });

  it("leaves a fact out of the index of a thing that is unknown", () => {
    const graph = new Graph();
    graph.add({
      ...runsAs("w", "i"),
      kind: "runs-as",
      identity: { kind: "unknown", dependsOn: [] },
    } as Fact);
    assert.equal(graph.all("runs-as").length, 1);
    assert.equal(graph.facts("runs-as", "workload", "w").length, 1);
  });

  it("joins what was filed under two names of one thing", () => {
    const graph = new Graph();
    graph.add(runsAs("w1", "a"));
    graph.add(runsAs("w2", "b"));
    graph.add(alias("a", "b"));
    assert.equal(graph.same("a", "b"), true);
    assert.equal(graph.facts("runs-as", "identity", "a").length, 2);
    assert.deepEqual([...graph.namesOf("b")].sort(), ["a", "b"]);
  });

  it("wakes a watcher for a fact about what it read, once, and for no other", () => {
    const graph = new Graph();
    let woken = 0;
    graph.watching({ wake: () => (woken += 1), awaitEnd: () => undefined }, () =>
      graph.facts("runs-as", "identity", "i"),
    );
    graph.add(runsAs("w", "other"));
    assert.equal(woken, 0);
    graph.add(runsAs("w", "i"));
    graph.add(runsAs("w2", "i"));
    assert.equal(woken, 1);
  });

  it("wakes a watcher when what it read merges with another thing", () => {
    for (const read of ["a", "b"]) {
      const graph = new Graph();
      let woken = 0;
      graph.add(runsAs("w", "a"));
      graph.add(runsAs("w", "b"));
      graph.watching({ wake: () => (woken += 1), awaitEnd: () => undefined }, () =>
        graph.facts("runs-as", "identity", read),
      );
      graph.add(alias("a", "b"));
      assert.equal(woken, 1, read);
    }
  });

  it("takes facts away, wakes those who read them and no other, and leaves the rest", () => {
    const graph = new Graph();
    const gone = runsAs("w1", "i");
    for (const fact of [gone, runsAs("w2", "i"), runsAs("w3", "j")]) graph.add(fact);
    const woken: string[] = [];
    for (const name of ["i", "j"]) {
      const watcher = { wake: () => woken.push(name), awaitEnd: () => undefined };
      graph.watching(watcher, () => graph.facts("runs-as", "identity", name));
    }
    assert.equal(graph.withdraw(new Set([gone])), true);
    assert.deepEqual(woken, ["i"]);
    assert.deepEqual(
      graph.facts("runs-as", "identity", "i").map(({ workload }) => workload),
      ["w2"],
    );
    assert.deepEqual(graph.facts("runs-as", "workload", "w1"), []);
    assert.deepEqual(
      graph.all("runs-as").map(({ workload }) => workload),
      ["w2", "w3"],
    );
  });

  it("removes nothing where names would have to be separated again", () => {
    const graph = new Graph();
    const joined = alias("i", "j");
    const facts = [runsAs("w1", "i"), joined];
    for (const fact of facts) graph.add(fact);
    assert.equal(graph.withdraw(new Set(facts)), false);
    assert.equal(graph.facts("runs-as", "identity", "j").length, 1);
  });

  it("marks a watcher for the final pass where it reads facts without notification", () => {
    const reads: Readonly<Record<string, (graph: Graph) => unknown>> = {
      complete: (graph) => graph.complete,
      all: (graph) => graph.all("runs-as"),
      same: (graph) => graph.same("i", "j"),
      idOf: (graph) => graph.idOf("i"),
      namesOf: (graph) => graph.namesOf("i"),
      canonical: (graph) => graph.canonical("i"),
      possiblySame: (graph) => graph.possiblySame("i"),
      evidence: (graph) => graph.unwatched(() => graph.facts("runs-as", "identity", "i")),
      facts: (graph) => graph.facts("runs-as", "identity", "i"),
      itself: (graph) => graph.same("i", "i"),
    };
    const awaiting: string[] = [];
    for (const [name, read] of Object.entries(reads)) {
      const graph = new Graph();
      const watcher = { wake: () => undefined, awaitEnd: () => awaiting.push(name) };
      graph.watching(watcher, () => read(graph));
    }
    assert.deepEqual(
      [...new Set(awaiting)],
      ["complete", "all", "same", "idOf", "namesOf", "canonical", "possiblySame", "evidence"],
    );
  });

  it("does not wake for what was read as mere evidence", () => {
    const graph = new Graph();
    let woken = 0;
    graph.watching({ wake: () => (woken += 1), awaitEnd: () => undefined }, () =>
      graph.unwatched(() => graph.facts("runs-as", "identity", "i")),
    );
    graph.add(runsAs("w", "i"));
    assert.equal(woken, 0);
  });

  it("relates names that differ by an unknown account, and not those of two known ones", () => {
    const graph = new Graph();
    const inProvider = scopedName("iam-role", "default", "desk");
    const known = scopedName("iam-role", "111122223333", "desk");
    const other = scopedName("iam-role", "444455556666", "desk");
    for (const name of [inProvider, known, other, "urn:x"]) graph.idOf(name);
    assert.deepEqual([...graph.possiblySame(inProvider)].sort(), [known, other]);
    assert.deepEqual(graph.possiblySame(known), [inProvider]);
    assert.deepEqual(graph.possiblySame("urn:x"), []);
  });

  it("does not relate what is known to be one thing", () => {
    const graph = new Graph();
    graph.add(
      alias(scopedName("iam-role", "default", "d"), scopedName("iam-role", "111122223333", "d")),
    );
    assert.deepEqual(graph.possiblySame(scopedName("iam-role", "default", "d")), []);
  });

  it("remembers where resources are declared", () => {
    const graph = new Graph();
    graph.locate("urn:a", { file: "index.ts", line: 3 });
    graph.locate("urn:b", undefined);
    assert.deepEqual(graph.sourceOf("urn:a"), { file: "index.ts", line: 3 });
    assert.equal(graph.sourceOf("urn:b"), undefined);
  });

  it("answers by where facts were read once all are there, whatever the order in which they came", () => {
    const names = fc.constantFrom("a", "b", "c", "d", "e");
    const facts = fc.array(
      fc.oneof(
        fc.tuple(names, names).map(([w, i]) => runsAs(w, i)),
        fc.tuple(names, names).map(([a, b]) => alias(a, b)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (given, random) => {
        const placed = given.map((fact, index) => ({
          ...fact,
          at: { urn: `urn:${index % 4}`, property: `p${index}` },
        }));
        const shuffled = placed
          .map((fact) => ({ fact, key: Number(random.next().value) }))
          .sort((x, y) => x.key - y.key)
          .map(({ fact }) => fact);
        assert.deepEqual(answers(placed), answers(shuffled));
      }),
    );
  });

  it("lists facts as they come while resources do, and what comes after the end where it belongs", () => {
    const graph = new Graph();
    const read = (urn: string, property: string): Fact => ({
      ...runsAs(property, "i"),
      at: { urn, property },
    });
    const listed = (): readonly string[] =>
      graph.facts("runs-as", "identity", "i").map(({ workload }) => workload);
    graph.add(read("urn:b", "second"));
    graph.add(read("urn:a", "first"));
    assert.deepEqual(listed(), ["second", "first"]);
    graph.close();
    assert.deepEqual(listed(), ["first", "second"]);
    graph.add(read("urn:a", "before"));
    assert.deepEqual(listed(), ["before", "first", "second"]);
    assert.deepEqual(
      graph.all("runs-as").map((fact) => fact.workload),
      ["before", "first", "second"],
    );
  });
});

/** For each name, its spellings and what is filed under it. */
function answers(facts: readonly Fact[]): unknown {
  const graph = new Graph();
  for (const fact of facts) graph.add(fact);
  graph.close();
  return [
    graph.all("runs-as"),
    ["a", "b", "c", "d", "e"].map((name) => [
      [...graph.namesOf(name)].sort(),
      graph.facts("runs-as", "identity", name),
      graph.facts("runs-as", "workload", name),
    ]),
  ];
}

describe("names", () => {
  it("prefer a URN, then the smallest, as the one that stays", () => {
    assert.equal(canonicalName(["b", "urn:z", "a", "urn:y"]), "urn:y");
    assert.equal(canonicalName(["b", "a"]), "a");
    assert.equal(canonicalName([]), "");
  });

  it("differ in scope only where both scopes are known", () => {
    assert.equal(scopesDiffer("111122223333", "444455556666"), true);
    assert.equal(scopesDiffer("111122223333", "111122223333"), false);
    assert.equal(scopesDiffer("default", "444455556666"), false);
    assert.equal(scopesDiffer("urn:p", "urn:q"), false);
  });

  it("differ in scope where EKS names two clusters otherwise, or has them in two accounts", () => {
    const [one, other] = ["111122223333", "444455556666"];
    const scope = (account: string, cluster: string) => eksScope({ account, cluster });
    assert.equal(scopesDiffer(scope("default", "prod"), scope("default", "staging")), true);
    assert.equal(scopesDiffer(scope(one, "prod"), scope(other, "prod")), true);
    assert.equal(scopesDiffer(scope(one, "prod"), scope("default", "prod")), false);
    assert.equal(scopesDiffer(scope(one, "prod"), "https://prod.example"), false);
  });

  it("read as people write them", () => {
    assert.equal(labelOf(k8sName("default", "acme", "Secret", "crm-key")), "acme/crm-key");
    assert.equal(labelOf(k8sName("default", "", "Namespace", "acme")), "acme");
    assert.equal(labelOf("urn:pulumi:dev::desk::aws:iam/role:Role::planner"), "planner");
    assert.equal(labelOf("arn:aws:iam::111122223333:role/x"), "arn:aws:iam::111122223333:role/x");
    assert.equal(labelOf(scopedName("iam-role", "default", "planner")), "planner");
    assert.equal(labelOf("plain"), "plain");
    const urn = "urn:pulumi:dev::desk::kubernetes:core/v1:ConfigMap::acme/crm";
    assert.equal(labelOf(`literal-at|${urn}|data.a|b`), "acme/crm: data.a|b");
  });
});
