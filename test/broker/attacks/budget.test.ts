import assert from "node:assert/strict";
import type { Grant } from "../../../core/grants/grant";
import {
  call,
  crm,
  grant,
  refundRequest,
  startDesk,
  svid,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

const upTo = (most: number): Grant["conditions"] => [{ kind: "sum", key: "cents", most }];

describe("what a task may use up by a grant", () => {
  let desk: Desk;
  afterEach(() => desk.stop());

  const starts = async (...grants: readonly Grant[]): Promise<void> => {
    desk = await startDesk({ grants });
  };
  const ask = async (
    cents: unknown,
    subject: string,
    { form = {}, ...parts }: { readonly form?: object; readonly intent?: string } = {},
  ): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        subject_token: subject,
        authorization_details: call({ context: { cents }, ...parts }),
        ...form,
      }),
    );
  const outcome = async (answer: Promise<Answered>): Promise<string> => {
    const { status, body } = await answer;
    return status === 200 ? "issued" : String(body["error_description"]);
  };
  /** Requests a call, and has a person approve it. */
  const approve = async (cents: number, subject: string): Promise<string> => {
    const { body } = await ask(cents, subject);
    const id = String(body["approval"]);
    await desk.post(`/approvals/${id}`, '{"decision":"approved"}', {
      authorization: `Bearer ${await userToken("ann", "console", { groups: ["approvers"] })}`,
    });
    return id;
  };
  const alice = (): Promise<string> => userToken("alice", "triage-web");
  const usedUp = "the task has used up what the grant allows it; a new task begins anew";

  it("is so many calls, and a new task begins anew", async () => {
    await starts(grant({ maxCalls: 2 }));
    const [one, other] = [await alice(), await alice()];
    const tried = [];
    for (const token of [one, one, one, other]) tried.push(await outcome(ask(1, token)));
    assert.deepEqual(tried, ["issued", "issued", usedUp, "issued"]);
  });

  it("is the sum of an entry, to the last unit", async () => {
    await starts(grant({ conditions: upTo(100) }));
    const token = await alice();
    const tried = [];
    for (const cents of [60, 41, 40, 1, 0]) tried.push(await outcome(ask(cents, token)));
    assert.deepEqual(tried, ["issued", usedUp, "issued", usedUp, "issued"]);
  });

  it("grows by no amount below 0, and takes whole numbers alone", async () => {
    await starts(grant({ conditions: upTo(100) }));
    const token = await alice();
    const unmet = "a condition of the grant on the `context` is not met";
    for (const cents of [-1, -100, 101, "1", true]) {
      assert.equal(await outcome(ask(cents, token)), unmet, JSON.stringify(cents));
    }
    assert.equal((await ask(0.5, token)).body["error"], "invalid_authorization_details");
    assert.equal(await outcome(ask(100, token)), "issued");
    assert.equal(await outcome(ask(1, token)), usedUp);
  });

  it("is of the whole task, through each of its task tokens and whatever they are narrowed to", async () => {
    await starts(grant({ maxCalls: 2 }));
    const narrowed = async (subject: string, details?: object): Promise<string> => {
      const { status, body } = await desk.exchange(
        await refundRequest({
          ...{ subject_token: subject, audience: "acme.triage", resource: undefined },
          authorization_details: details && JSON.stringify([{ type: "agentid_task", ...details }]),
        }),
      );
      assert.equal(status, 200, JSON.stringify(body));
      return String(body["access_token"]);
    };
    const begun = await alice();
    const one = await narrowed(begun);
    const two = await narrowed(one, { tools: ["refunds"] });
    assert.deepEqual(
      [
        await outcome(ask(1, two)),
        await outcome(ask(1, one)),
        await outcome(ask(1, begun)),
        await outcome(ask(1, two)),
      ],
      ["issued", "issued", usedUp, usedUp],
    );
  });

  it("is not exceeded by calls at the same moment", async () => {
    await starts(grant({ maxCalls: 10, conditions: upTo(30) }));
    const token = await alice();
    const tried = await Promise.all(Array.from({ length: 20 }, () => outcome(ask(7, token))));
    assert.equal(tried.filter((one) => one === "issued").length, 4);
    assert.equal(await outcome(ask(2, token)), "issued");
    assert.equal(await outcome(ask(1, token)), usedUp);
  });

  it("counts each grant by itself, and one without a limit allows what it allows", async () => {
    await starts(
      grant({ intents: ["read"] }),
      grant({ maxCalls: 1 }),
      grant({ tool: "crm", maxCalls: 1 }),
    );
    const token = await alice();
    const toCrm = { form: { resource: crm } };
    assert.deepEqual(
      [
        await outcome(ask(1, token)),
        await outcome(ask(1, token)),
        await outcome(ask(1, token, toCrm)),
        await outcome(ask(1, token, toCrm)),
        await outcome(ask(1, token, { intent: "read" })),
        await outcome(ask(1, token, { intent: "read" })),
      ],
      ["issued", usedUp, "issued", usedUp, "issued", "issued"],
    );
  });

  it("leads to the next grant, which may ask a person", async () => {
    await starts(grant({ maxCalls: 1 }), grant({ approval: "human" }));
    const token = await alice();
    assert.equal(await outcome(ask(1, token)), "issued");
    const { body } = await ask(1, token);
    assert.equal(body["error"], "authorization_pending");
  });

  it("leads to the next grant once a person has approved, too", async () => {
    const approval = "human";
    await starts(grant({ approval, maxCalls: 1 }), grant({ approval, sensitivity: "restricted" }));
    const token = await alice();
    const tried = [];
    for (const cents of [1, 2, 3]) {
      await approve(cents, token);
      tried.push(await outcome(ask(cents, token)));
    }
    assert.deepEqual(tried, ["issued", "issued", "issued"]);
  });

  it("leaves an approval unused where it is used up meanwhile, and takes nothing for a request that waits", async () => {
    await starts(grant({ approval: "human", maxCalls: 1 }));
    const token = await alice();
    const [one, two] = [await approve(1, token), await approve(2, token)];
    assert.equal(await outcome(ask(1, token)), "issued");
    assert.equal(await outcome(ask(2, token)), usedUp);
    const states = [one, two].map(async (id) => (await desk.broker.approvals.find(id, 0))?.state);
    assert.deepEqual(await Promise.all(states), ["used", "approved"]);
  });

  it("is of a workload's own task as well", async () => {
    await starts(grant({ maxCalls: 1 }));
    const token = await svid("triage");
    assert.deepEqual(
      [await outcome(ask(1, token)), await outcome(ask(1, token))],
      ["issued", usedUp],
    );
  });

  it("takes nothing for a call that is refused", async () => {
    await starts(grant({ maxCalls: 1 }));
    const token = await alice();
    await ask(1, token, { intent: "close" });
    await ask(1, token, {
      form: { requested_token_type: "urn:agentid:params:oauth:token-type:aws-session" },
    });
    assert.equal(await outcome(ask(1, token)), "issued");
  });
});
