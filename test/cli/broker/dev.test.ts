import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { decodeJwt } from "jose";

const root = resolve(__dirname, "../../..");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe("agentid broker --dev", () => {
  let folder: string;
  let dev: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-dev-"));
    dev = join(folder, "dev");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function start(...args: readonly string[]): {
    readonly child: ChildProcess;
    readonly ended: Promise<Ended>;
    readonly listens: Promise<string>;
  } {
    const child = spawn(
      process.execPath,
      [
        ...["--require", join(root, "test/support/from-source.cjs")],
        ...[join(root, "cli/main.ts"), "broker", ...args],
      ],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    const kept = { out: "", err: "" };
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...kept }));
    const listens = new Promise<string>((done) => {
      child.stdout.on("data", (part: Buffer) => {
        kept.out += part.toString();
        if (kept.out.includes("revoke")) done(kept.out);
      });
      child.once("exit", () => done(kept.out));
    });
    child.stderr.on("data", (part: Buffer) => (kept.err += part.toString()));
    return { child, ended, listens };
  }

  const token = (name: string): string => readFileSync(join(dev, `${name}.token`), "utf8").trim();
  const mode = (path: string): number => statSync(path).mode & 0o777;

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  async function atFreePort(): Promise<string> {
    await start("--dev", dev, "--check").ended;
    const file = join(dev, "broker.yaml");
    const port = await freePort();
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(":8443", `:${port}`));
    return `http://127.0.0.1:${port}`;
  }

  it("writes a configuration that is accepted, for its user alone", async () => {
    const { code, out, err } = await start("--dev", dev, "--check").ended;
    assert.deepEqual(
      [code, out, err],
      [0, "task broker of tenant dev: 1 agents and orchestrators, 1 tools, 2 grants\n", ""],
    );
    assert.deepEqual(readdirSync(dev).sort(), [
      ...[".gitignore", "broker.yaml", "people.json", "workloads.json"],
    ]);
    assert.deepEqual(
      [mode(dev), ...readdirSync(dev).map((name) => mode(join(dev, name)))],
      [0o700, 0o600, 0o600, 0o600, 0o600],
    );
    assert.doesNotMatch(readFileSync(join(dev, "workloads.json"), "utf8"), /"d":/);
  });

  it("leaves a configuration as its reader changed it, and has new keys at each start", async () => {
    await start("--dev", dev, "--check").ended;
    const [file, keys] = [join(dev, "broker.yaml"), join(dev, "people.json")];
    const changed = readFileSync(file, "utf8").replace("tenant: dev", "tenant: acme");
    writeFileSync(file, changed);
    const before = readFileSync(keys, "utf8");
    const { out } = await start("--dev", dev, "--check").ended;
    assert.match(out, /^task broker of tenant acme:/);
    assert.equal(readFileSync(file, "utf8"), changed);
    assert.notEqual(readFileSync(keys, "utf8"), before);
  });

  it("issues a call token by what it prints, and removes the tokens when it ends", async () => {
    const url = await atFreePort();
    const { child, ended, listens } = start("--dev", dev);
    const out = await listens;
    assert.match(out, /For a laptop alone: /);
    assert.ok(out.includes(`listens on ${url}\n`));
    const { exp = 0, iat = 0, aud } = decodeJwt(token("triage"));
    assert.deepEqual([exp - iat, aud, mode(join(dev, "triage.token"))], [600, url, 0o600]);
    const [curl = ""] = /^ {2}curl[^]*?'$/m.exec(out) ?? [];
    const shell = spawn("sh", ["-c", curl], { stdio: ["ignore", "pipe", "inherit"] });
    let answer = "";
    shell.stdout.on("data", (part: Buffer) => (answer += part.toString()));
    await once(shell, "close");
    const { access_token: issued } = JSON.parse(answer) as { access_token: string };
    const { sub, client_id: caller, scope } = decodeJwt(issued);
    assert.deepEqual([sub, caller, scope], ["alice", "dev.triage", "read"]);
    for (const path of ["/trail", "/approvals"]) {
      const statuses = ["ann", "alice", "triage"].map(async (name) => {
        const headers = { authorization: `Bearer ${token(name)}` };
        return (await fetch(url + path, { headers })).status;
      });
      assert.deepEqual(await Promise.all(statuses), [200, 403, 401], path);
    }
    child.kill("SIGTERM");
    assert.equal((await ended).code, 0);
    assert.deepEqual(
      readdirSync(dev).filter((name) => name.endsWith(".token")),
      [],
    );
  });

  it("refuses to listen anywhere but on loopback", async () => {
    for (const [address, tls] of [
      ["operations: 0.0.0.0:9443", ""],
      ["listen: 0.0.0.0:8443", "tls: { certificate: a, key: b }"],
    ] as const) {
      await start("--dev", dev, "--check").ended;
      const file = join(dev, "broker.yaml");
      const text = readFileSync(file, "utf8");
      const others = address.startsWith("listen") ? text.replace(/^listen:.*$/m, "") : text;
      writeFileSync(file, `${others}\n${address}\n${tls}\n`);
      const { code, out, err } = await start("--dev", dev).ended;
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, /is not loopback, and `--dev` hands out every identity/);
      assert.ok(!existsSync(join(dev, "triage.token")));
      rmSync(dev, { recursive: true });
    }
  });

  it("takes no folder that another user could have prepared", async () => {
    mkdirSync(dev, { mode: 0o755 });
    chmodSync(dev, 0o755);
    const link = join(folder, "link");
    symlinkSync(mkdtempSync(join(folder, "own-")), link);
    writeFileSync(join(folder, "file"), "", { mode: 0o600 });
    for (const given of [dev, link, join(folder, "file")]) {
      const { code, err } = await start("--dev", given, "--check").ended;
      assert.equal(code, 2);
      assert.match(err, /is no folder of yours alone/);
    }
    assert.deepEqual(readdirSync(dev), []);
  });

  it("is either this or a configuration", async () => {
    for (const args of [[], ["--dev", "--config", "broker.yaml"]]) {
      const { code, err } = await start(...args).ended;
      assert.deepEqual(
        [code, err],
        [2, "agentid: give either `--config <file>`, or `--dev` on a laptop\n"],
      );
    }
  });
});
