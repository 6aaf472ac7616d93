import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Approval, Sensitivity } from "../../../components";
import { decide, refusals, type Decision, type Refusal } from "../../../core/grants/decide";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
} from "../../../core/grants/grant";

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
  caller: { tenant: "acme", name: "triage" },
  tool: { tenant: "acme", name: "refunds" },
  intent: "refund",
  sensitivity: "internal",
  seconds: 60,
  context: {},
};

const human: Grant = { ...refund, approval: "human" };

const denied = (...because: readonly Refusal[]): Decision => ({ kind: "deny", because });
const allowed = (by: Grant): Decision => ({ kind: "allow", by });

function withCondition(...conditions: readonly GrantCondition[]): Grant {
  return { ...refund, conditions };
}

const amount: GrantCondition = { kind: "at-most", key: "cents", limit: 5000 };
const region: GrantCondition = { kind: "one-of", key: "region", values: ["eu", "ch"] };
const trial: GrantCondition = { kind: "is", key: "trial", value: false };

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
      ...call,
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
    [withCondition({ kind: "at-most", key: "cents", limit: Infinity })],
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
    { ...call, intent: "delete", sensitivity: "restricted", seconds: 900 },
    [refund],
    denied("intent", "sensitivity", "seconds"),
  ],
  "tells what the nearest grant refuses": [
    { ...call, seconds: 900 },
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

const name = fc.constantFrom("a", "b");
const grant: fc.Arbitrary<Grant> = fc.record(
  {
    tenant: name,
    caller: name,
    tool: name,
    intents: fc.subarray(["find", "pay"]),
    sensitivity: fc.constantFrom(...sensitivities),
    conditions: fc.subarray<GrantCondition>([
      { kind: "at-most", key: "cents", limit: 10 },
      { kind: "one-of", key: "region", values: ["eu"] },
      { kind: "is", key: "trial", value: true },
    ]),
    approval: fc.constantFrom("none", "human"),
    maxSeconds: fc.constantFrom(1, 60, 300, NaN, Infinity),
  },
  // Of equal grants either may be the one that allows, so that they have to be alike.
  { noNullPrototype: true },
);
const grants = fc.array(grant, { maxLength: 8 });
const workload = fc.record({ tenant: name, name });
const request: fc.Arbitrary<CallRequest> = fc
  .record({
    caller: workload,
    tool: workload,
    intent: fc.constantFrom("find", "pay"),
    sensitivity: fc.constantFrom(...sensitivities),
    seconds: fc.constantFrom(1, 60, 300, 301),
    approvedBy: fc.constantFrom("ann", ""),
    context: fc.constantFrom({}, { cents: 10, region: "eu", trial: true }, { cents: 11 }),
  })
  .map(({ approvedBy, ...rest }) => ({ ...rest, ...(approvedBy !== "" && { approvedBy }) }));

const order = { deny: 0, ask: 1, allow: 2 };

describe("decide", () => {
  for (const [behaviour, [asked, given, answer]] of Object.entries(cases)) {
    it(behaviour, () => {
      assert.deepEqual(decide(asked, given), answer);
    });
  }

  it("has a case for every reason to deny", () => {
    const told = Object.values(cases).flatMap(([, , answer]) =>
      answer.kind === "deny" ? answer.because : [],
    );
    assert.deepEqual(
      refusals.filter((refusal) => !told.includes(refusal)),
      [],
    );
  });

  it("knows the levels and approvals that components declare", () => {
    assert.deepEqual(Object.values(Sensitivity), sensitivities);
    const approvals: readonly Grant["approval"][] = Object.values(Approval);
    assert.deepEqual(approvals, ["none", "human"]);
  });
});

describe("for all requests and grants, decide", () => {
  const holds = (property: (asked: CallRequest, given: readonly Grant[]) => void): void => {
    fc.assert(fc.property(request, grants, property), { numRuns: 2000 });
  };

  it("never crosses tenants", () => {
    holds((asked, given) => {
      const decision = decide(asked, given);
      if (decision.kind === "deny") return;
      assert.equal(asked.caller.tenant, asked.tool.tenant);
      assert.equal(decision.by.tenant, asked.caller.tenant);
    });
  });

  it("allows only by a grant that is given and says so in every part", () => {
    holds((asked, given) => {
      const decision = decide(asked, given);
      if (decision.kind === "deny") return;
      const { by } = decision;
      assert.ok(given.includes(by));
      assert.deepEqual([by.caller, by.tool], [asked.caller.name, asked.tool.name]);
      assert.ok(by.intents.includes(asked.intent));
      assert.ok(asked.seconds <= by.maxSeconds && by.maxSeconds < Infinity);
      assert.ok(sensitivities.indexOf(asked.sensitivity) <= sensitivities.indexOf(by.sensitivity));
      if (decision.kind === "allow" && by.approval === "human")
        assert.equal(asked.approvedBy, "ann");
      if (decision.kind === "ask") assert.notEqual(asked.approvedBy, "ann");
    });
  });

  it("takes nothing away when grants are added", () => {
    fc.assert(
      fc.property(request, grants, grants, (asked, few, more) => {
        const before = decide(asked, few).kind;
        const after = decide(asked, [...few, ...more]).kind;
        assert.ok(order[after] >= order[before], `${before} became ${after}`);
      }),
      { numRuns: 2000 },
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
      assert.deepEqual(decide(asked, [...given].reverse()), decide(asked, given));
      assert.equal(JSON.stringify(given), before);
    });
  });

  it("lets approval turn ask into allow, and no denial into anything", () => {
    holds((asked, given) => {
      const unapproved = { ...asked, approvedBy: "" };
      const without = decide(unapproved, given);
      const approved = decide({ ...unapproved, approvedBy: "ann" }, given);
      assert.equal(approved.kind, without.kind === "deny" ? "deny" : "allow");
      if (without.kind === "deny") assert.deepEqual(approved, without);
    });
  });

  it("allows less sensitive data and a shorter time wherever it allows more", () => {
    holds((asked, given) => {
      const modest = decide({ ...asked, sensitivity: "public", seconds: 1 }, given);
      assert.ok(order[modest.kind] >= order[decide(asked, given).kind]);
    });
  });
});
