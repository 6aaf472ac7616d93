import assert from "node:assert/strict";
import {
  callVerifier,
  expressAuth,
  honoAuth,
  requireToolIntents,
  type Call,
  type ToolIntents,
} from "../../tool/index";
import { startBroker, tool, type TestBroker } from "../support/test-broker";

const refunds = { create_refund: { intent: "refund", target: "order/{order}" } };

describe("what a tool of an MCP server is called for", () => {
  let broker: TestBroker;
  let decided: Call;
  let withoutTarget: Call;

  const verified = async (claims: Readonly<Record<string, unknown>> = {}) => {
    const verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    return verifier.verify({ authorization: `Bearer ${await broker.callToken(claims)}` });
  };

  before(async () => {
    broker = await startBroker();
    decided = await verified();
    const detail = { type: "agentid_call", intent: "refund", sensitivity: "public" };
    withoutTarget = await verified({ authorization_details: [detail] });
  });

  after(() => broker.stop());

  const calls = (name: string, args?: unknown) => ({
    ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
    params: { name, ...(args !== undefined && { arguments: args }) },
  });

  /** Each with whether the call for `order/8812` allows it. */
  const targets: Readonly<Record<string, readonly [unknown, boolean]>> = {
    "the target that was decided on": [{ order: "8812" }, true],
    "the same target as a whole number": [{ order: 8812 }, true],
    "another target": [{ order: "8813" }, false],
    "a target that begins alike": [{ order: "8812/items" }, false],
    "another case": [{ Order: "8812" }, false],
    "a list that reads the same": [{ order: ["8812"] }, false],
    "an object that reads the same": [{ order: { toString: "8812" } }, false],
    "a fraction": [{ order: 8812.5 }, false],
    "an empty target": [{ order: "" }, false],
    "no target": [{}, false],
    "no arguments": [undefined, false],
    "arguments that are a text": ["8812", false],
  };
  for (const [what, [args, isAllowed]] of Object.entries(targets)) {
    it(`${isAllowed ? "allows" : "refuses"} ${what}`, () => {
      const check = (): Call => requireToolIntents(decided, calls("create_refund", args), refunds);
      if (isAllowed) check();
      else assert.throws(check, { status: 403, code: "insufficient_scope" });
    });
  }

  it("compares the target of each call in a request", () => {
    const both = [
      calls("create_refund", { order: "8812" }),
      calls("create_refund", { order: "1" }),
    ];
    assert.throws(() => requireToolIntents(decided, both, refunds), { status: 403 });
    requireToolIntents(decided, both.slice(0, 1), refunds);
  });

  it("compares the parameters of a method, which has no arguments", () => {
    const intents = { "resources/read": { intent: "refund", target: "{uri}" } };
    const read = (uri: string) => ({
      ...{ jsonrpc: "2.0", id: 1, method: "resources/read" },
      params: { uri },
    });
    requireToolIntents(decided, read("order/8812"), intents);
    assert.throws(() => requireToolIntents(decided, read("order/8813"), intents), { status: 403 });
  });

  it("refuses a call without a target for a tool that takes one", () => {
    const call = calls("create_refund", { order: "8812" });
    assert.throws(() => requireToolIntents(withoutTarget, call, refunds), { status: 403 });
  });

  it("refuses a call for a target at a tool that takes none", () => {
    const none = { create_refund: { intent: "refund", target: null } };
    const call = calls("create_refund", {});
    requireToolIntents(withoutTarget, call, none);
    assert.throws(() => requireToolIntents(decided, call, none), { status: 403 });
  });

  it("names the intent that is needed before it compares targets", () => {
    const intents = { read_refund: { intent: "read", target: "order/{order}" } };
    assert.throws(() => requireToolIntents(decided, calls("read_refund", {}), intents), {
      description: "the call was decided for another intent",
    });
  });

  /** What is written for a tool, and what the start of the server reports. */
  const written: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    "no target": [
      "refund",
      /^toolIntents: `create_refund` states no target; write `\{ intent: "refund", target: "order\/\{order\}" \}`/,
    ],
    "an intent alone": [{ intent: "refund" }, /states no target/],
    "a target that is undefined": [{ intent: "refund", target: undefined }, /states no target/],
    "a target that no argument names": [
      { intent: "refund", target: "order/8812" },
      /names no argument/,
    ],
    "two arguments": [{ intent: "refund", target: "{shop}/{order}" }, /names several arguments/],
    "no intent": [{ target: null }, /states no intent/],
    "an empty intent": [{ intent: "", target: null }, /states no intent/],
    nothing: [undefined, /states no intent/],
  };
  for (const [what, [entry, message]] of Object.entries(written)) {
    it(`refuses a server at its start that states ${what}`, () => {
      const verifier = callVerifier({ issuer: broker.issuer, resource: tool });
      const intents = { create_refund: entry } as unknown as ToolIntents;
      for (const auth of [expressAuth(verifier), honoAuth(verifier)]) {
        assert.throws(() => auth.toolIntents(intents), { name: "TypeError", message });
      }
      assert.throws(() => requireToolIntents(decided, [], intents), { name: "TypeError" });
    });
  }
});
