import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { joinedTables } from "../policy-pack/views/fleet/fleet-rules";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { documented } from "./support/documented";
import { drawnFacts } from "./support/fleet/drawn-facts";
import { duckdb, settings, spark, trino, type Answer } from "./support/fleet/engines";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

const folder = join(checkout, "docs/fleet");
const sqlOf = (file: string) => readFileSync(join(folder, file), "utf8");
const rules = readdirSync(join(folder, "rules"))
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => ({ name: file, sql: sqlOf(`rules/${file}`) }));
const joined = joinedTables.map((name) => ({ name, sql: sqlOf(`joined/${name}.sql`) }));

/** Counts up to a depth; as it is portable, or with a part of that as it is not. */
const counted = (depth: number, { union = "UNION ALL", columns = "(depth)" } = {}) =>
  `WITH RECURSIVE path ${columns} AS (
    SELECT 1 AS depth ${union} SELECT depth + 1 FROM path WHERE depth < ${depth}
  )
  SELECT depth FROM path ORDER BY depth`;

const portable = counted(7);

/** Each engine, and queries that DuckDB takes and it does not. */
const engines = [
  {
    name: "Spark",
    engine: spark,
    refused: [
      {
        trap: "UNION in a recursive query",
        sql: counted(7, { union: "UNION" }),
        why: /UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE/,
      },
    ],
  },
  {
    name: "Trino",
    engine: trino,
    refused: [
      {
        trap: "a recursive query without column aliases",
        sql: counted(7, { columns: "" }),
        why: /missing column aliases/,
      },
      {
        trap: "a recursive query deeper than ten",
        sql: counted(12),
        why: /recursion depth/i,
      },
    ],
  },
];

for (const { name, engine, refused } of engines) {
  describe(`cross-stack rules on ${name}`, function () {
    this.timeout(600_000);
    const queries = [...rules.map(({ sql }) => sql), portable, ...refused.map(({ sql }) => sql)];
    let expected: readonly Answer[];
    let found: readonly Answer[];

    before(async () => {
      const facts = await drawnFacts(Number(process.env["FUZZ_SEED"] ?? 24));
      expected = await duckdb({ facts, joined }, queries);
      found = await engine({ facts, joined }, queries);
    });

    for (const [at, { name: file }] of rules.entries()) {
      it(`find what they find on DuckDB, in the same order: ${file}`, () => {
        const answer = expected[at] as Answer;
        assert.ok("rows" in answer && answer.rows.length > 1, JSON.stringify(answer));
        assert.deepEqual(found[at], answer);
      });
    }

    it("can use recursion with UNION ALL, column aliases and a depth", () => {
      assert.deepEqual(found[rules.length], expected[rules.length]);
    });

    for (const [at, { trap, why }] of refused.entries()) {
      it(`cannot use what DuckDB alone takes: ${trap}`, () => {
        const answer = found[rules.length + 1 + at] as Answer;
        assert.ok("rows" in (expected[rules.length + 1 + at] as Answer));
        assert.match("refused" in answer ? answer.refused : JSON.stringify(answer), why);
      });
    }
  });
}

describe("the page about data platforms", () => {
  it("shows PySpark that writes the rows of every rule", async () => {
    const facts = await drawnFacts(Number(process.env["FUZZ_SEED"] ?? 24));
    const folder = temporaryFolder();
    symlinkSync(facts, join(folder, "facts"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(checkout, join(folder, "node_modules/pulumi-agentid"));
    const script = join(folder, "night.py");
    writeFileSync(script, documented("docs/fleet/athena.md", "python", {}));
    const [python] = builtPrograms(["spark"]);
    // As in the other tests: what is meant for a cluster takes most of the time.
    const conf = ["spark.sql.shuffle.partitions=2", "spark.ui.enabled=false"];
    const { exitCode, stderr } = await runCommand(python, [script], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        JAVA_HOME: process.env["JAVA_HOME"],
        ...settings,
        PYSPARK_SUBMIT_ARGS: `${conf.map((each) => `--conf ${each}`).join(" ")} pyspark-shell`,
      },
      timeout: 540_000,
    });
    assert.equal(exitCode, 0, stderr.slice(-4000));
    const answers = await duckdb(
      { facts, joined },
      rules.map(({ sql }) => sql),
    );
    const expected = rules.map(({ name }, at) => {
      const answer = answers[at];
      return [name, answer !== undefined && "rows" in answer ? answer.rows.length : 0];
    });
    const written = rules.map(({ name }) => [
      name,
      rowsIn(join(folder, "results", name.replace(/\.sql$/, ""))),
    ]);
    assert.deepEqual(written, expected);
  }).timeout(600_000);
});

/** How many rows the CSV files of a folder have, each with the names of the columns first. */
function rowsIn(folder: string): number {
  const files = readdirSync(folder).filter((file) => file.endsWith(".csv"));
  return files
    .map((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n").length - 1)
    .reduce((sum, count) => sum + count, 0);
}
