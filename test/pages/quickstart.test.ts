import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const page = readFileSync(join(root, "docs/broker/quickstart.md"), "utf8");

/** Most lines that a reader writes. */
const mostLines = 30;
/** Most milliseconds that the machine takes of the reader's ten minutes, without `npm install`. */
const mostMs = 60_000;

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code,
  );
const [changed = ""] = blocks("diff");
const [agent = ""] = blocks("js");
const linesOf = (sign: "+" | "-"): string =>
  changed
    .split("\n")
    .filter((line) => !line.startsWith(sign))
    .map((line) => line.slice(1))
    .join("\n");
const [openServer, protectedServer] = [linesOf("+"), linesOf("-")];

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

describe("the page that starts on a laptop", function () {
  this.timeout(90_000);
  let folder: string;
  const running: ChildProcess[] = [];
  const ports: Record<string, string> = {};

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "agentid-quickstart-"));
    const modules = join(folder, "node_modules");
    mkdirSync(modules);
    // As `npm install` leaves them.
    execFileSync(process.execPath, ["scripts/server-packages.mjs", join(folder, "packages")]);
    const own = readdirSync(join(folder, "packages"));
    for (const name of own) renameSync(join(folder, "packages", name), join(modules, name));
    // Of the page for approvers, which is not there on a laptop.
    const absent = [...own, "openid-client"];
    for (const name of readdirSync(join(root, "node_modules"))) {
      if (!absent.includes(name))
        symlinkSync(join(root, "node_modules", name), join(modules, name));
    }
    ports[":8443"] = `:${await freePort()}`;
    ports[":8080"] = `:${await freePort()}`;
  });

  after(async () => {
    for (const child of running) {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** A text of the page with the ports of this test. */
  const placed = (text: string): string =>
    Object.entries(ports).reduce(
      (all, [from, to]) => all.replaceAll(from, to),
      text.replace("listen(8080", `listen(${(ports[":8080"] ?? "").slice(1)}`),
    );

  /** Starts a command of the page as a shell would, without npx. */
  function start(command: string): ChildProcess {
    const [program, ...args] = placed(command)
      .replace("npx --no-install agentid-broker", `node ${binOf("pulumi-agentid-broker")}`)
      .split(" ");
    assert.equal(program, "node");
    return spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  }

  const binOf = (name: string): string => {
    const file = join(folder, "node_modules", name, "package.json");
    const { bin } = JSON.parse(readFileSync(file, "utf8")) as { bin: Record<string, string> };
    return join("node_modules", name, String(Object.values(bin)[0]));
  };

  async function run(command: string): Promise<Ran> {
    const child = start(command);
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (part: Buffer) => (out += part.toString()));
    }
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out };
  }

  async function began(command: string, isReady: () => Promise<boolean>): Promise<void> {
    running.push(start(command));
    for (let tries = 0; tries < 300; tries += 1) {
      if (await isReady().catch(() => false)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`\`${command}\` does not answer`);
  }

  const post = (): Promise<Response> =>
    fetch(placed("http://127.0.0.1:8080/mcp"), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
    });

  it(`has a reader write at most ${mostLines} lines`, () => {
    const written = [
      ...changed.split("\n").filter((line) => line.startsWith("+")),
      ...lines(agent),
    ];
    assert.ok(written.length <= mostLines, `${written.length} lines`);
    assert.ok(lines(agent).every((line) => line.length <= 100));
  });

  it("starts from a server that any client may call", async () => {
    writeFileSync(join(folder, "server.mjs"), placed(openServer));
    await began("node server.mjs", async () => (await post()).status === 200);
    const server = running.pop();
    server?.kill("SIGTERM");
    if (server !== undefined) await once(server, "exit");
  });

  it("ends with a call that the broker decided on, and others that are refused", async () => {
    const commands = blocks("sh").map((block) => block.trim());
    const [, broker = "", server = "", call = "", trail = ""] = commands;
    await run(`${broker} --check`);
    const file = join(folder, "agentid-dev/broker.yaml");
    writeFileSync(file, placed(readFileSync(file, "utf8")));

    const begun = performance.now();
    const ready = async (): Promise<boolean> =>
      (await fetch(placed("http://127.0.0.1:8443/jwks"))).ok &&
      readdirSync(join(folder, "agentid-dev")).includes("ann.token");
    await began(broker, ready);
    writeFileSync(join(folder, "server.mjs"), placed(protectedServer));
    writeFileSync(join(folder, "agent.mjs"), placed(agent));
    await began(server, async () => (await post()).status === 401);
    assert.deepEqual(await run(call), { code: 0, out: "refunded 4900 of 8812\n" });
    const took = performance.now() - begun;
    assert.ok(took < mostMs, `${took} ms`);

    const refusals = [...page.matchAll(/^\| `(node agent\.mjs [^`]+)` +\| the (\w+):/gm)];
    assert.equal(refusals.length, 2);
    const reasons = { broker: /access_denied/, server: /403|decided for another target/ };
    for (const [, command = "", by] of refusals) {
      const { code, out } = await run(command);
      assert.notEqual(code, 0, out);
      assert.match(out, reasons[by as keyof typeof reasons]);
    }
    const { code, out } = await run(trail);
    assert.equal(code, 0);
    assert.match(out, /alice .*triage.*refunds.*order\/8812/);
  });
});

function lines(code: string): readonly string[] {
  return code.split("\n").filter((line) => line !== "");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
