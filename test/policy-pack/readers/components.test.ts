import assert from "node:assert/strict";
import { componentReaders } from "../../../policy-pack/readers/components";
import type { ValueRecord } from "../../../core/snapshot/value";
import { outputOf, resource, urnOf } from "../../support/resources";
import { said } from "./aws/reading";

const component = (kind: string, inputs: ValueRecord) =>
  said(componentReaders, resource(`agentid:index:${kind}`, "triage", inputs, { custom: false }));

const urn = (kind: string) => urnOf(`agentid:index:${kind}`, "triage");

describe("the reader of our components", () => {
  for (const [kind, is] of [
    ["Orchestrator", "orchestrator"],
    ["Agent", "agent"],
    ["Tool", "tool"],
  ] as const) {
    it(`reads what an ${kind} declares`, () => {
      const tenant = { name: "acme", namespace: "acme-desk" };
      const risk = { sensitivity: "restricted", effects: ["payment"] };
      assert.deepEqual(component(kind, { name: "t", tenant, autonomy: "autonomous", risk }), [
        {
          kind: "workload",
          workload: urn(kind),
          is,
          what: kind,
          label: "acme-desk/t",
          declarationOnly: true,
          autonomy: "autonomous",
          sensitivity: "restricted",
          effects: ["payment"],
          property: "",
        },
        {
          kind: "belongs-to",
          thing: urn(kind),
          tenant: { kind: "known", text: "acme" },
          by: "component",
          property: "tenant",
        },
      ]);
    });
  }

  it("reads a workload whose tenant a preview cannot know", () => {
    const waits = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));
    assert.deepEqual(component("Agent", { tenant: waits }), [
      {
        kind: "workload",
        workload: urn("Agent"),
        is: "agent",
        what: "Agent",
        label: "triage",
        declarationOnly: true,
        property: "",
      },
      {
        kind: "belongs-to",
        thing: urn("Agent"),
        tenant: { kind: "unknown", waitsFor: waits.waitsFor },
        by: "component",
        property: "tenant",
      },
    ]);
  });

  it("reads whose a namespace is that a tenant was given, not one that it makes", () => {
    const tenant = { kind: "known", text: "acme" };
    const own = {
      kind: "belongs-to",
      thing: urn("Tenant"),
      tenant,
      by: "component",
      property: "tenant",
    };
    assert.deepEqual(component("Tenant", { name: "acme", namespace: "acme" }), [own]);
    assert.deepEqual(component("Tenant", { name: "acme", existingNamespace: "old" }), [
      own,
      {
        kind: "belongs-to",
        thing: "k8s|default||Namespace|old",
        tenant,
        by: "component",
        property: "existingNamespace",
      },
    ]);
  });
});
