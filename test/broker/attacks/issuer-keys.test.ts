import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JWK } from "jose";
import type { Issuer } from "../../../broker/configuration/configuration";
import { readKeySet } from "../../../broker/configuration/key-set";
import { issuerKeys } from "../../../broker/identity/issuer-keys";
import {
  deskConfiguration,
  issuer,
  refundRequest,
  signed,
  startDesk,
  svid,
  testKey,
  userToken,
  type Answered,
  type Desk,
  type TestKey,
} from "../support/desk";

const old = testKey("old");
const next = testKey("next");
const setOf = async (...keys: readonly Promise<TestKey>[]): Promise<string> =>
  JSON.stringify({ keys: (await Promise.all(keys)).map(({ jwk }) => jwk) });
const bundleOf = async (...keys: readonly Promise<TestKey>[]): Promise<string> => {
  const jwks = (await Promise.all(keys)).map(({ jwk }): JWK => ({ ...jwk, use: "jwt-svid" }));
  const ca = { ...(await testKey("ca", "RS256")).jwk, use: "x509-svid", x5c: ["AA"] };
  return JSON.stringify({ spiffe_sequence: 1, spiffe_refresh_hint: 300, keys: [ca, ...jwks] });
};

/** A desk whose workloads' issuer `spire` has other keys. */
async function deskWith(keys: Issuer["keys"]): Promise<Desk> {
  const { issuers } = await deskConfiguration();
  return startDesk({
    issuers: issuers.map((each) => (each.name === "spire" ? { ...each, keys } : each)),
  });
}

const callBy = async (desk: Desk, key: Promise<TestKey>): Promise<Answered> => {
  const claims = { sub: "spiffe://acme.example/acme/triage", aud: [issuer] };
  const token = await signed(await key, claims);
  return desk.exchange(await refundRequest({ client_assertion: token }));
};
const unavailable = {
  error: "temporarily_unavailable",
  error_description: "client_assertion: keys of its issuer cannot be read",
};
const invalid = {
  error: "invalid_client",
  error_description: "client_assertion: its signature is not valid",
};

