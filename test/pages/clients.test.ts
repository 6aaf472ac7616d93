import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clientsTable, type Run } from "../../scripts/clients-table";

describe("the table of clients", () => {
  const source = `
describe("ToolHive", () => {
  it("passes a token", () => {});
  for (const name of names) it(\`passes \${name} and \${of(name)}\`, () => {});
  describe("on its own", () => {
    it("exchanges nothing, because it has a secret | alone", () => {});
  });
});
it("is of another", () => {});
const it2 = pass("is no test");
`;
  const root = mkdtempSync(join(tmpdir(), "agentid-clients-"));
  const file = "test/gateways.test.ts";
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), source);
  const run: Run = { client: "ToolHive", version: () => "0.47.0", file, under: "ToolHive" };
  const rows = (...runs: readonly Run[]): readonly string[] =>
    clientsTable(root, runs).split("\n").slice(2);

  it("has a row for each test, with values by their names and limits as results", () => {
    assert.deepEqual(rows(run), [
      `| ToolHive | 0.47.0 | passes a token | passes | \`${file}\` |`,
      `| ToolHive | 0.47.0 | passes *name* and … | passes | \`${file}\` |`,
      `| ToolHive | 0.47.0 | exchanges nothing | limit: it has a secret \\| alone | \`${file}\` |`,
    ]);
  });

  it("has those alone that are titled so", () => {
    assert.deepEqual(rows({ ...run, under: undefined, titled: ["is of"] }), [
      `| ToolHive | 0.47.0 | is of another | passes | \`${file}\` |`,
    ]);
  });

  it("cannot name tests that are not there", () => {
    assert.throws(() => rows({ ...run, under: "agentgateway" }), {
      message: `${file}: no test of \`agentgateway\` \`…\``,
    });
    assert.throws(() => rows({ ...run, titled: ["passes a token", "is of another"] }), {
      message: `${file}: no test of \`ToolHive\` \`is of another…\``,
    });
  });

  it("lists the clients that are run here, whose versions and tests it finds", () => {
    const clients = clientsTable(".")
      .split("\n")
      .slice(2)
      .map((row) => row.split(" | ")[0]);
    assert.deepEqual(
      [...new Set(clients)],
      [
        "| `@modelcontextprotocol/client`",
        "| `@modelcontextprotocol/sdk`",
        "| `@modelcontextprotocol/conformance`",
        "| `openid-client`",
        "| SPIRE",
        "| AWS SDK",
        "| ToolHive",
        "| agentgateway (its requests; not built)",
        "| `agentsts-core` of kagent",
        "| kagent's package in Go (its requests)",
        "| nginx, Envoy",
        "| nginx, Envoy, which insert a legacy key",
        "| AuthZEN's certification scenario (its requests)",
      ],
    );
  });
});
