import assert from "node:assert/strict";
import { componentReaders } from "../../../../../policy-pack/read/aws/components/components";
import type { ValueRecord } from "../../../../../core/snapshot/value";
import { outputOf, resource, urnOf } from "../../../../support/resources";
import { contextOf, stated } from "../reading";

const component = (kind: string, inputs: ValueRecord) =>
  stated(componentReaders, resource(`agentid:index:${kind}`, "triage", inputs, { custom: false }));

const urn = (kind: string) => urnOf(`agentid:index:${kind}`, "triage");

const declares = (kind: string, about: string, text: string, property: string) => ({
  kind: "declares",
  workload: urn(kind),
  about,
  value: { kind: "known", text },
  property,
});

describe("the reader of our components", () => {
  for (const [kind, is] of [
    ["Orchestrator", "orchestrator"],
    ["Agent", "agent"],
    ["Tool", "tool"],
    ["LegacyTool", "tool"],
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
          name: "t",
          property: "",
        },
        declares(kind, "autonomy", "autonomous", "autonomy"),
        declares(kind, "sensitivity", "restricted", "risk.sensitivity"),
        declares(kind, "effect", "payment", "risk.effects"),
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

  it("reads a workload with an unknown tenant", () => {
    const dependencies = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));
    assert.deepEqual(component("Agent", { tenant: dependencies }), [
      {
        kind: "workload",
        workload: urn("Agent"),
        is: "agent",
        what: "Agent",
        label: "triage",
        declarationOnly: true,
        name: "triage",
        property: "",
      },
      {
        kind: "tenant",
        tenant: { kind: "unknown", dependsOn: dependencies.dependsOn },
        brokerRole: { kind: "unknown", dependsOn: dependencies.dependsOn },
        property: "tenant.broker.roleArn",
      },
      {
        kind: "belongs-to",
        thing: urn("Agent"),
        tenant: { kind: "unknown", dependsOn: dependencies.dependsOn },
        by: "component",
        property: "tenant",
      },
      {
        kind: "tenant",
        tenant: { kind: "unknown", dependsOn: dependencies.dependsOn },
        maxSession: { kind: "unknown", dependsOn: dependencies.dependsOn },
        property: "tenant.maxSession",
      },
    ]);
  });

  describe("of grants", () => {
    const dependencies = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));
    const unknown = { kind: "unknown", dependsOn: dependencies.dependsOn };
    const text = (value: string) => ({ kind: "known", text: value });
    const grants = (inputs: ValueRecord) =>
      component("Agent", { name: "triage", tenant: { name: "acme" }, ...inputs }).filter(
        (fact) => (fact as { readonly kind: string }).kind === "grants",
      );
    const refunds = {
      tool: {
        tenant: "acme",
        name: "refunds",
        risk: { sensitivity: "restricted", effects: ["payment"] },
      },
      intents: ["refund"],
      approval: "human",
      maxSeconds: 120,
    };
    const known = {
      tenant: text("acme"),
      caller: text("triage"),
      toolTenant: text("acme"),
      tool: text("refunds"),
      intents: [text("refund")],
      conditions: [],
      sensitivity: text("restricted"),
      effects: [text("payment")],
      approval: text("human"),
      maxSeconds: { kind: "known", seconds: 120 },
    };
    const stated = (grant: object, property: string) => [
      { kind: "grants", caller: urn("Agent"), grant, property },
    ];

    it("reads each of its parts", () => {
      assert.deepEqual(grants({ grants: [refunds] }), stated(known, "grants[0]"));
    });

    it("returns the parts that are unknown in a preview", () => {
      const grant = { ...refunds, approval: dependencies, intents: ["refund", dependencies] };
      assert.deepEqual(
        grants({ grants: [grant] }),
        stated({ ...known, approval: unknown, intents: [text("refund"), unknown] }, "grants[0]"),
      );
    });

    it("reads conditions, and treats an unreadable one as never met", () => {
      const conditions = [
        { key: "cents", atMost: 5000 },
        { key: "region", oneOf: ["eu", "us"] },
        { key: "trial", is: false },
        { key: "cents", sumAtMost: 9000 },
        { key: "cents", sumAtMost: dependencies },
        { key: "region", oneOf: ["eu", dependencies] },
        { key: "cents", atMost: dependencies },
        dependencies,
        { key: "cents" },
        null,
      ];
      const condition = (one: object) => ({ kind: "known", condition: one });
      const read = [
        condition({ key: "cents", kind: "between", least: 0, most: 5000 }),
        condition({ key: "region", kind: "one-of", values: ["eu", "us"] }),
        condition({ key: "trial", kind: "is", value: false }),
        condition({ key: "cents", kind: "sum", most: 9000 }),
        unknown,
        unknown,
        unknown,
        unknown,
        condition({ key: "cents", kind: "one-of", values: [] }),
        condition({ key: "", kind: "one-of", values: [] }),
      ];
      assert.deepEqual(
        grants({ grants: [{ ...refunds, conditions }] }),
        stated({ ...known, conditions: read }, "grants[0]"),
      );
      assert.deepEqual(
        grants({ grants: [{ ...refunds, conditions: dependencies }] }),
        stated({ ...known, conditions: [unknown] }, "grants[0]"),
      );
    });

    it("reads how many calls a task gets, also where that is not known yet", () => {
      for (const [maxCalls, read] of [
        [3, { kind: "known", seconds: 3 }],
        [dependencies, unknown],
        ["many", undefined],
      ] as const) {
        assert.deepEqual(
          grants({ grants: [{ ...refunds, maxCalls }] }),
          stated(read === undefined ? known : { ...known, maxCalls: read }, "grants[0]"),
        );
      }
    });

    it("returns nothing for a grant, or grants, that are unknown in a preview", () => {
      const nothing = {
        ...known,
        toolTenant: unknown,
        tool: unknown,
        intents: [unknown],
        conditions: [unknown],
        sensitivity: unknown,
        effects: [unknown],
        approval: unknown,
        maxSeconds: unknown,
      };
      assert.deepEqual(grants({ grants: [dependencies] }), stated(nothing, "grants[0]"));
      assert.deepEqual(grants({ grants: dependencies }), stated(nothing, "grants"));
    });

    it("reads none where none is declared", () => {
      assert.deepEqual(grants({}), []);
    });
  });

  it("reads which role the broker of a tenant runs as, of the tenant and of its workloads", () => {
    const brokers = (kind: string, inputs: ValueRecord) =>
      component(kind, inputs).filter((fact) => "brokerRole" in (fact as object));
    const roleArn = "arn:aws:iam::111122223333:role/platform/acme-broker";
    const found = (role: object, property: string) => [
      { kind: "tenant", tenant: { kind: "known", text: "acme" }, brokerRole: role, property },
    ];
    const named = { kind: "named", name: "iam-role|111122223333|acme-broker" };
    const role = urnOf("aws:iam/role:Role", "broker");
    assert.deepEqual(
      brokers("Tenant", { name: "acme", broker: { roleArn } }),
      found(named, "broker.roleArn"),
    );
    assert.deepEqual(
      brokers("Tool", { tenant: { name: "acme", broker: { roleArn: outputOf(role) } } }),
      found({ kind: "named", name: role }, "tenant.broker.roleArn"),
    );
    assert.deepEqual(brokers("Tool", { tenant: { name: "acme" } }), []);
  });

  it("returns unknown risk and autonomy", () => {
    const dependencies = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));
    const unknown = { kind: "unknown", dependsOn: dependencies.dependsOn };
    const declared = (inputs: ValueRecord) =>
      component("Tool", { name: "t", ...inputs }).flatMap((fact) => {
        const { kind, about, value, property } = fact as Record<string, unknown>;
        return kind === "declares" ? [[about, value, property]] : [];
      });
    assert.deepEqual(declared({ risk: dependencies, autonomy: dependencies }), [
      ["autonomy", unknown, "autonomy"],
      ["sensitivity", unknown, "risk.sensitivity"],
      ["effect", unknown, "risk.effects"],
    ]);
    assert.deepEqual(declared({ risk: { effects: ["payment", dependencies] } }), [
      ["effect", { kind: "known", text: "payment" }, "risk.effects"],
      ["effect", unknown, "risk.effects"],
    ]);
  });

  it("reads the limit of sessions, of a tenant and of a workload that received it", () => {
    const allowed = (seconds: number, property: string) => ({
      kind: "tenant",
      tenant: { kind: "known", text: "acme" },
      maxSession: { kind: "known", seconds },
      property,
    });
    const only = (kind: "Tenant" | "Agent", inputs: ValueRecord) =>
      component(kind, inputs).filter((fact) => "maxSession" in (fact as object));
    assert.deepEqual(only("Tenant", { name: "acme", maxSession: "90m" }), [
      allowed(5400, "maxSession"),
    ]);
    assert.deepEqual(only("Agent", { tenant: { name: "acme", maxSession: "2h" } }), [
      allowed(7200, "tenant.maxSession"),
    ]);
    assert.deepEqual(only("Tenant", { name: "acme", maxSession: "soon" }), []);
  });

  it("reads the owner of an existing namespace of a tenant, not of one that it creates", () => {
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

  describe("of what a workload is made of", () => {
    const parent = resource("agentid:index:Agent", "triage", {}, { custom: false });
    const child = (type: string, inputs: ValueRecord) =>
      resource(type, "triage", inputs, {
        parent: parent.urn,
        urn: `urn:pulumi:dev::desk::agentid:index:Agent$${type}::triage`,
      });
    const association = (inputs: ValueRecord) =>
      child("aws:eks/podIdentityAssociation:PodIdentityAssociation", inputs);
    const known = { clusterName: "prod", namespace: "acme", serviceAccount: "triage" };

    it("assigns the account of its Pod Identity association to it", () => {
      assert.deepEqual(stated(componentReaders, association(known), contextOf([parent])), [
        {
          kind: "alias",
          thing:
            "urn:pulumi:dev::desk::agentid:index:Agent$kubernetes:core/v1:ServiceAccount::triage",
          also: "k8s|urn:aws:eks:default:cluster/prod|acme|ServiceAccount|triage",
          property: "serviceAccount",
        },
      ]);
    });

    it("returns nothing for an association without an owner, or of an unknown account", () => {
      assert.deepEqual(stated(componentReaders, association(known)), []);
      const dependencies = outputOf(urnOf("aws:eks/cluster:Cluster", "prod"));
      const unknown = association({ ...known, clusterName: dependencies });
      assert.deepEqual(stated(componentReaders, unknown, contextOf([parent])), []);
    });

    const role = child("aws:iam/role:Role", {});
    const saidOfRole = (federation: ValueRecord) => {
      const owner = { ...parent, inputs: { tenant: { name: "acme", federation } } };
      return stated(componentReaders, role, contextOf([owner]));
    };

    it("assigns a role to the workload where no account has an owner", () => {
      const owned = { kind: "owns", workload: parent.urn, identity: role.urn, property: "" };
      assert.deepEqual(saidOfRole({ github: { owner: "acme" } }), [owned]);
      assert.deepEqual(saidOfRole({ spiffe: { trustDomain: "example.org" } }), [owned]);
    });

    it("recognises the workload by the role's tags", () => {
      const federation = { lambda: { account: "111122223333" } };
      const owner = { ...parent, inputs: { tenant: { name: "acme", federation } } };
      const tags = { "agentid.dev/tenant": "acme", "agentid.dev/workload": "triage" };
      const tagged = child("aws:iam/role:Role", { tags });
      assert.deepEqual(stated(componentReaders, tagged, contextOf([owner])), [
        { kind: "owns", workload: parent.urn, identity: tagged.urn, property: "" },
        {
          kind: "alias",
          thing: parent.urn,
          also: "workload|default|aws|acme|triage",
          property: "",
        },
      ]);
    });

    it("assigns the identity of AgentCore to it", () => {
      const type = "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity";
      const identity = child(type, { name: "acme.triage" });
      assert.deepEqual(stated(componentReaders, identity, contextOf([parent])), [
        { kind: "owns", workload: parent.urn, identity: identity.urn, property: "" },
      ]);
      assert.deepEqual(stated(componentReaders, identity), []);
    });

    it("assigns a role to the account that assumes it", () => {
      assert.deepEqual(saidOfRole({ eksIrsa: { providerArn: "arn" } }), []);
      assert.deepEqual(saidOfRole({ eksPodIdentity: { clusterArn: "arn" } }), []);
      assert.deepEqual(stated(componentReaders, role), []);
    });
  });
});
