import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeAuthority } from "./support/certificates";
import { checkout } from "./support/checkout";
import { documented } from "./support/documented";
import { answering, type Answering } from "./support/proxied";
import { startEnvoy } from "./support/servers/envoy";
import { startNginx } from "./support/servers/nginx";
import type { Proxy, ProxyArgs } from "./support/servers/proxy";
import { temporaryFolder } from "./support/temporary";

const page = "docs/broker/legacy-key.md";
const header = "x-api-key";

/** What is added to the documented configurations, so that the proxy inserts the key. */
const additions: Readonly<Record<string, (key: string) => ProxyArgs["addition"]>> = {
  nginx: (key) => {
    const file = join(temporaryFolder(), "legacy-key.conf");
    writeFileSync(file, `proxy_set_header X-Api-Key "${key}";\n`, { mode: 0o600 });
    const text = documented(page, "nginx", { "/etc/agentid/legacy-key.conf": file });
    return { before: "    # The tool needs no token.\n", text: `    ${text}\n` };
  },
  Envoy: (key) => {
    const folder = temporaryFolder();
    const [file, secret] = [join(folder, "legacy-key"), join(folder, "legacy-key.json")];
    writeFileSync(file, key, { mode: 0o600 });
    writeFileSync(secret, documented(page, "json", { "/etc/agentid/legacy-key": file }));
    const text = documented(page, "yaml", { "/etc/agentid/legacy-key.json": secret });
    const indent = " ".repeat(18);
    return {
      before: `${indent}- name: envoy.filters.http.router`,
      text: text
        .trimEnd()
        .split("\n")
        .map((line) => `${indent}${line}\n`)
        .join(""),
    };
  },
};

const starts: Readonly<Record<string, (args: ProxyArgs) => Promise<Proxy>>> = {
  nginx: startNginx,
  Envoy: startEnvoy,
};

/** Whether a process has a text in its memory, in one of the encodings that V8 has. */
function hasInMemory(pid: number, text: string): boolean {
  const forms = [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8")
      .split("\n")
      .some((line) => {
        const [, from = "", to = ""] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
        const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
        // Reserved, and never written.
        if (!(end > start) || end - start > 2 ** 30 || line.includes("[vvar")) return false;
        const part = Buffer.alloc(end - start);
        try {
          const read = readSync(memory, part, 0, part.length, start);
          return forms.some((form) => part.subarray(0, read).includes(form));
        } catch {
          return false;
        }
      });
  } finally {
    closeSync(memory);
  }
}

for (const name of Object.keys(starts)) {
  describe(`a legacy key that ${name} inserts`, () => {
    const key = `key-${randomBytes(24).toString("hex")}`;
    const token = `token-${randomBytes(24).toString("hex")}`;
    const authority = makeAuthority();
    let broker: Answering;
    let platform: Answering;
    let proxy: Proxy;
    let agent: ChildProcessWithoutNullStreams;
    let printed = "";

    before(async () => {
      broker = await answering(
        ({ headers: { authorization } }) => {
          if (authorization !== `Bearer ${token}`) return { status: 401 };
          const verified = { "X-Agentid-Subject": "alice", "X-Agentid-Actor": "acme.triage" };
          return { status: 200, headers: verified };
        },
        authority.certify("localhost", "server"),
      );
      platform = await answering(() => ({ status: 200 }));
      const addition = additions[name]?.(key);
      proxy = await (starts[name] ?? startNginx)({
        ...{ broker: broker.url, authority: authority.certificate, tool: platform.url },
        ...(addition !== undefined && { addition }),
      });
      platform.received.length = 0;
      const program = join(checkout, "test-real/programs/mcp-client/caller.mjs");
      agent = spawn(process.execPath, [program, `${proxy.url}/orders`, token]);
      for (const stream of [agent.stdout, agent.stderr]) {
        stream.on("data", (part: Buffer) => (printed += part.toString("utf8")));
      }
    });
    after(async () => {
      agent.kill();
      await proxy.stop();
      await Promise.all([broker.stop(), platform.stop()]);
    });

    it("reaches the platform, and is in neither environment, memory nor output of the agent", async () => {
      const lines = createInterface({ input: agent.stdout });
      for (const call of ["one", "two", "three"]) {
        agent.stdin.write(`${call}\n`);
        const [line] = (await once(lines, "line")) as [string];
        assert.match(line, new RegExp(`^${call} 200 `));
      }
      assert.deepEqual(
        platform.received.map(({ headers }) => [headers[header], headers.authorization]),
        [
          [key, undefined],
          [key, undefined],
          [key, undefined],
        ],
      );
      const { pid = 0 } = agent;
      assert.ok(hasInMemory(pid, token), "its own token is in its memory");
      assert.ok(!hasInMemory(pid, key));
      assert.ok(!readFileSync(`/proc/${pid}/environ`, "latin1").includes(key));
      assert.ok(!printed.includes(key));
      assert.ok(!proxy.printed().includes(key), "the proxy logs no key");
      assert.ok(broker.received.every((each) => !JSON.stringify(each).includes(key)));
    });

    it("replaces what a client sends, and is not inserted before the broker allows the call", async () => {
      platform.received.length = 0;
      const sent = { authorization: `Bearer ${token}`, [header]: "mallory" };
      await fetch(proxy.url, { headers: sent });
      assert.deepEqual(
        platform.received.map(({ headers }) => headers[header]),
        [key],
      );
      for (const headers of [{}, { [header]: key }, { authorization: "Bearer other" }]) {
        assert.equal((await fetch(proxy.url, { headers })).status, 401);
      }
      assert.equal(platform.received.length, 1);
    });
  });
}
