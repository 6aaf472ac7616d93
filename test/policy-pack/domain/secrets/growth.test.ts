import assert from "node:assert/strict";
import { Graph } from "../../../../policy-pack/facts/graph";
import { named, nameIn } from "../../../../policy-pack/facts/fact-values";
import { k8sName, scopedName } from "../../../../policy-pack/facts/name";
import { allHoldersOf } from "../../../../policy-pack/domain/secrets/consumers";
import { lookedFor } from "../../../../policy-pack/domain/secrets/looked-for";
import { useIn, sharingOf } from "../../../../policy-pack/domain/secrets/sharing";

const at = { urn: "urn:x", property: "p" };

/** Counts look-ups of facts, which is the cost of a judgement. */
class CountingGraph extends Graph {
  reads = 0;

  override namesOf: Graph["namesOf"] = (name) => {
    this.reads += 1;
    return super.namesOf(name);
  };

  override facts: Graph["facts"] = (kind, index, name) => {
    this.reads += 1;
    return super.facts(kind, index, name);
  };
}

function hub(holders: number, secretOf: (index: number) => string): CountingGraph {
  const graph = new CountingGraph();
  for (let index = 0; index < holders; index += 1) {
    const workload = `urn:w${index}`;
    const secret = named(secretOf(index));
    graph.add({
      kind: "workload",
      at,
      workload,
      is: "undeclared",
      what: "Deployment",
      label: workload,
      declarationOnly: false,
    });
    graph.add({ kind: "uses", at, workload, secret, key: "key", through: "env" });
  }
  return graph;
}

function judge(graph: CountingGraph): number {
  graph.reads = 0;
  for (const fact of graph.all("uses")) {
    const read = useIn(graph, fact);
    assert.ok(read.kind === "held");
    assert.notEqual(sharingOf(graph, read.held), undefined);
  }
  return graph.reads;
}

const remoteName = scopedName("secret", "111122223333", "crm");

/** Says of as many Secrets that each of them has the value of the remote one. */
function fill(graph: Graph, secrets: number, secretOf: (index: number) => string): void {
  for (let index = 0; index < secrets; index += 1) {
    const container = secretOf(index);
    const content = named(remoteName);
    graph.add({ kind: "contains", at, container, key: "key", content, derived: false });
  }
}

function ownSecret(index: number): string {
  return k8sName("default", `n${index}`, "Secret", "crm");
}

describe("the consumers of a secret that all consumers share", () => {
  it("cost each of them the same, before and after the graph is complete", () => {
    const name = k8sName("default", "acme", "Secret", "crm");
    for (const complete of [false, true]) {
      const [few, many] = [100, 1_000].map((holders) => {
        const graph = hub(holders, () => name);
        if (complete) graph.close();
        return judge(graph);
      });
      assert.ok(many! < few! * 20, `${few ?? 0} reads for 100, ${many ?? 0} for 1,000`);
    }
  });

  it("cost each of them the same where each has a Secret of its own with one value", () => {
    for (const complete of [false, true]) {
      const [few, many] = [100, 1_000].map((holders) => {
        const graph = hub(holders, ownSecret);
        fill(graph, holders, ownSecret);
        if (complete) graph.close();
        return judge(graph);
      });
      assert.ok(many! < few! * 20, `${few ?? 0} reads for 100, ${many ?? 0} for 1,000`);
    }
  });

  it("cost each of them the same where others use it for each", () => {
    const [few, many] = [200, 2_000].map((holders) => {
      const graph = hub(holders, ownSecret);
      fill(graph, holders, ownSecret);
      for (let index = 0; index < holders; index += 1) {
        graph.add({
          kind: "uses",
          at,
          workload: `urn:scaler${index}`,
          secret: named(ownSecret(index)),
          key: "key",
          through: "env",
          onBehalfOf: named(`urn:w${index}`),
        });
      }
      graph.close();
      graph.reads = 0;
      const found = allHoldersOf(graph, { name: remoteName, key: undefined }, false);
      assert.equal(found.length, holders);
      return graph.reads;
    });
    assert.ok(many! < few! * 20, `${few ?? 0} reads for 200, ${many ?? 0} for 2,000`);
  });
});

describe("what an operator looks for in a namespace that is not known", () => {
  const operator = "urn:operator";
  const inDefault = {
    kind: "operator secret",
    operator,
    cluster: "default",
    usually: "keda",
  } as const;

  /** As many Secrets, each in a namespace of its own, as objects for all of the cluster that name one each. */
  function cluster(size: number): CountingGraph {
    const graph = hub(size, (index) => k8sName("default", `n${index}`, "Secret", `crm-${index}`));
    graph.add({
      kind: "operator-namespace",
      at,
      operator,
      namespace: { kind: "unknown", dependsOn: ["urn:ns"] },
    });
    for (let index = 0; index < size; index += 1) {
      graph.add({
        kind: "contains",
        at,
        container: `urn:c${index}`,
        content: { ...inDefault, secret: `crm-${index}` },
        derived: false,
      });
    }
    return graph;
  }

  it("is where the stack names it, and costs each object the same", () => {
    const [few, many] = [200, 2_000].map((size) => {
      const graph = cluster(size);
      graph.reads = 0;
      const found = [...lookedFor(graph)].map(({ content }) => nameIn(content));
      const expected = Array.from({ length: size }, (_, index) =>
        k8sName("default", `n${index}`, "Secret", `crm-${index}`),
      );
      assert.deepEqual([...found].sort(), [...expected].sort());
      return graph.reads;
    });
    assert.ok(many! < few! * 20, `${few ?? 0} reads for 200, ${many ?? 0} for 2,000`);
  });

  it("is nowhere where the stack names no such Secret in that cluster", () => {
    const graph = hub(1, () => k8sName("other", "acme", "Secret", "crm-0"));
    graph.add({
      kind: "operator-namespace",
      at,
      operator,
      namespace: { kind: "unknown", dependsOn: [] },
    });
    const content = { ...inDefault, secret: "crm-0" };
    graph.add({ kind: "contains", at, container: "urn:c", content, derived: false });
    assert.deepEqual([...lookedFor(graph)], []);
  });
});
