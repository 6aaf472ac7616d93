import assert from "node:assert/strict";
import {
  call,
  grant,
  refundRequest,
  startDesk,
  svid,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

describe("what a task may do", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk({
      grants: [
        grant({
          intents: ["refund", "read"],
          conditions: [{ kind: "between", key: "cents", least: 0, most: 5000 }],
        }),
        grant({ tool: "crm", intents: ["read"] }),
      ],
    });
  });
  after(() => desk.stop());

  const narrow = async (subject: string, ...tasks: readonly object[]): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        ...{ subject_token: subject, audience: "acme.triage", resource: undefined },
        authorization_details: JSON.stringify(
          tasks.map((task) => ({ type: "agentid_task", ...task })),
        ),
      }),
    );
  const narrowed = async (subject: string, ...tasks: readonly object[]): Promise<string> => {
    const { status, body } = await narrow(subject, ...tasks);
    assert.equal(status, 200, JSON.stringify(body));
    return String(body["access_token"]);
  };
  const tried = async (subject: string, parts: object, to?: string): Promise<string> => {
    const { status, body } = await desk.exchange(
      await refundRequest({
        ...{ subject_token: subject, ...(to !== undefined && { resource: to }) },
        authorization_details: call({ context: { cents: 1 }, ...parts }),
      }),
    );
    return status === 200 ? "issued" : String(body["error"]);
  };
  const alice = (): Promise<string> => userToken("alice", "triage-web");

  it("is what every list on the path allows, and no more", async () => {
    const one = await narrowed(
      await alice(),
      { tools: ["refunds"], targets: ["order/1", "order/2"], sensitivity: "internal" },
      { tools: ["crm"] },
    );
    const two = await narrowed(one, { intents: ["refund"], targets: ["order/2", "order/3"] });
    const refused = "invalid_authorization_details";
    const crm = "https://crm.acme.example/mcp";
    assert.deepEqual(
      [
        await tried(one, { target: "order/1" }),
        await tried(one, { target: "order/2" }),
        await tried(one, { target: "order/3" }),
        await tried(one, {}),
        await tried(one, { target: "order/1", sensitivity: "confidential" }),
        await tried(one, { target: "order/1", intent: "read" }),
        await tried(one, { intent: "read" }, crm),
        await tried(two, { target: "order/1" }),
        await tried(two, { target: "order/2" }),
        await tried(two, { target: "order/3" }),
        await tried(two, { target: "order/2", intent: "read" }),
        await tried(two, { intent: "read" }, crm),
      ],
      [
        ...["issued", "issued", refused, refused, refused, "issued", "issued"],
        ...[refused, "issued", refused, refused, refused],
      ],
    );
  });

  it("cannot be widened by a later list", async () => {
    const one = await narrowed(await alice(), { intents: ["read"] });
    const two = await narrowed(one, { intents: ["read", "refund"] }, {});
    assert.equal(await tried(two, {}), "invalid_authorization_details");
  });

  it("takes nothing proven from the claims of a caller", async () => {
    for (const key of ["user", "actors", "target", "environment", "until"]) {
      const { status, body } = await desk.exchange(
        await refundRequest({ authorization_details: call({ context: { [key]: "alice" } }) }),
      );
      assert.deepEqual(
        [status, body],
        [
          400,
          {
            error: "invalid_authorization_details",
            error_description: `authorization_details: \`context.${key}\` is proven, and not a claim`,
          },
        ],
      );
    }
  });

  it("is refused for what a condition does not allow, or the request leaves out", async () => {
    const token = await alice();
    assert.deepEqual(
      [
        await tried(token, { context: { cents: 5000 } }),
        await tried(token, { context: { cents: 5001 } }),
        await tried(token, { context: { cents: 0 } }),
        await tried(token, { context: { cents: -1 } }),
        await tried(token, { context: {} }),
        await tried(token, { context: { cents: "1" } }),
        await tried(token, { intent: "close" }),
        await tried(token, { sensitivity: "restricted" }),
        await tried(token, { seconds: 60 }),
        await tried(token, { seconds: 61 }),
      ],
      [
        ...["issued", "access_denied", "issued", "access_denied", "access_denied", "access_denied"],
        "invalid_scope",
        ...["access_denied", "issued", "access_denied"],
      ],
    );
  });

  it("is refused where no grant or no tool is", async () => {
    const request = await refundRequest({ client_assertion: await svid("other") });
    const ungranted = await desk.exchange({ ...request, subject_token: await svid("other") });
    assert.equal(ungranted.body["error"], "invalid_target");
    for (const resource of ["https://refunds.acme.example/", "__proto__", "refunds"]) {
      const { body } = await desk.exchange(await refundRequest({ resource }));
      assert.equal(body["error"], "invalid_target");
    }
  });

  it("is refused where scope is another intent than the one decided on", async () => {
    const of = (scope: string): Promise<string> =>
      refundRequest({ scope, authorization_details: call({ context: { cents: 1 } }) })
        .then((request) => desk.exchange(request))
        .then(({ status, body }) => (status === 200 ? "issued" : String(body["error"])));
    assert.deepEqual(
      [await of("refund"), await of("read"), await of("refund read")],
      ["issued", "invalid_scope", "invalid_scope"],
    );
  });
});
