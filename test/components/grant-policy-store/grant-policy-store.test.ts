import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  Gateway,
  GrantPolicyStore,
  Orchestrator,
  Tool,
  type BrokeredWorkload,
  type GrantPolicyStoreArgs,
} from "../../../components";
import {
  compiledGrants,
  declarePolicyStore,
} from "../../../components/grant-policy-store/arguments";
import type { Grant } from "../../../core/grants/grant";
import { cedarEntities } from "../../../core/cedar/entities";
import { cedarPolicies, keysOf } from "../../../core/cedar/policy-set";
import { cedarSchema } from "../../../core/cedar/schema";
import { namedGrants } from "../../../core/grants/named-grants";
import { searchBehind } from "../gateway/tools";
import { runtimeArgs } from "../oauth2/github";
import { acme } from "../support/acme";
import { registered, type Registered } from "../support/registered";
import { withoutStackTraces } from "../support/stack-traces";
import { withoutWarnings } from "../support/warnings";
import { brokered } from "./brokered";

const storeType = "aws:verifiedpermissions/policyStore:PolicyStore";
const schemaType = "aws:verifiedpermissions/schema:Schema";
const policyType = "aws:verifiedpermissions/policy:Policy";

const policyStoreId = "id of decisions";

/** The grants that {@link desk} declares, as policies are made of them. */
const refund: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "restricted",
  conditions: [
    { kind: "between", key: "cents", least: 0, most: 5000 },
    { kind: "one-of", key: "region", values: ["eu"] },
    { kind: "is", key: "trial", value: false },
  ],
  approval: "human",
  maxSeconds: 60,
};
const search: Grant = {
  tenant: "acme",
  caller: "desk",
  tool: "search",
  intents: ["find"],
  sensitivity: "internal",
  conditions: [],
  approval: "none",
  maxSeconds: 300,
};

/** The grant of the orchestrator, as its reference has it. */
const find = {
  tool: "search",
  intents: ["find"],
  sensitivity: "internal",
  approval: "none",
  maxSeconds: 300,
};

/** An agent and an orchestrator with a grant each, and the store of both. */
function desk(args: Partial<GrantPolicyStoreArgs> = {}): GrantPolicyStore {
  const refunds = new Tool("refunds", {
    tenant: acme,
    risk: { sensitivity: "restricted", effects: ["payment"] },
  });
  const finder = new Tool("search", { tenant: acme });
  const triage = new Agent("triage", {
    tenant: acme,
    grants: [
      {
        tool: refunds.ref,
        intents: ["refund"],
        approval: "human",
        maxSeconds: 60,
        conditions: [
          { key: "cents", atMost: 5000 },
          { key: "region", oneOf: ["eu"] },
          { key: "trial", is: false },
        ],
      },
    ],
  });
  const orchestrator = new Orchestrator("desk", {
    tenant: acme,
    grants: [{ tool: finder.ref, intents: ["find"] }],
  });
  return new GrantPolicyStore("decisions", {
    workloads: [triage.brokerRef, orchestrator.brokerRef],
    ...args,
  });
}

const ofStore = (resources: readonly Registered[]) =>
  resources
    .filter(({ type }) => type.startsWith("aws:verifiedpermissions/"))
    .map(({ type, name, inputs }) => ({ type, name, inputs }));

const named = namedGrants([refund, search]);
const policies = cedarPolicies(keysOf(named));

