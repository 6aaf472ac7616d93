import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf } from "../../../broker/hash";
import { trail, type TrailFlags } from "../../../cli/broker/trail";
import { printed, type Printed } from "./support/printed";

interface Sent {
  readonly status?: number;
  readonly text: string;
}

describe("an export from a broker that answers otherwise", () => {
  const root = mkdtempSync(join(tmpdir(), "agentid-hostile-"));
  const [token, folder] = [join(root, "token"), join(root, "deep", "export")];
  let server: Server;
  let url: string;
  let asked: string[];
  /** The answer to the next request. */
  let next: (path: string) => Sent;
  before(async () => {
    writeFileSync(token, "t");
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const { status = 200, text } = next(request.url ?? "");
      response.statusCode = status;
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    rmSync(folder, { recursive: true, force: true });
  });
  after(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (flags: TrailFlags = { export: folder }): Promise<Printed> =>
    printed(() => trail({ broker: url, tokenFile: token, ...flags }));
  const headsOf = (...heads: readonly object[]): string => {
    const payload = Buffer.from(JSON.stringify({ heads })).toString("base64url");
    return JSON.stringify({ heads: `e30.${payload}.x`, keys: [] });
  };
  const lineOf = (chain: string, seq: number, before = ""): string =>
    JSON.stringify({ trail: chain, seq, before, at: "2026-12-03T08:00:00.000Z", event: "x" });
  /** One page of heads, then none; and these lines. */
  const sending =
    (heads: readonly object[], ...lines: readonly string[]) =>
    (path: string): Sent => {
      if (path === "/trail/heads?after=") return { text: headsOf(...heads) };
      if (path.startsWith("/trail/heads")) return { text: headsOf() };
      return { text: lines.map((line) => `${line}\n`).join("") };
    };

  it("writes nothing outside of its folder", async () => {
    for (const chain of ["../../x", "a/b", "", "."]) {
      next = sending([{ trail: chain, seq: 1, hash: "x" }], lineOf(chain, 1));
      await assert.rejects(run(), /the broker's answer has no signed heads$/, chain);
    }
    next = sending([{ trail: "a", seq: 1, hash: "x" }], lineOf("../../x", 1));
    await assert.rejects(run(), /trail a: the broker signs line 1, and has it not$/);
    assert.deepEqual([readdirSync(folder), existsSync(join(root, "x"))], [[], false]);
  });

  it("keeps no signed heads of a line that the broker does not send as it was signed", async () => {
    const [one, other] = [lineOf("a", 1), lineOf("a", 2)];
    next = sending([{ trail: "a", seq: 1, hash: "x" }], one);
    await assert.rejects(run(), /trail a: line 1 is not the one that was signed$/);
    rmSync(folder, { recursive: true });
    next = sending([{ trail: "a", seq: 2, hash: hashOf(other) }], one, other);
    await assert.rejects(run(), /line 2 of the broker does not follow line 1 of the folder$/);
    assert.deepEqual(readdirSync(folder), ["trail=a"]);
    rmSync(folder, { recursive: true });
    next = sending([{ trail: "a", seq: 1, hash: hashOf(one) }], one);
    assert.equal((await run()).code, 0);
    assert.equal(readdirSync(folder).length, 2);
  });

  it("waits as it is asked to beyond the limit of requests, and no longer than a minute", async () => {
    const slow = (seconds: number): Sent => ({
      status: 429,
      text: JSON.stringify({ error: "slow_down", retry_after: seconds }),
    });
    next = () => (asked.length === 1 ? slow(1) : { text: headsOf() });
    const began = performance.now();
    assert.equal((await run()).code, 0);
    assert.ok(performance.now() - began >= 900);
    assert.equal(asked.length, 2);
    for (const seconds of [61, 0, -1]) {
      next = () => slow(seconds);
      await assert.rejects(run(), /^CouldNotRun: the broker refuses: slow_down$/);
    }
    next = () => ({ ...slow(1), status: 403 });
    await assert.rejects(run(), /the broker refuses: slow_down$/);
  });

  it("reports what is no line, and no answer", async () => {
    next = sending([{ trail: "a", seq: 1, hash: "x" }], "x");
    await assert.rejects(run(), /the broker's answer:1: is no line of a trail$/);
    next = () => ({ text: "x" });
    await assert.rejects(run(), /the broker's answer has no signed heads$/);
  });
});
