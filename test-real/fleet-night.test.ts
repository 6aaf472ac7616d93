import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { factTableNames } from "../policy-pack/views/fleet/schema";
import { fleetRules, joinedTables } from "../policy-pack/views/fleet/fleet-rules";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { builtCheckout } from "./support/installation";
import { copyProject } from "./support/project";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

/** What came of a night. */
interface Night {
  readonly status: string;
  readonly cause: string | null;
  readonly machine: string;
  readonly scheduled: string;
  readonly messages: readonly string[];
  /** Workgroup, database and SQL of each query that was started. */
  readonly queries: readonly (readonly string[])[];
  readonly tables: readonly string[];
}

const sqlOf = (folder: "joined" | "rules", name: string): string =>
  readFileSync(join(checkout, "docs/fleet", folder, `${name}.sql`), "utf8");

describe("examples/fleet, deployed with the pack in force", () => {
  it("is what AWS's services take, stores tables, runs every rule, and publishes those with findings", async () => {
    const project = await copyProject("examples/fleet");
    const { exitCode, stdout } = await project.up({ policyPack: builtCheckout.pack });
    assert.equal(exitCode, 0, stdout);
    const resources = project.resources().filter(({ type }) => type.startsWith("aws:"));
    const finding = ["no-shared-secret", "require-own-identity"];
    const night = await nightOf({ resources, finds: finding.map((rule) => sqlOf("rules", rule)) });
    assert.deepEqual([night.status, night.cause], ["SUCCEEDED", null]);
    assert.equal(night.scheduled, night.machine);
    assert.deepEqual(night.tables, [...factTableNames].sort());
    const queries = night.queries.map(([, , sql]) => sql);
    const stored = joinedTables.flatMap((table) => [
      `DROP TABLE IF EXISTS ${table}`,
      `CREATE TABLE ${table} WITH (format = 'PARQUET') AS\n${sqlOf("joined", table)}`,
    ]);
    assert.deepEqual(queries.slice(0, stored.length), stored);
    assert.deepEqual(
      queries.slice(stored.length).sort(),
      fleetRules.map(({ id }) => sqlOf("rules", id)).sort(),
    );
    for (const [workgroup, database] of night.queries) {
      assert.deepEqual([workgroup, database], ["agentid-fleet", "agentid_fleet"]);
    }
    assert.deepEqual(
      night.messages,
      finding.map(
        (rule) => `agentid: ${rule}: ${rule} has findings: s3://acme-fleet-facts/results/1.csv`,
      ),
    );
  });
});

async function nightOf(given: object): Promise<Night> {
  const [python] = builtPrograms(["moto"]);
  const folder = temporaryFolder();
  const file = join(folder, "given.json");
  writeFileSync(file, JSON.stringify(given));
  const script = join(checkout, "test-real/support/fleet/night.py");
  const result = await runCommand(python, [script, file], {
    cwd: folder,
    env: { PATH: process.env["PATH"], MOTO_ACCOUNT_ID: "111122223333" },
  });
  assert.equal(result.exitCode, 0, result.stderr.slice(-4000));
  return JSON.parse(result.stdout) as Night;
}
