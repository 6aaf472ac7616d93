import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** A client of the page, as a row of its table has it. */
interface ClientRow {
  readonly client: string;
  readonly version: string;
  readonly test: string;
}

/** Rows of the page that lists clients. */
function rowsOf(page: string): readonly ClientRow[] {
  return [...page.matchAll(/^\| `([^`]+)` +\| (\S+) +\| [^|]+\| `([^`]+)` +\|$/gm)].map(
    ([, client = "", version = "", test = ""]) => ({ client, version, test }),
  );
}

/** The version that is installed for tests: by this checkout, or by the pins of a real part. */
function installedVersion(client: string): string {
  const part = "tools/mcp-conformance/package.json";
  const { dependencies } = JSON.parse(readFileSync(part, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const pinned = dependencies[client];
  if (pinned !== undefined) return pinned;
  const installed = JSON.parse(readFileSync(`node_modules/${client}/package.json`, "utf8")) as {
    readonly version: string;
  };
  return installed.version;
}

describe("the page of clients", () => {
  const rows = rowsOf(readFileSync("docs/broker/clients.md", "utf8"));

  it("has the version of each client that its test runs", () => {
    assert.ok(rows.length >= 5);
    for (const { client, version, test } of rows) {
      assert.equal(version, installedVersion(client), client);
      const name = client.endsWith("/conformance") ? "mcp-conformance" : client;
      assert.ok(readFileSync(test, "utf8").includes(name), `${test} does not run ${client}`);
    }
  });

  it("lists each of these clients that a test runs", () => {
    for (const client of ["@modelcontextprotocol/client", "@modelcontextprotocol/sdk"]) {
      assert.ok(rows.some((row) => row.client === client));
    }
  });
});
