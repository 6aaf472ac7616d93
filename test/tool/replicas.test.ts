import assert from "node:assert/strict";
import { dpopKey, exchange, type DpopKey } from "../../agent/index";
import { CallRefused, callVerifier, requireOnce, type CallVerifier } from "../../tool/index";
import { issuer, resource, startDesk, svid, userToken, type Desk } from "../broker/support/desk";

describe("replicas of a tool", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  const toBroker = (url: string | URL, init?: RequestInit): Promise<Response> =>
    fetch(String(url).replace(issuer, desk.url), init);
  const replica = (replicas?: boolean): CallVerifier =>
    callVerifier({
      ...{ issuer, resource, fetch: toBroker },
      introspection: {
        workloadToken: () => svid("refunds"),
        ...(replicas !== undefined && { replicas }),
      },
    });
  const callToken = async (dpop?: DpopKey): Promise<string> => {
    const broker = { issuer, workloadToken: () => svid("triage"), fetch: toBroker };
    const { token } = await exchange(dpop === undefined ? broker : { ...broker, dpop }, {
      ...{ subjectToken: () => userToken("alice", "triage-web"), resource },
      details: { intent: "refund", sensitivity: "internal" },
    });
    return token;
  };

  it("make a call once, all together, also where it comes to them at one moment", async () => {
    const [one, other] = [replica(), replica()];
    const authorization = `Bearer ${await callToken()}`;
    const outcomes = await Promise.all(
      [one, other, one, other, one, other, one, other].map(async (at) => {
        const call = await at.verify({ authorization });
        return requireOnce(call).then(
          () => "made",
          (error: unknown) => (error as CallRefused).message,
        );
      }),
    );
    assert.deepEqual(outcomes.filter((each) => each === "made").length, 1, outcomes.join());
    assert.deepEqual([...new Set(outcomes)].sort(), ["made", "the call was made already"]);
    await requireOnce(await other.verify({ authorization: `Bearer ${await callToken()}` }));
  });

  it("take one proof of possession once, all together", async () => {
    const key = await dpopKey();
    const token = await callToken(key);
    const request = async (): Promise<Parameters<CallVerifier["verify"]>[0]> => ({
      ...{ authorization: `DPoP ${token}`, method: "POST", path: "/mcp" },
      dpop: await key.proof({ method: "POST", url: resource, accessToken: token }),
    });
    const [one, other] = [replica(true), replica(true)];
    const once = await request();
    await one.verify(once);
    await assert.rejects(other.verify(once), /its proof was used before/);
    await other.verify(await request());
    // What one process alone can see.
    const [alone, beside] = [replica(), replica()];
    const again = await request();
    await alone.verify(again);
    await beside.verify(again);
    await assert.rejects(beside.verify(again), CallRefused);
  });

  it("count nothing at a broker that they do not ask", async () => {
    const without = callVerifier({ issuer, resource, fetch: toBroker });
    const call = await without.verify({ authorization: `Bearer ${await callToken()}` });
    await assert.rejects(requireOnce(call), TypeError);
  });
});
