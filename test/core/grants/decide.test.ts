import assert from "node:assert/strict";
import * as fc from "fast-check";
import { randomGrant, randomGrants, randomRequest } from "../../support/random-grants";
import { Approval, Sensitivity } from "../../../components";
import { decide, refusals, type Decision, type Refusal } from "../../../core/grants/decide";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
} from "../../../core/grants/grant";
import { isSeconds } from "../../../core/grants/request";
import { runs } from "../../support/runs";

const refund: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund", "correct"],
  sensitivity: "confidential",
  conditions: [],
  approval: "none",
  maxSeconds: 300,
};

const call: CallRequest = {
  user: { tenant: "acme", name: "ben" },
  actors: [{ tenant: "acme", name: "desk" }],
  caller: { tenant: "acme", name: "triage" },
  tool: { tenant: "acme", name: "refunds" },
  intent: "refund",
  sensitivity: "internal",
  target: "order/17",
  environment: "production",
  seconds: 60,
  now: 1_000,
  task: { ended: false, until: 1_900 },
  context: {},
};

/** More than any grant here gives, within the task. */
const long = { seconds: 900, task: { ended: false, until: 9_000 } };

const human: Grant = { ...refund, approval: "human" };

const denied = (...because: readonly Refusal[]): Decision => ({ kind: "deny", because });
const allowed = (by: Grant): Decision => ({ kind: "allow", by });

function withCondition(...conditions: readonly GrantCondition[]): Grant {
  return { ...refund, conditions };
}

const amount: GrantCondition = { kind: "between", key: "cents", least: 0, most: 5000 };
const region: GrantCondition = { kind: "one-of", key: "region", values: ["eu", "ch"] };
const trial: GrantCondition = { kind: "is", key: "trial", value: false };

const until = (limit: number): Grant =>
  withCondition({ kind: "between", key: "until", least: 0, most: limit });
const oneOf = (key: string, ...values: readonly string[]): Grant =>
  withCondition({ kind: "one-of", key, values });
/** A call for no user, that names neither target nor environment. */
const { caller, tool, actors, intent, sensitivity, seconds, now, task, context } = call;
const bare: CallRequest = {
  ...{ caller, tool, actors, intent, sensitivity, seconds, now, task, context },
};
const eve = { tenant: "globex", name: "eve" };

/** Request, grants, answer. */
type Case = readonly [CallRequest, readonly Grant[], Decision];

