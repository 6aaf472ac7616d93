import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spireKey, without } from "../../broker/support/desk";

const root = resolve(__dirname, "../../..");

describe("agentid broker", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-run-"));
  const file = join(folder, "broker.yaml");
  before(async () => {
    writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: [(await spireKey).jwk] }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const configuration = {
    ...{ tenant: "acme", issuer: "http://127.0.0.1:1", listen: "127.0.0.1:0" },
    state: { sqlite: "state/broker.db" },
    drainSeconds: 0,
    issuers: [{ name: "spire", kind: "spiffe", trustDomain: "acme.example", keys: "keys.json" }],
    workloads: [
      { name: "triage", subjects: [{ issuer: "spire", subject: "spiffe://acme.example/triage" }] },
    ],
    tools: [{ name: "refunds", resource: "https://refunds.acme.example" }],
    grants: [
      {
        ...{ caller: "triage", tool: "refunds", intents: ["refund"], maxSeconds: 60 },
        ...{ sensitivity: "internal", approval: "none" },
      },
    ],
  };

  interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }
  function start(...args: readonly string[]): {
    readonly child: ChildProcess;
    readonly ended: Promise<Ended>;
    readonly line: Promise<string>;
  } {
    const child = spawn(
      process.execPath,
      [
        ...["--require", join(root, "test/support/from-source.cjs")],
        ...[join(root, "cli/main.ts"), "broker", "--config", file, ...args],
      ],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    const kept = { out: "", err: "" };
    const line = new Promise<string>((done) => {
      child.stdout.on("data", (part: Buffer) => {
        kept.out += part.toString();
        if (kept.out.includes("\n")) done(kept.out);
      });
      child.once("exit", () => done(kept.out));
    });
    child.stderr.on("data", (part: Buffer) => (kept.err += part.toString()));
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...kept }));
    return { child, ended, line };
  }

  it("runs until it is stopped, and ends cleanly", async () => {
    writeFileSync(file, JSON.stringify(configuration));
    const { child, ended, line } = start();
    const first = await line;
    assert.match(
      first,
      /^task broker of tenant acme: 1 agents and orchestrators, 1 tools, 1 grants; policy [0-9a-f]{16}; listens on http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    const [, url = ""] = /listens on (\S+)/.exec(first) ?? [];
    assert.equal((await fetch(`${url}/jwks`)).status, 200);
    child.kill("SIGTERM");
    const { code, err } = await ended;
    const stated = without(JSON.parse(err) as Record<string, unknown>, "at");
    assert.deepEqual([code, stated], [0, { level: "info", message: "stops", signal: "SIGTERM" }]);
  });

  it("reads its configuration alone with --check", async () => {
    writeFileSync(file, JSON.stringify(configuration));
    assert.deepEqual(await start("--check").ended, {
      code: 0,
      out: "task broker of tenant acme: 1 agents and orchestrators, 1 tools, 1 grants\n",
      err: "",
    });
  });

  it("reports every mistake of its configuration with its location, and does not listen", async () => {
    writeFileSync(file, "tenant: Acme\nissuer: https://b.example\nports: 1\n");
    const { code, out, err } = await start().ended;
    assert.deepEqual([code, out], [2, ""]);
    assert.match(
      err,
      /^agentid: \S*broker\.yaml has 7 mistakes: \S*broker\.yaml:1:1: state: it is missing/,
    );
    assert.match(
      err,
      /\n {4}\S*broker\.yaml:1:9: tenant: `Acme` is no such name[^\n]+\n {4}\S*broker\.yaml:3:1: `ports` is not known/,
    );
  });

  it("reports in one sentence why it cannot start", async () => {
    const state = { sqlite: "/dev/null/broker.db" };
    writeFileSync(file, JSON.stringify({ ...configuration, state }));
    const { code, err } = await start().ended;
    assert.equal(code, 2);
    assert.match(err, /^agentid: cannot start the broker: [^\n]+\n$/);
  });
});
