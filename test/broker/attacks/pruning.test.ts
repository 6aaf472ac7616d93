import assert from "node:assert/strict";
import { decodeJwt, SignJWT, type JWTPayload } from "jose";
import { headsType } from "../../../broker/tokens/heads-type";
import {
  issuer,
  refundRequest,
  startDesk,
  svid,
  testKey,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

const day = 86_400;

describe("pruning the trail", () => {
  let desk: Desk;
  let now: number;
  beforeEach(async () => {
    desk = await startDesk({ trailDays: 30 });
    now = desk.broker.now();
  });
  afterEach(() => desk.stop());

  const operator = (): Promise<string> => userToken("olga", "console", { groups: ["platform"] });
  /** Adds a line for each age in days. */
  const write = async (...ages: readonly number[]): Promise<void> => {
    const of = { txn: "", chain: ["triage", "desk"], user: "", tool: "" };
    await desk.broker.store.write({
      lines: ages.map((age) => ({ ...of, at: now - age * day, record: { event: "x", age } })),
    });
  };
  const signed = async (): Promise<string> => (await desk.broker.signedHeads()).heads;
  const prune = async (heads: unknown, token?: string): Promise<Answered> =>
    desk.post("/trail/prune", JSON.stringify({ heads }), {
      authorization: `Bearer ${token ?? (await operator())}`,
    });
  const ages = async (): Promise<readonly unknown[]> =>
    (await desk.trail()).map(({ age, event }) => age ?? event);
  const names = async (): Promise<number> =>
    (await desk.broker.store.all("select name from trail_name", [])).length;
  /** What the broker's own key signs. */
  const byOwnKey = (claims: JWTPayload, typ = headsType): Promise<string> =>
    desk.broker.keys.sign(claims, typ, now);
  const refused = async (heads: unknown, sentence: RegExp, status = 400): Promise<void> => {
    const before = await ages();
    const answer = await prune(heads);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(String(answer.body["error_description"]), sentence);
    assert.deepEqual(
      (await ages()).filter((each) => each !== "refused"),
      before.filter((each) => each !== "refused"),
    );
  };
  const unsigned = /^`heads` is not signed by a key that this broker has today/;

  it("removes old lines up to signed heads, and states it in the trail", async () => {
    await write(90, 60, 40, 20, 10);
    const [line] = (await desk.trail()).slice(2);
    const { status, body } = await prune(await signed());
    assert.deepEqual([status, body], [200, { pruned: 3, isDone: true }]);
    assert.deepEqual(await ages(), [20, 10, "pruned"]);
    assert.equal(await names(), 4);
    const [next, , stated] = await desk.trail();
    assert.deepEqual(
      [stated?.["by"], stated?.["heads"]],
      ["olga", [{ trail: line?.["trail"], seq: 3, hash: next?.["before"] }]],
    );
    // Once more there is nothing to remove, and nothing to state.
    assert.deepEqual((await prune(await signed())).body, { pruned: 0, isDone: true });
    assert.deepEqual(await ages(), [20, 10, "pruned"]);
  });

  it("keeps the last line of a chain, so that the chain goes on", async () => {
    await write(90, 80);
    assert.deepEqual((await prune(await signed())).body, { pruned: 1, isDone: true });
    assert.deepEqual(await ages(), [80, "pruned"]);
    await write(0);
    const seqs = (await desk.trail()).map(({ seq }) => seq);
    assert.deepEqual(seqs, [2, 3, 4]);
  });

  it("keeps what is not older than the limit, and an old line after a young one", async () => {
    await write(30.01, 29.99, 29, 90);
    await write(1);
    assert.deepEqual((await prune(await signed())).body, { pruned: 1, isDone: true });
    assert.deepEqual(await ages(), [29.99, 29, 90, 1, "pruned"]);
  });

  it("keeps what came after the signed heads", async () => {
    await write(90);
    const heads = await signed();
    await write(80, 70, 0);
    assert.deepEqual((await prune(heads)).body, { pruned: 1, isDone: true });
    assert.deepEqual(await ages(), [80, 70, 0, "pruned"]);
    assert.deepEqual((await prune(heads)).body, { pruned: 0, isDone: true });
  });

  it("removes a portion at a time", async () => {
    await write(...Array.from({ length: 1500 }, () => 90), 1);
    const heads = await signed();
    assert.deepEqual((await prune(heads)).body, { pruned: 1000, isDone: false });
    assert.deepEqual((await prune(heads)).body, { pruned: 500, isDone: true });
    assert.deepEqual(await ages(), [1, "pruned", "pruned"]);
    assert.equal(await names(), 2);
  });

  it("takes no forged heads: of another key, without a signature, or changed", async () => {
    await write(90, 80, 1);
    const heads = await signed();
    const claims = decodeJwt(heads);
    const { privateKey } = await testKey("other");
    const [header = "", payload = "", signature = ""] = heads.split(".");
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid, typ: headsType })
      .sign(privateKey);
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: headsType })).toString("base64url");
    const other = Buffer.from(JSON.stringify({ ...claims, x: 1 })).toString("base64url");
    for (const each of [
      forged,
      `${none}.${payload}.`,
      `${header}.${other}.${signature}`,
      ...["", "x"],
    ]) {
      await refused(each, unsigned);
    }
    for (const each of [undefined, null, 1, {}]) {
      await refused(each, /^`heads` is what `GET \/trail\/heads` has signed/);
    }
    assert.equal((await prune(heads)).status, 200);
  });

  it("takes no heads of another broker, nor those that a shared key signs for it", async () => {
    await write(90, 80, 1);
    const other = await startDesk({ issuer: "https://other.example" });
    try {
      await refused((await other.broker.signedHeads()).heads, unsigned);
      const claims = decodeJwt(await signed());
      await refused(await byOwnKey({ ...claims, iss: "https://other.example" }), unsigned);
      assert.equal((await prune(await byOwnKey(claims))).status, 200);
    } finally {
      await other.stop();
    }
  });

  it("takes no token that the broker issued to an agent", async () => {
    await write(90, 80, 1);
    const { body } = await desk.exchange(await refundRequest());
    await refused(body["access_token"], unsigned);
    const claims = decodeJwt(await signed());
    for (const typ of ["at+jwt", "JWT"]) await refused(await byOwnKey(claims, typ), unsigned);
    await refused(await byOwnKey({ iss: issuer }), unsigned);
  });

  it("takes no heads that are newer than the trail, or of lines that it has otherwise", async () => {
    await write(90, 80, 1);
    const [head] = decodeJwt(await signed())["heads"] as { trail: string; seq: number }[];
    const missing = /^the trail has no line \d+ of \S+ as it was signed$/;
    for (const changed of [
      { seq: 9, hash: "x" },
      { seq: 4, hash: "" },
      { hash: "x" },
      { trail: "other" },
    ]) {
      await refused(await byOwnKey({ iss: issuer, heads: [{ ...head, ...changed }] }), missing);
    }
  });

  it("is for operators in person", async () => {
    await write(90, 80, 1);
    const heads = await signed();
    for (const [token, status] of [
      [await userToken("mallory", "console", { groups: ["users"] }), 403],
      // An operator's token that an agent holds is of another client, or was handed on.
      [await userToken("olga", "triage-web", { groups: ["platform"] }), 403],
      [await userToken("olga", "console", { groups: ["platform"], act: { sub: "x" } }), 403],
      [await userToken("olga", "console", { groups: ["platform"], auth_time: 1 }), 403],
      [await svid("triage"), 401],
      ["x", 401],
    ] as const) {
      assert.equal((await prune(heads, token)).status, status);
    }
    assert.equal((await desk.post("/trail/prune", JSON.stringify({ heads }))).status, 401);
    const count = (await ages()).filter((each) => each !== "refused").length;
    assert.equal(count, 3);
  });

  it("takes one object of JSON", async () => {
    for (const body of ["{", "", "[]", "null", `{"heads":"a","heads":"b"}`]) {
      const headers = { authorization: `Bearer ${await operator()}` };
      const answer = await desk.post("/trail/prune", body, headers);
      assert.deepEqual([answer.status, answer.body["error"]], [400, "invalid_request"], body);
    }
  });
});
