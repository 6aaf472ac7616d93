import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
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
  const atUrl = (): Issuer["keys"] => {
    const { port } = server.address() as AddressInfo;
    return { kind: "url", url: `http://127.0.0.1:${port}/keys` };
  };
  beforeEach(async () => {
    reads = 0;
    server = createServer((_request, response) => {
      reads += 1;
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    desk = await deskWith(atUrl());
  });
  afterEach(async () => {
    await desk.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Publishes keys, and lets the broker read them. */
  const publish = async (...keys: readonly Promise<TestKey>[]): Promise<void> => {
    answer = { status: 200, body: await setOf(...keys) };
    await desk.broker.readKeys();
  };
  const readFailure = (reason: string): object => ({
    ...{ level: "warn", message: "keys of an issuer cannot be read", issuer: "spire", reason },
  });

  it("are those of a SPIFFE bundle, with the uses that JOSE does not know", async () => {
    answer = { status: 200, body: await bundleOf(old) };
    await desk.broker.readKeys();
    assert.equal((await callBy(desk, old)).status, 200);
    const { status, body } = await callBy(desk, testKey("old"));
    assert.deepEqual([status, body], [401, invalid]);
    assert.deepEqual(desk.logged, []);
  });

  it("are never fetched because of a request, whatever its token names", async () => {
    await publish(old);
    assert.equal(reads, 1);
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/own`;
    const claims = { sub: "spiffe://acme.example/acme/triage", aud: [issuer], iss: url };
    for (const header of [{}, { kid: "next" }, { jku: url }, { x5u: url, kid: url }]) {
      const token = await signed(await next, claims, header);
      const { status, body } = await desk.exchange(
        await refundRequest({ client_assertion: token }),
      );
      assert.deepEqual([status, body], [401, invalid]);
    }
    assert.equal(reads, 1);
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
      [200, `${await setOf(old)}${" ".repeat(1_000_000)}`],
    ] as const) {
      answer = { status, body, headers: { location: "/other" } };
      await desk.broker.readKeys();
      const said = await callBy(desk, old);
      assert.deepEqual([said.status, said.body], [503, unavailable], `${status} ${body}`);
    }
    assert.equal(reads, 10);
    await publish(old);
    assert.equal((await callBy(desk, old)).status, 200);
    assert.deepEqual(desk.logged, [readFailure("the answer is 500")]);
  });

  it("are waited for three seconds", async () => {
    answer = undefined;
    const began = Date.now();
    await desk.broker.readKeys();
    assert.ok(Date.now() - began < 4_500);
    const said = await callBy(desk, old);
    assert.deepEqual([said.status, said.body], [503, unavailable]);
    assert.deepEqual(desk.logged, [readFailure("The operation was aborted due to timeout")]);
  });

  it("are those that the last read found, also where the old one is gone", async () => {
    await publish(old);
    assert.equal((await callBy(desk, old)).status, 200);
    await publish(old, next);
    assert.equal((await callBy(desk, old)).status, 200);
    assert.equal((await callBy(desk, next)).status, 200);
    await publish(next);
    assert.equal((await callBy(desk, next)).status, 200);
    const { status, body } = await callBy(desk, old);
    assert.deepEqual([status, body], [401, invalid]);
  });

  it("count for ten minutes after they were read, while they cannot be read again", async () => {
    let now = 0;
    const keys = issuerKeys({ keys: atUrl() }, () => now);
    const found = async (): Promise<string> => {
      const token = { payload: "", signature: "" };
      const header = { alg: "ES256", kid: "old" };
      return Promise.resolve(keys.find(header, token)).then(
        () => "found",
        (error: unknown) => (error as Error).constructor.name,
      );
    };
    assert.equal(await found(), "KeysUnavailable");
    answer = { status: 200, body: await setOf(old) };
    await keys.read();
    now = 590_000;
    await keys.read();
    answer = { status: 500, body: "" };
    for (now of [610_000, 1_189_999]) {
      await assert.rejects(keys.read(), { message: "the answer is 500" });
      assert.equal(await found(), "found");
    }
    now = 1_190_000;
    assert.equal(await found(), "KeysUnavailable");
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
