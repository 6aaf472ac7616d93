import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { joinedTables } from "../core/fleet/fleet-rules";
import { checkout } from "./support/checkout";
import { drawnFacts } from "./support/fleet/drawn-facts";
import { duckdb, spark, trino, type Answer } from "./support/fleet/engines";

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
