import assert from "node:assert/strict";
import type { Fact } from "../../../policy-pack/facts/fact";
import { Graph } from "../../../policy-pack/facts/graph";
import { Masks } from "../../../policy-pack/facts/masks";
import { labelAt, labelOfThing, distinctLabels } from "../../../policy-pack/facts/label";

const at = { urn: "urn:pulumi:dev::desk::t::a", property: "p" };
const urn = "urn:pulumi:dev::desk::kubernetes:core/v1:Secret::secret";

function workload(is: "agent" | "undeclared", label: string, name = "w"): Fact {
  return {
    kind: "workload",
    at,
    workload: name,
    is,
    what: "Deployment",
    label,
    declarationOnly: false,
  };
}

describe("the label of a thing", () => {
  it("is its most specific name", () => {
    const graph = new Graph();
    assert.equal(labelOfThing(graph, urn), "secret");
    graph.add({ kind: "alias", at, thing: urn, also: "k8s|default|acme|Secret|crm-key" });
    assert.equal(labelOfThing(graph, urn), "acme/crm-key");
  });

  it("shows a namespace whose name is not known by its resource's", () => {
    const space = "urn:pulumi:dev::desk::kubernetes:core/v1:Namespace::acme";
    const name = `k8s|default|${space}|ServiceAccount|triage`;
    assert.equal(labelOfThing(new Graph(), name), "acme/triage");
  });

  it("is a workload's own, the declared one first", () => {
    const graph = new Graph();
    graph.add(workload("undeclared", "acme/pod"));
    assert.equal(labelOfThing(graph, "w"), "acme/pod");
    graph.add(workload("agent", "triage"));
    assert.equal(labelOfThing(graph, "w"), "triage");
  });

  it("is what the program calls its resource, where all of it is marked as secret", () => {
    const graph = new Graph(new Masks());
    const role = "urn:pulumi:dev::desk::aws:iam/role:Role::billing";
    graph.add({ kind: "alias", at, thing: role, also: "iam-role|111122223333|acme-prod" });
    graph.add(workload("agent", "acme-prod", role));
    assert.equal(labelOfThing(graph, role), "acme-prod");
    graph.masks.add(["acme-prod"]);
    assert.equal(labelOfThing(graph, role), "billing");
    assert.equal(labelAt(graph, role, { urn: role, property: "" }), "billing");
    assert.equal(labelOfThing(graph, "iam-role|444455556666|acme-prod"), "acme-prod");
    const part = "iam-role|111122223333|acme-prod-agent";
    assert.equal(labelOfThing(graph, part), "acme-prod-agent");
  });

  it("is notified of no reader", () => {
    const graph = new Graph();
    let woken = 0;
    graph.watching({ wake: () => (woken += 1), awaitEnd: () => undefined }, () =>
      labelOfThing(graph, "w"),
    );
    graph.add(workload("agent", "triage"));
    assert.equal(woken, 0);
  });
});

describe("the labels of two things", () => {
  const named = (stack: string, type: string, name: string): string =>
    `urn:pulumi:${stack}::desk::${type}::${name}`;

  function exempt(one: string, other: string): readonly [string, string] {
    const graph = new Graph();
    for (const name of [one, other]) {
      const what = name.includes("Function") ? "Lambda function" : "Deployment";
      graph.add({ ...workload("undeclared", "crm"), workload: name, what } as Fact);
    }
    return distinctLabels(graph, one, other);
  }

  it("have what each is where they are alike, else the stack, else the name in the program", () => {
    assert.deepEqual(exempt(named("dev", "Function", "a"), named("dev", "Deployment", "a")), [
      "crm (Lambda function)",
      "crm (Deployment)",
    ]);
    assert.deepEqual(exempt(named("dev", "Function", "a"), named("prod", "Function", "a")), [
      "crm (desk/dev)",
      "crm (desk/prod)",
    ]);
    assert.deepEqual(exempt(named("dev", "Function", "a"), named("dev", "Function", "b")), [
      "crm (a)",
      "crm (b)",
    ]);
  });

  it("have the cluster where only EKS names it", () => {
    const account = (cluster: string): string =>
      `k8s|urn:aws:eks:default:cluster/${cluster}|acme|ServiceAccount|triage`;
    assert.deepEqual(distinctLabels(new Graph(), account("prod"), account("staging")), [
      "acme/triage (EKS cluster prod)",
      "acme/triage (EKS cluster staging)",
    ]);
  });

  it("stay alike where nothing distinguishes the things", () => {
    assert.deepEqual(exempt("w", "v"), ["crm", "crm"]);
    assert.deepEqual(distinctLabels(new Graph(), "arn:a", "arn:b"), ["arn:a", "arn:b"]);
  });
});
