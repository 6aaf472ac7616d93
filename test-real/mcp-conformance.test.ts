import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import { runCommand, type CommandResult } from "./support/command";
import { startBrokerProcess } from "./support/servers/broker";
import { freePorts } from "./support/servers/server";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

type Role = "client" | "authorization";

/** Scenarios that are not run, with the reason. */
const left = JSON.parse(
  readFileSync(join(checkout, "test-real/mcp-conformance.json"), "utf8"),
) as Readonly<
  Record<Role, readonly { readonly reason: string; readonly scenarios: readonly string[] }[]>
>;

const headings: Readonly<Record<Role, string>> = {
  client: "Client scenarios",
  authorization: "Authorization server scenarios",
};

const agent = join(checkout, "dist/agent/index.js");

describe("the conformance suite of MCP", () => {
  let suite: (...args: readonly string[]) => Promise<CommandResult>;
  before(() => {
    const [program] = builtPrograms(["mcp-conformance"]);
    const [modules = ""] = program.split("/@modelcontextprotocol/");
    // It needs Node 22.
    const node = join(modules, `node-linux-${process.arch}`, "bin/node");
    suite = async (...args) =>
      runCommand(node, [program, ...args], {
        cwd: temporaryFolder(),
        env: { ...process.env, NO_COLOR: "1", AGENTID_AGENT: agent },
      });
  });

  /** Names of the suite's scenarios. */
  const scenariosOf = async (role: Role): Promise<readonly string[]> => {
    const { stdout } = await suite("list");
    const [, listed = ""] = stdout.split(headings[role]);
    const [of = ""] = listed.split("\n\n");
    return [...of.matchAll(/^ *- (\S+) \[/gm)].map(([, name = ""]) => name);
  };

  for (const role of ["client", "authorization"] as const) {
    it(`has each scenario for the role ${role} that is left out, once, and others`, async () => {
      const listed = left[role].flatMap(({ scenarios }) => scenarios);
      const all = await scenariosOf(role);
      assert.ok(all.length > 1);
      assert.deepEqual(
        listed.filter((name) => !all.includes(name)),
        [],
      );
      assert.equal(new Set(listed).size, listed.length);
    });
  }

  it("passes with the agent, in each scenario of a client that is not left out", async () => {
    const listed = left.client.flatMap(({ scenarios }) => scenarios);
    const run = (await scenariosOf("client")).filter((name) => !listed.includes(name));
    const client = join(checkout, "test-real/programs/mcp-client/client.mjs");
    for (const scenario of run) {
      const command = `${process.execPath} ${client}`;
      const args = ["client", "--command", command, "--scenario", scenario];
      const { exitCode, stdout, stderr } = await suite(...args);
      const printed = `${stdout}\n${stderr}`;
      const [, result = ""] = printed.split("Test Results:");
      assert.equal(exitCode, 0, `${scenario}\n${printed}`);
      assert.match(result, /^\s*Passed: (\d+)\/\1, 0 failed, 0 warnings\s/);
    }
    assert.deepEqual(run, [
      ...["auth/client-credentials-jwt", "auth/dpop", "auth/dpop-nonce", "auth/wif-jwt-bearer"],
    ]);
  });

  it("misses at the broker's metadata what a login there would have, and nothing else", async () => {
    const [port] = await freePorts(1);
    const listen = `127.0.0.1:${port}`;
    const issuer = `http://${listen}`;
    const broker = await startBrokerProcess({ listen, parts: { issuer } });
    const { exitCode, stdout } = await suite(
      ...["authorization", "--url", issuer],
      ...["--scenario", "authorization-server-metadata-endpoint"],
    );
    await broker.stop();
    assert.equal(exitCode, 1, stdout);
    assert.match(stdout, /Response body does not include valid "response_types_supported" claim/);
  });
});