describe("a policy store of grants", () => {
  withoutStackTraces();
  withoutWarnings();

  for (const preview of [false, true]) {
    it(`has the schema and the policies of the grants that workloads declare${preview ? ", in a first preview" : ""}`, async () => {
      const made = await registered(() => void desk(), { preview });
      const of = { policyStoreId: preview ? "not known" : policyStoreId };
      const seen = ofStore(made).map(({ inputs, ...resource }) => ({
        ...resource,
        inputs: {
          ...inputs,
          ...(preview && "policyStoreId" in inputs && { policyStoreId: "not known" }),
        },
      }));
      assert.deepEqual(seen, [
        ...Object.keys(policies)
          .sort()
          .map((id) => ({
            type: policyType,
            name: `decisions-${id}`,
            inputs: { ...of, definition: { static: { description: id, statement: policies[id] } } },
          })),
        {
          type: storeType,
          name: "decisions",
          inputs: {
            description: "Grants of tenant acme",
            validationSettings: { mode: "STRICT" },
            deletionProtection: "ENABLED",
            tags: { "agentid.dev/tenant": "acme" },
          },
        },
        {
          type: schemaType,
          name: "decisions",
          inputs: { ...of, definition: { value: JSON.stringify(cedarSchema(keysOf(named))) } },
        },
      ]);
    });
  }

  it("gives its id once all of it is made, its ARN, and the grants as entities", async () => {
    const given: unknown[] = [];
    await registered(() => {
      const { policyStoreId: id, arn, entities } = desk();
      pulumi.all([id, arn, entities]).apply((outputs) => given.push(...outputs));
    });
    assert.deepEqual(given, [
      policyStoreId,
      "arn:aws:verifiedpermissions::111122223333:policy-store/decisions",
      JSON.stringify(cedarEntities(named)),
    ]);
  });

  it("makes the permit last, after the schema and all that limits it", async () => {
    const order: string[] = [];
    await registered(() => {
      pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
        if (type !== policyType) return undefined;
        const { dependsOn } = opts as { readonly dependsOn: readonly pulumi.Resource[] };
        order.push(`${name} after ${dependsOn.length}`);
        return undefined;
      });
      desk();
    });
    assert.deepEqual(order, [
      "decisions-other-tenant after 1",
      "decisions-ended after 1",
      "decisions-lapsed after 1",
      "decisions-seconds after 1",
      "decisions-approval after 1",
      "decisions-granted after 6",
    ]);
  });

  it("can be deleted on request", async () => {
    const made = await registered(() => void desk({ deletionProtection: false }));
    const [store] = made.filter(({ type }) => type === storeType);
    assert.equal(store?.inputs["deletionProtection"], "DISABLED");
  });

  it("waits for a workload that is known later, and is the same then", async () => {
    const now = await registered(() => void desk());
    const later = await registered(() => {
      const refundOrders = {
        tool: "refunds",
        intents: ["refund"],
        sensitivity: "restricted",
        approval: "human",
        maxSeconds: 60,
        conditions: [
          { key: "cents", atMost: 5000 },
          { key: "region", oneOf: ["eu"] },
          { key: "trial", is: false },
        ],
      };
      new GrantPolicyStore("decisions", {
        workloads: [
          pulumi.output(brokered("desk", [find])),
          { ...brokered("triage", [refundOrders]), name: pulumi.output("triage") },
        ],
      });
    });
    assert.deepEqual(ofStore(later), ofStore(now));
  });

  const later = (parts: object): pulumi.Output<BrokeredWorkload> =>
    pulumi.output({ ...brokered("desk", [find]), ...parts });

  for (const [what, workload, message] of [
    [
      "a workload is of another tenant",
      later({ tenant: "globex" }),
      "workloads are of tenants `acme` and `globex`; give each tenant a policy store of its own",
    ],
    [
      "a workload is none",
      pulumi.output("desk") as unknown as pulumi.Output<BrokeredWorkload>,
      "workloads[1] is no reference to a workload; give `agent.brokerRef`",
    ],
    [
      "a name is no text",
      { ...brokered("desk", [find]), name: pulumi.output(7) as unknown as pulumi.Output<string> },
      "workloads[1].name `7` is no name of a workload; give `agent.brokerRef`",
    ],
    [
      "grants are no list",
      { ...brokered("desk", []), grants: pulumi.output(find) as unknown as [] },
      "workloads[1].grants is no list; give `agent.brokerRef`",
    ],
    [
      "a grant limits the calls of a task",
      later({ grants: [{ ...find, maxCalls: 3 }] }),
      "workloads[1].grants[0] has `maxCalls` for each task, which no policy store does; leave that out, or let a task broker decide the calls",
    ],
    [
      "a grant limits a sum of a task",
      later({ grants: [{ ...find, conditions: [{ key: "cents", sumAtMost: 9 }] }] }),
      "workloads[1].grants[0] adds up `cents` for each task, which no policy store does; leave that out, or let a task broker decide the calls",
    ],
    [
      "a grant lacks a part",
      later({ grants: [{ ...find, maxSeconds: undefined }] }),
      "workloads[1].grants[0].maxSeconds is missing; give a number",
    ],
  ] as const satisfies readonly (readonly [string, pulumi.Input<BrokeredWorkload>, string])[]) {
    it(`is refused once it is known that ${what}`, async () => {
      const workloads = [brokered("triage", [find]), workload];
      const declaration = declarePolicyStore("decisions", { workloads });
      const compiled = compiledGrants("policy store `decisions`", declaration);
      const known = (compiled as unknown as { promise: () => Promise<unknown> }).promise();
      await assert.rejects(known, { message: `policy store \`decisions\`: ${message}` });
    });
  }

  it("leaves out what a gateway decides, and what a workload calls directly", async () => {
    const entities: unknown[] = [];
    await registered(() => {
      const { search: finder, gateway } = searchBehind();
      const direct = new Tool("notes", { ...runtimeArgs, directCallers: ["triage"] });
      const refunds = new Tool("refunds", { ...runtimeArgs });
      const triage = new Agent("triage", {
        ...runtimeArgs,
        grants: [
          { tool: finder.ref, intents: ["find"], gateway: gateway.ref },
          { tool: direct.ref, intents: ["note"] },
          { tool: refunds.ref, intents: ["refund"] },
        ],
      });
      assert.ok(Gateway.isInstance(gateway));
      const store = new GrantPolicyStore("decisions", { workloads: [triage.brokerRef] });
      store.entities.apply((text) => entities.push(...(JSON.parse(text) as unknown[])));
    });
    const ids = entities.map((entity) => (entity as { uid: { id: string } }).uid.id);
    assert.deepEqual(ids, ["acme/refunds", "acme/triage"]);
  });

  const triage = brokered("triage", [find]);
  const conditions = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, atMost: 1 }));

  for (const [what, workloads, message] of [
    ["no workload", [], "workloads is empty; give agents and orchestrators with `grants`"],
    [
      "workloads without grants",
      [brokered("triage", [])],
      "workloads have no grant that the policies could decide; give agents and orchestrators with `grants`",
    ],
    [
      "workloads of two tenants",
      [triage, brokered("triage", [find], "globex")],
      "workloads are of tenants `acme` and `globex`; give each tenant a policy store of its own",
    ],
    [
      "a workload that is given twice",
      [triage, triage],
      "workloads name `triage` twice; give each workload once",
    ],
    [
      "grants with more conditions than a policy takes",
      [brokered("triage", [{ ...find, conditions: conditions(60) }])],
      "workloads have grants with conditions on 65 keys, which makes a policy of 19219 bytes, and Verified Permissions takes 10000; use fewer keys",
    ],
  ] as const satisfies readonly (readonly [string, readonly BrokeredWorkload[], string])[]) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => new GrantPolicyStore("decisions", { workloads: [...workloads] }),
        new Error(`policy store \`decisions\`: ${message}`),
      );
    });
  }

  it("takes grants with as many conditions as a policy takes", async () => {
    const workloads = [brokered("triage", [{ ...find, conditions: conditions(28) }])];
    const made = await registered(() => {
      new GrantPolicyStore("decisions", { workloads });
    });
    const sizes = ofStore(made).map(({ inputs }) => JSON.stringify(inputs).length);
    // A schema takes 100,000 bytes. Source: Quotas for Amazon Verified Permissions.
    assert.ok(Math.max(...sizes) < 25_000, String(sizes));
  });
});
