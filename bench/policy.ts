import type { CallRequest, Grant } from "../core/grants/grant";
import { cedarDecider } from "../policy/cedar/decider";
import { median } from "./lines";

/** How long Cedar takes for one decision of an agent with one grant among so many, as a median in milliseconds. */
export function runPolicy(size: number): number {
  const grants = Array.from({ length: size }, (_, index) => grantOf(`agent-${index}`));
  const { decide } = cedarDecider(grants);
  const times: number[] = [];
  for (let now = 0; now < 3_000; now += 1) {
    const request = callOf(`agent-${now % size}`, now);
    const started = performance.now();
    const { kind } = decide(request);
    times.push(performance.now() - started);
    if (kind !== "allow") throw new Error(`a granted call was answered by ${kind}`);
  }
  // The first ones are run before V8 has compiled them.
  return median(times.slice(500));
}

function grantOf(caller: string): Grant {
  return {
    tenant: "acme",
    caller,
    tool: "refunds",
    intents: ["refund", "correct"],
    sensitivity: "confidential",
    conditions: [
      { kind: "at-most", key: "cents", limit: 5_000 },
      { kind: "one-of", key: "region", values: ["eu", "ch"] },
    ],
    approval: "none",
    maxSeconds: 300,
  };
}

function callOf(name: string, now: number): CallRequest {
  const tenant = "acme";
  return {
    user: { tenant, name: "ben" },
    actors: [{ tenant, name: "desk" }],
    caller: { tenant, name },
    tool: { tenant, name: "refunds" },
    intent: "refund",
    sensitivity: "internal",
    seconds: 60,
    now,
    task: { ended: false, until: 100_000 },
    context: { cents: 4_999, region: "eu" },
  };
}
