import assert from "node:assert/strict";
import { callOf, callVerifier, requireCall, type Action, type Call } from "../../tool/index";
import { startBroker, tool, type TestBroker } from "../support/test-broker";

describe("what a tool compares with the call", () => {
  let broker: TestBroker;
  let call: Call;

  const verified = async (claims: Readonly<Record<string, unknown>> = {}) => {
    const verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    return verifier.verify({ authorization: `Bearer ${await broker.callToken(claims)}` });
  };

  before(async () => {
    broker = await startBroker();
    call = await verified();
  });

  after(() => broker.stop());

  const differs = (part: string) => `the call was decided for another ${part}`;
  /** Each with the nearest action that the call allows. */
  const cases: Readonly<Record<string, readonly [Action, Action, string]>> = {
    "another target": [
      { target: "order/8813" },
      { target: "order/8812" },
      `${differs("target")}, or for none`,
    ],
    "a longer target": [
      { target: "order/8812/items" },
      { target: "order/8812" },
      `${differs("target")}, or for none`,
    ],
    "a target that a tool has not read": [
      { target: undefined } as unknown as Action,
      {},
      `${differs("target")}, or for none`,
    ],
    "another environment": [
      { environment: "staging" },
      { environment: "production" },
      `${differs("environment")}, or for none`,
    ],
    "another intent": [{ intent: "refund.large" }, { intent: "refund" }, differs("intent")],
    "more sensitive data": [
      { sensitivity: "restricted" },
      { sensitivity: "confidential" },
      "the call was decided for less sensitive data",
    ],
    "another amount": [
      { context: { cents: 4901 } },
      { context: { cents: 4900 } },
      differs("context"),
    ],
    "an amount as text": [
      { context: { cents: "4900" } },
      { context: { cents: 4900 } },
      differs("context"),
    ],
    "what the context lacks": [
      { context: { currency: "EUR" } },
      { context: {} },
      differs("context"),
    ],
    "what every object has": [
      { context: { constructor: Object } } as unknown as Action,
      { context: {} },
      differs("context"),
    ],
  };
  for (const [what, [refused, allowed, description]] of Object.entries(cases)) {
    it(`refuses ${what}`, () => {
      requireCall(call, allowed);
      assert.throws(() => requireCall(call, refused), {
        status: 403,
        code: "insufficient_scope",
        description,
      });
    });
  }

  it("allows less sensitive data than the call was decided for", () => {
    requireCall(call, { sensitivity: "public" });
  });

  it("refuses a target for a call that names none", async () => {
    const detail = { type: "agentid_call", intent: "refund", sensitivity: "public" };
    const without = await verified({ authorization_details: [detail] });
    requireCall(without, { intent: "refund" });
    assert.throws(() => requireCall(without, { target: "order/8812" }), { status: 403 });
  });

  it("names the intent that is needed, and no scope where another token would not help", () => {
    const metadata = "https://refunds.acme.example/.well-known/oauth-protected-resource/mcp";
    assert.throws(() => requireCall(call, { intent: "refund.large" }), {
      headers: {
        "cache-control": "no-store",
        "www-authenticate": `Bearer error="insufficient_scope", error_description="the call was decided for another intent", scope="refund.large", resource_metadata="${metadata}"`,
      },
    });
    assert.throws(() => requireCall(call, { target: "order/1" }), {
      headers: {
        "cache-control": "no-store",
        "www-authenticate": `Bearer error="insufficient_scope", error_description="the call was decided for another target, or for none", resource_metadata="${metadata}"`,
      },
    });
  });

  it("puts no intent into a header that a header cannot carry", () => {
    for (const intent of ['a"b', "a\r\nb", "rückerstatten", ""]) {
      assert.throws(
        () => requireCall(call, { intent }),
        (error: { headers: Readonly<Record<string, string>> }) => {
          assert.doesNotMatch(error.headers["www-authenticate"]!, /scope="[^"]*", |[^\x20-\x7e]/);
          return true;
        },
      );
    }
  });

  it("allows a call once, where a tool requires that", async () => {
    const verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    const authorization = `Bearer ${await broker.callToken()}`;
    const [first, again] = [
      await verifier.verify({ authorization }),
      await verifier.verify({ authorization }),
    ];
    assert.throws(() => requireCall(first, { target: "order/1", once: true }), { status: 403 });
    requireCall(first, { once: true });
    assert.throws(() => requireCall(again, { once: true }), {
      status: 403,
      description: "the call was made already",
    });
    requireCall(again, {});
    const other = await verifier.verify({ authorization: `Bearer ${await broker.callToken()}` });
    requireCall(other, { once: true });
  });

  it("refuses a sensitivity that there is not, as a mistake of the tool", () => {
    const action = { sensitivity: "secret" } as unknown as Action;
    assert.throws(() => requireCall(call, action), {
      name: "TypeError",
      message: "sensitivity is one of public, internal, confidential, restricted",
    });
  });

  it("takes no call that no verifier has returned", () => {
    assert.throws(() => requireCall({ ...call }, {}), { name: "TypeError" });
    for (const source of [undefined, {}, { auth: { extra: call } }, { auth: null }]) {
      assert.throws(() => callOf(source), {
        name: "TypeError",
        message: "no call was verified for this request",
      });
    }
  });
});