const cases: Readonly<Record<string, Case>> = {
  "denies without a grant": [call, [], denied("no-grant")],
  "allows what a grant names": [call, [refund], allowed(refund)],
  "allows another of its intents": [{ ...call, intent: "correct" }, [refund], allowed(refund)],
  "denies another intent": [{ ...call, intent: "refunds" }, [refund], denied("intent")],
  "tells intents apart by case": [{ ...call, intent: "Refund" }, [refund], denied("intent")],
  "takes a star for the name of an intent": [
    call,
    [{ ...refund, intents: ["*"] }],
    denied("intent"),
  ],
  "denies everything to a grant without intents": [
    call,
    [{ ...refund, intents: [] }],
    denied("intent"),
  ],
  "denies another caller": [
    { ...call, caller: { tenant: "acme", name: "triage2" } },
    [refund],
    denied("no-grant"),
  ],
  "denies another tool": [
    { ...call, tool: { tenant: "acme", name: "refund" } },
    [refund],
    denied("no-grant"),
  ],
  "denies the tool of another tenant": [
    { ...call, tool: { tenant: "globex", name: "refunds" } },
    [refund, { ...refund, tenant: "globex" }],
    denied("other-tenant"),
  ],
  "denies the same names in another tenant": [
    {
      ...bare,
      actors: [],
      caller: { tenant: "globex", name: "triage" },
      tool: { tenant: "globex", name: "refunds" },
    },
    [refund],
    denied("no-grant"),
  ],
  "allows data as sensitive as the grant says": [
    { ...call, sensitivity: "confidential" },
    [refund],
    allowed(refund),
  ],
  "denies more sensitive data": [
    { ...call, sensitivity: "restricted" },
    [refund],
    denied("sensitivity"),
  ],
  "allows as long as the grant says": [{ ...call, seconds: 300 }, [refund], allowed(refund)],
  "denies longer authority": [{ ...call, seconds: 301 }, [refund], denied("seconds")],
  "asks where a person has to agree": [call, [human], { kind: "ask", by: human }],
  "allows once a person has agreed": [{ ...call, approvedBy: "ann" }, [human], allowed(human)],
  "takes blanks for nobody": [{ ...call, approvedBy: " " }, [human], { kind: "ask", by: human }],
  "needs nobody where another grant needs nobody": [call, [human, refund], allowed(refund)],
  "lets approval mend nothing else": [
    { ...call, intent: "delete", approvedBy: "ann" },
    [human],
    denied("intent"),
  ],
  "asks for approval of an unknown kind": [
    call,
    [{ ...refund, approval: "maybe" as never }],
    { kind: "ask", by: { ...refund, approval: "maybe" as never } },
  ],
  "allows a number up to the limit": [
    { ...call, context: { cents: 5000 } },
    [withCondition(amount)],
    allowed(withCondition(amount)),
  ],
  "denies a number below the least": [
    { ...call, context: { cents: -1 } },
    [withCondition(amount)],
    denied("context"),
  ],
  "allows the least": [
    { ...call, context: { cents: 0 } },
    [withCondition(amount)],
    allowed(withCondition(amount)),
  ],
  "denies a number beyond the limit": [
    { ...call, context: { cents: 5001 } },
    [withCondition(amount)],
    denied("context"),
  ],
  "denies a part of a number": [
    { ...call, context: { cents: 0.5 } },
    [withCondition(amount)],
    denied("context"),
  ],
  "denies a number as text": [
    { ...call, context: { cents: "1" } },
    [withCondition(amount)],
    denied("context"),
  ],
  "denies where a limit is no whole number": [
    { ...call, context: { cents: 1 } },
    [withCondition({ kind: "between", key: "cents", least: 0, most: Infinity })],
    denied("context"),
  ],
  "allows one of the texts": [
    { ...call, context: { region: "ch" } },
    [withCondition(region)],
    allowed(withCondition(region)),
  ],
  "denies another text": [
    { ...call, context: { region: "us" } },
    [withCondition(region)],
    denied("context"),
  ],
  "denies where the context says nothing": [call, [withCondition(region)], denied("context")],
  "takes nothing from what objects inherit": [
    call,
    [withCondition({ kind: "is", key: "constructor", value: true })],
    denied("context"),
  ],
  "allows the truth value": [
    { ...call, context: { trial: false } },
    [withCondition(trial)],
    allowed(withCondition(trial)),
  ],
  "denies the other truth value": [
    { ...call, context: { trial: true } },
    [withCondition(trial)],
    denied("context"),
  ],
  "demands all conditions": [
    { ...call, context: { region: "eu", cents: 9000 } },
    [withCondition(region, amount)],
    denied("context"),
  ],
  "does not add up what several grants allow in part": [
    { ...call, intent: "correct", sensitivity: "restricted" },
    [
      { ...refund, intents: ["correct"] },
      { ...refund, intents: ["refund"], sensitivity: "restricted" },
    ],
    denied("sensitivity"),
  ],
  "tells all that stands against a call": [
    { ...call, ...long, intent: "delete", sensitivity: "restricted" },
    [refund],
    denied("intent", "sensitivity", "seconds"),
  ],
  "tells what the nearest grant refuses": [
    { ...call, ...long },
    [{ ...refund, intents: ["delete"] }, refund],
    denied("seconds"),
  ],
  "names the narrowest grant": [
    call,
    [refund, { ...refund, maxSeconds: 60 }, { ...refund, maxSeconds: 59 }],
    allowed({ ...refund, maxSeconds: 60 }),
  ],
  "names the grant for less sensitive data where both last as long": [
    call,
    [refund, { ...refund, sensitivity: "internal" }],
    allowed({ ...refund, sensitivity: "internal" }),
  ],
  "denies a request for no time": [{ ...call, seconds: 0 }, [refund], denied("malformed")],
  "denies a request for parts of a second": [
    { ...call, seconds: 0.5 },
    [refund],
    denied("malformed"),
  ],
  "denies a request for no number of seconds": [
    { ...call, seconds: NaN },
    [refund],
    denied("malformed"),
  ],
  "denies a request for an unknown sensitivity": [
    { ...call, sensitivity: "secret" as never },
    [{ ...refund, sensitivity: "secret" as never }],
    denied("malformed"),
  ],
  "denies a request without an intent": [
    { ...call, intent: "" },
    [{ ...refund, intents: [""] }],
    denied("malformed"),
  ],
  "denies a request without a tenant": [
    { ...call, caller: { tenant: "", name: "triage" }, tool: { tenant: "", name: "refunds" } },
    [{ ...refund, tenant: "" }],
    denied("malformed"),
  ],
  "denies by a grant of an unknown sensitivity": [
    { ...call, sensitivity: "public" },
    [{ ...refund, sensitivity: "secret" as never }],
    denied("sensitivity"),
  ],
  "denies by a grant of no number of seconds": [
    call,
    [{ ...refund, maxSeconds: NaN }],
    denied("seconds"),
  ],
  "denies by a grant without an end": [
    call,
    [{ ...refund, maxSeconds: Infinity }],
    denied("seconds"),
  ],
};