describe("the keys of an issuer by URL", () => {
  let server: Server;
  let answer: { status: number; body: string; headers?: Record<string, string> } | undefined;
  let desk: Desk;
  let reads: number;
  const { now } = Date;
  /** Moves the clock on. */
  const later = (milliseconds: number): void => {
    Date.now = () => now() + milliseconds;
  };
  const atUrl = (): Issuer => {
    const { port } = server.address() as AddressInfo;
    const keys = { kind: "url", url: `http://127.0.0.1:${port}/keys` } as const;
    return { name: "spire", kind: "spiffe", id: "acme.example", keys, algorithms: ["ES256"] };
  };
  beforeEach(async () => {
    reads = 0;
    server = createServer((_request, response) => {
      reads += 1;
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    desk = await deskWith(atUrl().keys);
  });
  afterEach(async () => {
    Date.now = now;
    await desk.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("are those of a SPIFFE bundle, with the uses that JOSE does not know", async () => {
    answer = { status: 200, body: await bundleOf(old) };
    assert.equal((await callBy(desk, old)).status, 200);
    const { status, body } = await callBy(desk, testKey("old"));
    assert.deepEqual([status, body], [401, invalid]);
  });

  it("are none where the answer is none: what they signed is not refused as a forgery", async () => {
    const key = (await old).jwk;
    const secret = JSON.stringify({ keys: [{ ...key, d: "x" }] });
    for (const [status, body] of [
      [500, await setOf(old)],
      [404, ""],
      [302, ""],
      [200, "<html>"],
      [200, "null"],
      [200, "[]"],
      [200, '{"keys":[]}'],
      [200, '{"keys":{}}'],
      [200, secret],
    ] as const) {
      answer = { status, body, headers: { location: "/other" } };
      const said = await callBy(desk, old);
      assert.deepEqual([said.status, said.body], [503, unavailable], `${status} ${body}`);
    }
    answer = { status: 200, body: await setOf(old) };
    assert.equal((await callBy(desk, old)).status, 200);
  });

  it("are waited for three seconds", async () => {
    answer = undefined;
    const began = Date.now();
    const said = await callBy(desk, old);
    assert.deepEqual([said.status, said.body], [503, unavailable]);
    assert.ok(Date.now() - began < 4_500);
  });

  it("are read again for a key that is new at any moment, also where the old one is gone", async () => {
    answer = { status: 200, body: await setOf(old) };
    assert.equal((await callBy(desk, old)).status, 200);
    answer = { status: 200, body: await setOf(next) };
    assert.equal((await callBy(desk, next)).status, 200);
    const { status, body } = await callBy(desk, old);
    assert.deepEqual([status, body], [401, invalid]);
  });

  it("are read again for a key that is new while they are read", async () => {
    answer = undefined;
    const find = issuerKeys(atUrl());
    const token = { payload: "", signature: "" };
    const header = { alg: "ES256", kid: "next" };
    const asked = once(server, "request") as Promise<[unknown, ServerResponse]>;
    const first = Promise.resolve(find(header, token));
    const [, held] = await asked;
    const second = Promise.resolve(find(header, token));
    answer = { status: 200, body: await setOf(next) };
    held.writeHead(200).end(await setOf(old));
    await assert.rejects(first, { code: "ERR_JWKS_NO_MATCHING_KEY" });
    await second;
  });

  it("are read at most once a second for keys that are not known", async () => {
    answer = { status: 200, body: await setOf(old) };
    assert.equal((await callBy(desk, old)).status, 200);
    const began = Date.now();
    const calls = Array.from({ length: 50 }, () => callBy(desk, next));
    for (const { status } of await Promise.all(calls)) assert.equal(status, 401);
    assert.ok(reads <= 1 + Math.ceil((Date.now() - began) / 1_000), `${reads} reads`);
  });

  it("are read again after a minute, so that a key that is taken out no longer counts", async () => {
    answer = { status: 200, body: await setOf(old, next) };
    assert.equal((await callBy(desk, old)).status, 200);
    answer = { status: 200, body: await setOf(next) };
    later(59_000);
    assert.equal((await callBy(desk, old)).status, 200);
    later(61_000);
    const { status, body } = await callBy(desk, old);
    assert.deepEqual([status, body], [401, invalid]);
  });

  it("count for ten minutes after they were read, while they cannot be read again", async () => {
    const callAt = async (seconds: number): Promise<Answered> => {
      later(seconds * 1_000);
      return callBy(desk, old);
    };
    answer = { status: 200, body: await setOf(old) };
    assert.equal((await callAt(0)).status, 200);
    assert.equal((await callAt(590)).status, 200);
    answer = { status: 500, body: "" };
    for (const seconds of [610, 660, 670, 1_180]) {
      assert.equal((await callAt(seconds)).status, 200, `${seconds} s`);
    }
    assert.equal(reads, 4);
    const said = await callAt(1_195);
    assert.deepEqual([said.status, said.body], [503, unavailable]);
  });
});

describe("the keys of an issuer in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-issuer-"));
  const file = join(folder, "keys.json");
  let desk: Desk;
  beforeEach(async () => {
    writeFileSync(file, await setOf(old));
    desk = await deskWith({ kind: "set", set: readKeySet(await setOf(old)), file });
  });
  afterEach(() => desk.stop());
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** As the kubelet does: a new file takes the place of the old one. */
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };

  it("lose no caller while they rotate", async () => {
    const stop = AbortSignal.timeout(1_500);
    const outcomes: Record<string, number> = {};
    let isRotated = false;
    const calling = Promise.all(
      [old, next].map(async (key, at) => {
        while (at === 1 && !isRotated) await sleep(1);
        while (!stop.aborted) {
          const { status } = await callBy(desk, key);
          outcomes[`${at} ${status}`] = (outcomes[`${at} ${status}`] ?? 0) + 1;
        }
      }),
    );
    await sleep(300);
    replace(await setOf(old, next));
    isRotated = true;
    await calling;
    assert.deepEqual(Object.keys(outcomes).sort(), ["0 200", "1 200"]);
  });

  it("no longer count once they are taken out", async () => {
    assert.equal((await callBy(desk, old)).status, 200);
    replace(await setOf(next));
    assert.equal((await callBy(desk, next)).status, 200);
    const { status, body } = await callBy(desk, old);
    assert.deepEqual([status, body], [401, invalid]);
  });

  it("count for five seconds at most for a token that was verified with them", async () => {
    const claims = { sub: "spiffe://acme.example/acme/triage", aud: [issuer] };
    const token = await signed(await old, claims);
    const ask = async (): Promise<number> =>
      (await desk.exchange(await refundRequest({ client_assertion: token }))).status;
    assert.equal(await ask(), 200);
    replace(await setOf(next));
    await sleep(1_050);
    desk.ahead = 5;
    assert.equal(await ask(), 401);
  });

  it("verify a token once for many requests, and not beyond its end or for another audience", async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const claims = { sub: "spiffe://acme.example/acme/triage", aud: [issuer], exp };
    const token = await signed(await old, claims);
    const ask = async (): Promise<number> =>
      (await desk.exchange(await refundRequest({ client_assertion: token }))).status;
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [200, 200, 200]);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const other = [header, payload, signature.replace(/^./, (one) => (one === "A" ? "B" : "A"))];
    const forged = await refundRequest({ client_assertion: other.join(".") });
    assert.equal((await desk.exchange(forged)).status, 401);
    desk.ahead = 8;
    assert.equal(await ask(), 401);
  });

  it("stay as they were where the file is none", async () => {
    for (const text of ["", "{", '{"keys":[]}']) {
      replace(text);
      assert.equal((await callBy(desk, old)).status, 200, text);
      assert.equal((await callBy(desk, next)).status, 401, text);
    }
    rmSync(file);
    await sleep(1_050);
    assert.equal((await callBy(desk, old)).status, 200);
  });
});

describe("the kind of a token", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  it("may be an access token of a user, and never one of a workload", async () => {
    const ask = async (parts: Readonly<Record<string, string>>): Promise<number> =>
      (await desk.exchange(await refundRequest(parts))).status;
    const typed = { typ: "at+jwt" };
    assert.equal(
      await ask({ subject_token: await userToken("alice", "triage-web", {}, typed) }),
      200,
    );
    for (const typ of ["txntoken+jwt", "dpop+jwt", "application/dpop+jwt", "AGENTID-TASK+jwt"]) {
      const subject = await userToken("alice", "triage-web", {}, { typ });
      assert.equal(await ask({ subject_token: subject }), 400, typ);
    }
    assert.equal(await ask({ client_assertion: await svid("triage", {}, typed) }), 401);
  });
});
