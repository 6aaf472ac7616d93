import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { sqliteDriver } from "../../../broker/store/sqlite";
import {
  refundRequest,
  signed,
  startDesk,
  svid,
  testKey,
  userToken,
  type Desk,
} from "../support/desk";

describe("the broker's signing keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-keys-"));
  const file = join(folder, "broker.db");
  let one: Desk;
  let other: Desk;
  before(async () => {
    one = await startDesk({}, await sqliteDriver(file));
    other = await startDesk({}, await sqliteDriver(file));
  });
  after(async () => {
    await one.stop();
    await other.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const task = { resource: undefined, authorization_details: undefined, audience: "acme.triage" };
  const kidsOf = async (desk: Desk): Promise<readonly string[]> => {
    const answer = await fetch(`${desk.url}/jwks`);
    return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  };

  it("are one for each replica, which all publish", async () => {
    const issued = await Promise.all(
      [one, other].map(async (desk) => desk.exchange(await refundRequest())),
    );
    const kids = issued.map(({ body }) => decodeProtectedHeader(String(body["access_token"])).kid);
    assert.equal(new Set(kids).size, 2);
    for (const desk of [one, other]) {
      assert.deepEqual([...(await kidsOf(desk))].sort(), [...kids].sort());
    }
  });

  it("one replica continues at once what another started", async () => {
    const { body } = await one.exchange(await refundRequest(task));
    const { status } = await other.exchange(
      await refundRequest({ subject_token: String(body["access_token"]) }),
    );
    assert.equal(status, 200);
  });

  it("stay while their tokens may live, whatever a replica's own clock", async () => {
    const own = join(folder, "own.db");
    const made = await startDesk({}, await sqliteDriver(own));
    const ahead = await startDesk({}, await sqliteDriver(own));
    try {
      const kids = await kidsOf(made);
      assert.equal(kids.length, 1);
      for (const hours of [12, 30]) {
        ahead.ahead = hours * 3600;
        await ahead.broker.tasks.sweep(ahead.broker.now());
        for (const desk of [made, ahead]) {
          const found = await kidsOf(desk);
          assert.ok(
            kids.every((kid) => found.includes(kid)),
            `${hours}`,
          );
        }
      }
    } finally {
      await made.stop();
      await ahead.stop();
    }
  });

  it("one replica continues what a moment-old one started", async () => {
    const third = await startDesk({}, await sqliteDriver(file));
    try {
      await one.broker.keys.publicKeys(one.broker.now(), true);
      const { body } = await third.exchange(await refundRequest(task));
      const { status } = await one.exchange(
        await refundRequest({ subject_token: String(body["access_token"]) }),
      );
      assert.equal(status, 200);
    } finally {
      await third.stop();
    }
  });

  it("verify what they signed alone, of its kind, for its audience, until its end", async () => {
    const { keys } = one.broker;
    const now = one.broker.now();
    const wanted = { issuer: "https://b.example", audience: "https://t.example" };
    const claims = { iss: wanted.issuer, aud: wanted.audience, sub: "alice", exp: now + 60 };
    const token = await keys.sign(claims, "at+jwt", now);
    assert.deepEqual(await keys.verify(token, "at+jwt", wanted, now), claims);
    const { kid = "" } = decodeProtectedHeader(token);
    const forged = await signed(await testKey(kid), claims, { typ: "at+jwt" });
    const [head = "", , signature = ""] = token.split(".");
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: "bob" })).toString("base64url");
    for (const [bad, typ, other, at] of [
      [forged, "at+jwt", wanted, now],
      [`${head}.${changed}.${signature}`, "at+jwt", wanted, now],
      [token, "agentid-task+jwt", wanted, now],
      [token, "at+jwt", { ...wanted, audience: "https://t.example/" }, now],
      [token, "at+jwt", { ...wanted, issuer: "https://c.example" }, now],
      [token, "at+jwt", wanted, now + 61],
    ] as const) {
      assert.equal(await keys.verify(bad, typ, other, at), undefined);
    }
  });

  it("are in no file, but for their public halves", async () => {
    await one.exchange(await refundRequest());
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), "latin1");
      assert.ok(!/"d":|PRIVATE KEY/.test(text), name);
    }
  });

  it("change, and what was signed before still counts until its end", async () => {
    const { body } = await one.exchange(await refundRequest(task));
    const token = String(body["access_token"]);
    const before = await kidsOf(one);
    one.ahead = 6 * 3600 + 1;
    const late = { exp: Math.floor(Date.now() / 1000) + 7 * 3600 };
    const { body: after } = await one.exchange(
      await refundRequest({
        subject_token: await userToken("alice", "triage-web", late),
        client_assertion: await svid("triage", late),
      }),
    );
    const { kid = "" } = decodeProtectedHeader(String(after["access_token"]));
    assert.ok(!before.includes(kid));
    one.ahead = 0;
    assert.ok((await kidsOf(one)).includes(decodeProtectedHeader(token).kid ?? ""));
    assert.equal((await one.exchange(await refundRequest({ subject_token: token }))).status, 200);
    one.ahead = 32 * 3600;
    assert.ok(!(await kidsOf(one)).some((each) => before.includes(each)));
    one.ahead = 0;
  });

  it("sign no token by a key that has the name of one", async () => {
    const { body } = await one.exchange(await refundRequest(task));
    const token = String(body["access_token"]);
    const { kid = "" } = decodeProtectedHeader(token);
    const forged = await signed(await testKey(kid), decodeJwt(token), {
      typ: "agentid-task+jwt",
    });
    const { status, body: refused } = await one.exchange(
      await refundRequest({ subject_token: forged }),
    );
    assert.deepEqual([status, refused["error"]], [400, "invalid_grant"]);
  });
});

describe("a broker whose store does not answer", () => {
  it("issues nothing, is not ready, and reveals nothing internal", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentid-down-"));
    const driver = await sqliteDriver(join(folder, "broker.db"));
    let isDown = false;
    const fail = (): never => {
      throw new Error("disk I/O error at /secret/path");
    };
    const desk = await startDesk(
      {},
      {
        ...driver,
        run: (statement) => (isDown ? fail() : driver.run(statement)),
        all: (statement) => (isDown ? fail() : driver.all(statement)),
      },
    );
    try {
      assert.equal((await desk.exchange(await refundRequest())).status, 200);
      isDown = true;
      const { status, body } = await desk.exchange(await refundRequest());
      assert.deepEqual([status, body], [503, { error: "temporarily_unavailable" }]);
      assert.equal((await fetch(`${desk.url}/readyz`)).status, 503);
      assert.equal((await fetch(`${desk.url}/healthz`)).status, 200);
      assert.ok(desk.logged.some(({ reason }) => reason === "disk I/O error at /secret/path"));
      isDown = false;
      // A check counts for a second.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      assert.equal((await desk.exchange(await refundRequest())).status, 200);
      assert.equal((await fetch(`${desk.url}/readyz`)).status, 200);
    } finally {
      await desk.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