const chained: Readonly<Record<string, Case>> = {
  "denies a user of another tenant": [{ ...call, user: eve }, [refund], denied("other-tenant")],
  "denies an orchestrator of another tenant": [
    { ...call, actors: [...call.actors, eve] },
    [refund],
    denied("other-tenant"),
  ],
  "denies all once the task has ended": [
    { ...call, task: { ended: true, until: 1_900 } },
    [refund],
    denied("ended"),
  ],
  "allows until the task ends": [
    { ...call, task: { ended: false, until: 1_060 } },
    [refund],
    allowed(refund),
  ],
  "denies authority that outlives the task": [
    { ...call, task: { ended: false, until: 1_059 } },
    [refund],
    denied("lapsed"),
  ],
  "allows until the end of a grant": [call, [until(1_060)], allowed(until(1_060))],
  "denies authority that outlives a grant": [call, [until(1_059)], denied("time")],
  "allows one of the targets": [
    call,
    [oneOf("target", "order/17")],
    allowed(oneOf("target", "order/17")),
  ],
  "denies another target": [call, [oneOf("target", "order/1")], denied("target")],
  "denies a call without a target where a grant names some": [
    bare,
    [oneOf("target", "order/17")],
    denied("target"),
  ],
  "denies another environment": [call, [oneOf("environment", "test")], denied("environment")],
  "denies another user": [call, [oneOf("user", "ann")], denied("user")],
  "denies a call for no user where a grant names some": [
    bare,
    [oneOf("user", "ben")],
    denied("user"),
  ],
  "allows by way of the orchestrators that a grant names": [
    call,
    [oneOf("actors", "desk", "router")],
    allowed(oneOf("actors", "desk", "router")),
  ],
  "denies one orchestrator more": [
    { ...call, actors: [...call.actors, { tenant: "acme", name: "batch" }] },
    [oneOf("actors", "desk")],
    denied("actors"),
  ],
  "denies a call past the orchestrators that a grant names": [
    { ...call, actors: [] },
    [oneOf("actors", "desk")],
    denied("actors"),
  ],
  "takes no agreement from the user of the call": [
    { ...call, approvedBy: "ben" },
    [human],
    { kind: "ask", by: human },
  ],
  "takes no agreement from a workload of the call": [
    { ...call, approvedBy: "desk" },
    [human],
    { kind: "ask", by: human },
  ],
  "denies a context that claims what has to be proven": [
    { ...bare, context: { target: "order/17" } },
    [refund],
    denied("malformed"),
  ],
  "denies text that is another one in UTF-8": [
    { ...call, intent: "\ud800" },
    [{ ...refund, intents: ["\ud800"] }],
    denied("malformed"),
  ],
  "denies a context with text that is another one in UTF-8": [
    { ...call, context: { region: "\ufffd" } },
    [refund],
    denied("malformed"),
  ],
  "denies an empty target": [{ ...call, target: "" }, [refund], denied("malformed")],
  "denies a time that no language has exactly": [
    { ...call, now: Number.MAX_SAFE_INTEGER },
    [refund],
    denied("malformed"),
  ],
  "denies where a key is none": [
    { ...call, context: { __entity: true } },
    [withCondition({ kind: "is", key: "__entity", value: true })],
    denied("context"),
  ],
  "tells the refusals of conditions apart": [
    { ...call, ...long, intent: "delete" },
    [
      {
        ...refund,
        conditions: [
          region,
          { kind: "between", key: "until", least: 0, most: 1 },
          ...["environment", "target", "actors", "user"].map((key): GrantCondition => ({
            kind: "one-of",
            key,
            values: [],
          })),
        ],
      },
    ],
    denied("intent", "user", "actors", "target", "environment", "context", "time", "seconds"),
  ],
};

