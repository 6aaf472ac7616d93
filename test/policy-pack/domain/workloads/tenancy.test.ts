import assert from "node:assert/strict";
import type { Fact } from "../../../../policy-pack/facts/fact";
import { named, type TenantSource } from "../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../policy-pack/facts/graph";
import { tenantOf, tenantStatements } from "../../../../policy-pack/domain/workloads/tenancy";

const at = { urn: "urn:pulumi:dev::desk::t::a", property: "p" };

function belongs(thing: string, tenant: string | undefined, by: TenantSource): Fact {
  const text =
    tenant === undefined
      ? ({ kind: "unknown", dependsOn: ["urn:ns"] } as const)
      : ({ kind: "known", text: tenant } as const);
  return { kind: "belongs-to", at, thing, tenant: text, by };
}

function graphOf(...facts: readonly Fact[]): Graph {
  const graph = new Graph();
  for (const fact of facts) graph.add(fact);
  graph.close();
  return graph;
}

const inside: Fact = { kind: "inside", at, thing: "w", namespace: named("ns") };

function tenant(...facts: readonly Fact[]): string {
  const graph = graphOf(...facts);
  const found = tenantOf(graph, "w");
  const [best] = tenantStatements(graph, "w");
  return found.kind === "tenant" ? `${found.tenant} by ${best?.by ?? ""}` : found.kind;
}

describe("the tenant of a thing", () => {
  it("is none where nothing names one", () => {
    assert.equal(tenant(), "none");
    assert.equal(tenant(inside), "none");
  });

  it("comes from the first source that names one, whatever the order", () => {
    const facts = [
      belongs("w", "own", "own"),
      belongs("w", "component", "component"),
      belongs("ns", "label", "namespace"),
      inside,
    ];
    assert.equal(tenant(...facts), "label by namespace");
    assert.equal(tenant(...[...facts].reverse()), "label by namespace");
    assert.equal(
      tenant(belongs("w", "configured", "configuration"), ...facts),
      "configured by configuration",
    );
    assert.equal(tenant(...facts.slice(0, 2)), "component by component");
    assert.equal(tenant(...facts.slice(0, 1)), "own by own");
  });

  it("is the configured one of its namespace, before the namespace's label", () => {
    assert.equal(
      tenant(
        inside,
        belongs("ns", "label", "namespace"),
        belongs("ns", "configured", "configuration"),
      ),
      "configured by configuration",
    );
  });

  it("counts a namespace made by a component as the namespace's word", () => {
    assert.equal(
      tenant(inside, belongs("ns", "acme", "component"), belongs("w", "x", "component")),
      "acme by namespace",
    );
  });

  it("is unknown when the best source is, even where a lower one speaks", () => {
    assert.equal(
      tenant(inside, belongs("ns", undefined, "namespace"), belongs("w", "own", "own")),
      "unknown",
    );
  });

  it("is unknown in an unknown namespace, where there are several tenants", () => {
    const hidden: Fact = {
      kind: "inside",
      at,
      thing: "w",
      namespace: { kind: "unknown", dependsOn: ["urn:pet"] },
    };
    const others = [belongs("a", "acme", "own"), belongs("b", "globex", "own")];
    assert.equal(tenant(hidden), "none");
    assert.equal(tenant(hidden, belongs("w", "acme", "own")), "acme by own");
    assert.equal(tenant(hidden, ...others), "unknown");
    assert.equal(tenant(hidden, belongs("w", "acme", "own"), ...others), "unknown");
    assert.equal(
      tenant(hidden, belongs("w", "acme", "configuration"), ...others),
      "acme by configuration",
    );
  });

  it("does not depend on the order of sources of one rank", () => {
    const facts = [
      belongs("w", "globex", "own"),
      belongs("w", "acme", "own"),
      belongs("w", undefined, "own"),
    ];
    assert.equal(tenant(...facts), "acme by own");
    assert.equal(tenant(...[...facts].reverse()), "acme by own");
  });

  it("keeps every statement, for contradictions to be reported", () => {
    const graph = graphOf(
      inside,
      belongs("w", "globex", "own"),
      belongs("ns", "acme", "namespace"),
    );
    assert.deepEqual(
      tenantStatements(graph, "w").map((s) => [s.by, s.tenant]),
      [
        ["namespace", { kind: "known", text: "acme" }],
        ["own", { kind: "known", text: "globex" }],
      ],
    );
  });
});
