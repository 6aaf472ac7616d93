import assert from "node:assert/strict";
import { isAuthorized, validate } from "@cedar-policy/cedar-wasm/nodejs";
import type { CallRequest, Grant } from "../../../core/grants/grant";
import { cedarEntities, cedarRequest, keysOfGrant } from "../../../core/cedar/entities";
import { cedarPolicies, keysOf, printPolicies } from "../../../core/cedar/policy-set";
import { cedarSchema } from "../../../core/cedar/schema";
import { namedGrants } from "../../../core/grants/named-grants";

const grant: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "internal",
  conditions: [{ kind: "is", key: "trial", value: false }],
  approval: "human",
  maxSeconds: 300,
};

describe("the Cedar policies of grants", () => {
  const keys = keysOf(namedGrants([grant]));
  const policies = cedarPolicies(keys);

  it("are one permit, and what no grant lifts", () => {
    assert.deepEqual(
      Object.entries(policies).map(([id, text]) => `${text.split(" ")[0]} ${id}`),
      [
        "permit granted",
        "forbid other-tenant",
        "forbid ended",
        "forbid lapsed",
        "forbid seconds",
        "forbid approval",
      ],
    );
  });

  it("are the same for any number of grants, once their conditions have the same keys", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      ...grant,
      caller: `agent-${index}`,
    }));
    assert.deepEqual(cedarPolicies(keysOf(namedGrants(many))), policies);
  });

  // An empty result needs this: Cedar's validation has to find what is wrong with each.
  for (const [id, from, to] of [
    ["other-tenant", "principal.tenant ==", "principal.tenent =="],
    ["seconds", "resource.hasTag(context.grant) && ", ""],
    ["approval", "context has approvedBy && ", ""],
    ["granted", 'context.flags has "trial" && ', ""],
    ["lapsed", "context.task.until", "context.task.ended"],
    ["approval", '"call"', '"cal"'],
    ["ended", "principal,", "principal is AgentId::Tool,"],
  ] as const) {
    it(`are refused by strict validation with a mistake in ${id}: ${to || `no ${from}`}`, () => {
      const problems = (staticPolicies: Record<string, string>): number => {
        const answer = validate({
          validationSettings: { mode: "strict" },
          schema: cedarSchema(keys),
          policies: { staticPolicies },
        });
        assert.ok(answer.type === "success", JSON.stringify(answer));
        return answer.validationErrors.length + answer.validationWarnings.length;
      };
      const text = policies[id] ?? "";
      assert.ok(text.includes(from));
      assert.equal(problems({ ...policies }), 0);
      assert.notEqual(problems({ ...policies, [id]: text.replace(from, to) }), 0);
    });
  }

  it("are printed with their names", () => {
    assert.match(
      printPolicies({ ended: policies["ended"] ?? "" }),
      /^@id\("ended"\)\nforbid \(principal, action, resource\)\nwhen { context\.task\.ended };\n$/,
    );
  });

  it("find grants at the tool, by their names", () => {
    const [named] = namedGrants([grant]);
    assert.ok(named !== undefined);
    assert.deepEqual(cedarEntities([named]), [
      {
        uid: { type: "AgentId::Tool", id: "acme/refunds" },
        attrs: { tenant: "acme" },
        parents: [],
        tags: {
          [named.id]: {
            caller: { __entity: { type: "AgentId::Workload", id: "acme/triage" } },
            intents: ["refund"],
            sensitivities: ["public", "internal"],
            maxSeconds: 300,
            needsApproval: true,
            bounds: ["flags trial"],
            texts: {},
            numbers: {},
            flags: { trial: [false] },
          },
        },
      },
      {
        uid: { type: "AgentId::Workload", id: "acme/triage" },
        attrs: { tenant: "acme" },
        parents: [],
      },
    ]);
  });

  it("are evaluated only on what the conditions of the grant read, each tenant once", () => {
    const workload = (name: string) => ({ tenant: "acme", name });
    const request: CallRequest = {
      ...{ user: workload("ben"), actors: [workload("desk")], caller: workload("triage") },
      ...{ tool: workload("refunds"), intent: "refund", sensitivity: "internal" as const },
      ...{ seconds: 60, now: 1, task: { ended: false, until: 900 } },
      context: { trial: false, cents: 5 },
    };
    const [named] = namedGrants([grant]);
    assert.ok(named !== undefined);
    const requested = (of: Pick<CallRequest, "approvedBy">) =>
      cedarRequest({ ...request, ...of }, named.id, keysOfGrant(named.bounds)).context;
    const context = {
      ...{ grant: named.id, intent: "refund", sensitivity: "internal", seconds: 60, now: 1 },
      ...{ task: { ended: false, until: 900 }, tenants: ["acme"] },
      ...{ texts: {}, numbers: {}, flags: { trial: false } },
    };
    assert.deepEqual(requested({}), context);
    assert.deepEqual(requested({ approvedBy: "eve" }), {
      ...{ ...context, approvedBy: "eve", parties: ["ben", "desk", "triage"] },
    });
    assert.deepEqual(requested({ approvedBy: "ben" }), context);
  });

  // Users of policies and entities from other sources, such as Amazon Verified Permissions, compare none with the schema.
  for (const [brought, known, decision] of [
    ["a condition that the policies look at", ["cents", "region"], "allow"],
    ["a condition that the policies do not look at", ["region"], "deny"],
    ["no condition, where the policies look at some", [], "allow"],
  ] as const) {
    it(`${decision} a call without a schema by a grant with ${brought}`, () => {
      const [limited] = namedGrants([
        {
          ...grant,
          approval: "none",
          conditions: brought.startsWith("no")
            ? []
            : [{ kind: "between", key: "cents", least: 0, most: 5 }],
        },
      ]);
      assert.ok(limited !== undefined);
      const other: Grant = {
        ...grant,
        conditions: known.map((key) => ({ kind: "between", key, least: 0, most: 1 })),
      };
      const keys = keysOf(namedGrants([other]));
      const { principal, resource, context } = cedarRequest(
        {
          caller: { tenant: "acme", name: "triage" },
          tool: { tenant: "acme", name: "refunds" },
          actors: [],
          intent: "refund",
          sensitivity: "internal",
          seconds: 60,
          now: 1,
          task: { ended: false, until: 900 },
          context: { cents: 5 },
        },
        limited.id,
        keys,
      );
      const answer = isAuthorized({
        principal,
        action: { type: "AgentId::Action", id: "call" },
        resource,
        context,
        policies: { staticPolicies: { ...cedarPolicies(keys) } },
        entities: [...cedarEntities([limited])],
      });
      assert.ok(answer.type === "success", JSON.stringify(answer));
      assert.deepEqual(answer.response.diagnostics.errors, []);
      assert.equal(answer.response.decision, decision);
    });
  }
});
