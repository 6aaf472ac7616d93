import assert from "node:assert/strict";
import { isAuthorized, type EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import * as fc from "fast-check";
import { GrantPolicyStore, type BrokeredGrant, type GrantCondition } from "../../../components";
import { decide } from "../../../core/grants/decide";
import type { CallRequest, Grant, WorkloadName } from "../../../core/grants/grant";
import { isWellFormed } from "../../../core/grants/request";
import { cedarRequest } from "../../../core/cedar/entities";
import { randomCase } from "../../support/random-grants";
import { registered } from "../support/registered";
import { withoutStackTraces } from "../support/stack-traces";
import { brokered } from "./brokered";
import { drawnWhere } from "../../support/drawn-where";
import { runs } from "../../support/runs";

/** The content of a store, for its caller. */
interface Store {
  readonly policies: Record<string, string>;
  readonly entities: readonly EntityJson[];
}

describe("a policy store of grants", () => {
  withoutStackTraces();

  for (const [kind, times] of [
    ["allow", runs(30, 90)],
    ["ask", runs(10, 30)],
    ["deny", runs(60, 180)],
  ] as const) {
    it(`decides as the reference does, called as its page describes: ${kind}`, async () => {
      const decided = drawnWhere(
        randomCase,
        ([request, all]) => isWellFormed(request) && decide(request, ofOne(all)).kind === kind,
      );
      await fc.assert(
        fc.asyncProperty(decided, async ([request, all]) => {
          const store = await storeOf(ofOne(all)).catch(() => undefined);
          fc.pre(store !== undefined);
          assert.equal(answerOf(store, request), kind);
        }),
        { numRuns: times },
      );
    });
  }

  it("decides at the ends of a range as the reference does", async () => {
    const of = (name: string): WorkloadName => ({ tenant: "a", name });
    const grant: Grant = {
      ...{ tenant: "a", caller: "triage", tool: "refunds", intents: ["refund"] },
      ...{ sensitivity: "internal", approval: "none", maxSeconds: 60 },
      conditions: [{ kind: "between", key: "cents", least: 0, most: 10 }],
    };
    const store = await storeOf([grant]);
    const asked = [-11, -1, 0, 10, 11].map((cents): CallRequest => ({
      ...{ caller: of("triage"), tool: of("refunds"), actors: [], intent: "refund" },
      ...{ sensitivity: "internal", seconds: 60, now: 1_000, context: { cents } },
      task: { ended: false, until: 2_000 },
    }));
    const wanted = ["deny", "deny", "allow", "allow", "deny"];
    assert.deepEqual(
      asked.map((request) => decide(request, [grant]).kind),
      wanted,
    );
    assert.deepEqual(
      asked.map((request) => answerOf(store, request)),
      wanted,
    );
  });
});

/** The grants of one tenant. */
function ofOne(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ tenant }) => tenant === "a");
}

/** The store of some grants; rejected where the component refuses them. */
async function storeOf(grants: readonly Grant[]): Promise<Store> {
  const entities: EntityJson[] = [];
  const callers = [...new Set(grants.map(({ caller }) => caller))];
  const workloads = callers.map((name) => {
    const own = grants.filter(({ caller }) => caller === name);
    return brokered(name, own.map(asReferenced), "a");
  });
  const made = await registered(() => {
    const store = new GrantPolicyStore("decisions", { workloads });
    store.entities.apply((text) => entities.push(...(JSON.parse(text) as EntityJson[])));
  });
  const policies = made.flatMap(({ inputs, name }) => {
    const { static: text } = (inputs["definition"] ?? {}) as {
      readonly static?: { readonly statement: string };
    };
    return text === undefined ? [] : [[name, text.statement]];
  });
  return { policies: Object.fromEntries(policies) as Record<string, string>, entities };
}

/** As docs/components/policy-store.md describes: each grant of the caller is evaluated, and an error counts as no. */
function answerOf({ policies, entities }: Store, request: CallRequest): string {
  const { caller, tool } = request;
  const entityOf = (type: string, { tenant, name }: WorkloadName): EntityJson | undefined =>
    entities.find(
      ({ uid }) => "id" in uid && uid.type === `AgentId::${type}` && uid.id === `${tenant}/${name}`,
    );
  const target = entityOf("Tool", tool);
  const own = entityOf("Workload", caller);
  const tags = Object.entries(target?.tags ?? {}).filter(([id]) =>
    id.startsWith(`${caller.tenant}/${caller.name}/${tool.name}/`),
  );
  const allows = (action: string): boolean =>
    tags.some(([id, tag]) => {
      const { bounds } = tag as unknown as { readonly bounds: readonly string[] };
      const keys = (kind: string): readonly string[] =>
        bounds.flatMap((bound) =>
          bound.startsWith(`${kind} `) ? [bound.split(" ")[1] ?? ""] : [],
        );
      const { principal, resource, context } = cedarRequest(request, id, {
        texts: keys("texts"),
        numbers: keys("numbers"),
        flags: keys("flags"),
      });
      const answer = isAuthorized({
        principal,
        action: { type: "AgentId::Action", id: action },
        resource,
        context,
        policies: { staticPolicies: policies },
        entities: [{ ...target, tags: { [id]: tag } } as EntityJson, ...(own ? [own] : [])],
      });
      if (answer.type === "failure") return false;
      const { decision, diagnostics } = answer.response;
      return decision === "allow" && diagnostics.errors.length === 0;
    });
  if (allows("call")) return "allow";
  return allows("ask") ? "ask" : "deny";
}

function asReferenced({
  tool,
  intents,
  sensitivity,
  approval,
  maxSeconds,
  conditions,
}: Grant): BrokeredGrant {
  return {
    ...{ tool, sensitivity, approval, maxSeconds },
    intents: [...intents],
    conditions: conditions.map(conditionOf),
  };
}

function conditionOf(condition: Grant["conditions"][number]): GrantCondition {
  const { key } = condition;
  switch (condition.kind) {
    case "between":
      return { key, atLeast: condition.least, atMost: condition.most };
    // Of one call a sum is a range; the component itself refuses to add up.
    case "sum":
      return { key, atLeast: 0, atMost: condition.most };
    case "one-of":
      return { key, oneOf: [...condition.values] };
    case "is":
      return { key, is: condition.value };
  }
}