const order = { deny: 0, ask: 1, allow: 2 };

describe("decide", () => {
  for (const [behaviour, [asked, given, answer]] of Object.entries({ ...cases, ...chained })) {
    it(behaviour, () => {
      assert.deepEqual(decide(asked, given), answer);
    });
  }

  it("has a case for every reason to deny", () => {
    const told = Object.values({ ...cases, ...chained }).flatMap(([, , answer]) =>
      answer.kind === "deny" ? answer.because : [],
    );
    assert.deepEqual(
      refusals.filter((refusal) => !told.includes(refusal)),
      [],
    );
  });

  it("covers the levels and approvals that components declare", () => {
    assert.deepEqual(Object.values(Sensitivity), sensitivities);
    const approvals: readonly Grant["approval"][] = Object.values(Approval);
    assert.deepEqual(approvals, ["none", "human"]);
  });
});

const hasLeastEnd = (condition: GrantCondition): boolean =>
  condition.kind === "between" && condition.key === "until" && condition.least !== 0;

describe("for all requests and grants, decide", () => {
  const holds = (property: (asked: CallRequest, given: readonly Grant[]) => void): void => {
    fc.assert(fc.property(randomRequest, randomGrants, property), { numRuns: runs(500, 2_000) });
  };

  it("never crosses tenants", () => {
    holds((asked, given) => {
      const decision = decide(asked, given);
      if (decision.kind === "deny") return;
      const { user = asked.caller, actors, caller, tool } = asked;
      const tenants = [user, ...actors, caller, tool].map(({ tenant }) => tenant);
      assert.deepEqual([...new Set(tenants)], [decision.by.tenant]);
    });
  });

  it("allows only by a grant that states it in every part", () => {
    holds((asked, given) => {
      const decision = decide(asked, given);
      if (decision.kind === "deny") return;
      const { by } = decision;
      assert.ok(given.includes(by));
      assert.deepEqual([by.caller, by.tool], [asked.caller.name, asked.tool.name]);
      assert.ok(by.intents.includes(asked.intent));
      assert.ok(asked.seconds <= by.maxSeconds && by.maxSeconds < Infinity);
      assert.ok(sensitivities.indexOf(asked.sensitivity) <= sensitivities.indexOf(by.sensitivity));
      if (decision.kind === "allow" && by.approval !== "none") {
        const { user = asked.caller, actors, caller } = asked;
        assert.ok(asked.approvedBy !== undefined && asked.approvedBy.trim() !== "");
        assert.ok([user, ...actors, caller].every(({ name }) => name !== asked.approvedBy));
      }
      if (decision.kind === "ask") assert.notEqual(asked.approvedBy, "ann");
    });
  });

  it("takes nothing away when grants are added", () => {
    fc.assert(
      fc.property(randomRequest, randomGrants, randomGrants, (asked, few, more) => {
        const before = decide(asked, few).kind;
        const after = decide(asked, [...few, ...more]).kind;
        assert.ok(order[after] >= order[before], `${before} became ${after}`);
      }),
      { numRuns: runs(500, 2_000) },
    );
  });

  it("answers for several grants what the most generous one answers alone", () => {
    holds((asked, given) => {
      const alone = given.map((one) => order[decide(asked, [one]).kind]);
      assert.equal(order[decide(asked, given).kind], Math.max(0, ...alone));
    });
  });

  it("gives the same answer whatever the order of grants, and changes none", () => {
    holds((asked, given) => {
      const before = JSON.stringify(given);
      const decision = decide(asked, given);
      assert.deepEqual(decide(asked, [...given].reverse()), decision);
      assert.deepEqual(decide(asked, [...given, ...given]), decision);
      assert.equal(JSON.stringify(given), before);
    });
  });

  it("turns ask into allow by approval, and no denial into anything", () => {
    holds((asked, given) => {
      const unapproved = { ...asked, approvedBy: "" };
      const without = decide(unapproved, given);
      const approved = decide({ ...unapproved, approvedBy: "ann" }, given);
      assert.equal(approved.kind, without.kind === "deny" ? "deny" : "allow");
      if (without.kind === "deny") assert.deepEqual(approved, without);
    });
  });

  it("allows less sensitive data and a shorter time wherever it allows more", () => {
    holds((asked, grants) => {
      // A least end is no shorter time; `conditions` of a declared grant and `broker.yaml` refuse one of `until`.
      const given = grants.filter(({ conditions }) => !conditions.some(hasLeastEnd));
      // Seconds that are none are malformed, and stay it.
      const seconds = asked.seconds >= 1 ? 1 : asked.seconds;
      const modest = decide({ ...asked, sensitivity: "public", seconds }, given);
      assert.ok(order[modest.kind] >= order[decide(asked, given).kind]);
    });
  });

  it("allows no more once a grant has a condition more or a bound less", () => {
    fc.assert(
      fc.property(randomRequest, randomGrant, randomGrant, (asked, wide, other) => {
        const narrower: readonly Partial<Grant>[] = [
          { conditions: [...wide.conditions, ...other.conditions] },
          { maxSeconds: least(wide.maxSeconds, other.maxSeconds) },
          { sensitivity: lower(wide.sensitivity, other.sensitivity) },
          { intents: wide.intents.filter((intent) => other.intents.includes(intent)) },
          { conditions: wide.conditions.map(lowered) },
          { approval: "human" },
        ];
        const before = decide(asked, [wide]).kind;
        for (const change of narrower) {
          const after = decide(asked, [{ ...wide, ...change }]).kind;
          assert.ok(order[after] <= order[before], `${before} became ${after}`);
        }
      }),
      { numRuns: runs(500, 2_000) },
    );
  });

  it("refuses whatever is wrong with the call itself for that reason, whatever the grants", () => {
    holds((asked, given) => {
      if (decide(asked, given).kind === "deny") return;
      const { task, now, seconds } = asked;
      const wrong: Readonly<Partial<Record<Refusal, Partial<CallRequest>>>> = {
        malformed: { intent: "" },
        "other-tenant": { user: { tenant: "another", name: "a" } },
        ended: { task: { ...task, ended: true } },
        lapsed: { task: { ended: false, until: now + seconds - 1 } },
        "no-grant": { caller: { tenant: asked.caller.tenant, name: "nobody" } },
      };
      for (const [because, change] of Object.entries(wrong)) {
        assert.deepEqual(decide({ ...asked, ...change }, given), {
          kind: "deny",
          because: [because],
        });
      }
    });
  });
});

/** The lower of two levels. */
function lower(a: Grant["sensitivity"], b: Grant["sensitivity"]): Grant["sensitivity"] {
  return sensitivities.indexOf(a) < sensitivities.indexOf(b) ? a : b;
}

/** The lesser of two bounds; what is none stays none. */
function least(wide: number, other: number): number {
  return isSeconds(wide) ? Math.min(wide, other) : wide;
}

/** A condition that fewer requests meet. */
function lowered(condition: GrantCondition): GrantCondition {
  if (condition.kind === "between") return { ...condition, most: condition.most - 1 };
  return condition.kind === "one-of"
    ? { ...condition, values: condition.values.slice(1) }
    : condition;
}
