import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import { drawnFacts } from "./support/fleet/drawn-facts";
import { duckdb, spark, trino, type Answer } from "./support/fleet/engines";

const folder = join(checkout, "docs/fleet/rules");
const rules = readdirSync(folder)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => ({ name: file, sql: readFileSync(join(folder, file), "utf8") }));

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
    without: [],
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
    // Trino copies a named query into each of its uses, and does not come to an end of planning these two.
    without: ["no-cross-tenant-access.sql", "no-cross-tenant-trust.sql"],
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

for (const { name, engine, without, refused } of engines) {
  const run = rules.filter(({ name: file }) => !without.some((each) => each === file));
  describe(`cross-stack rules on ${name}`, function () {
    this.timeout(600_000);
    const queries = [...run.map(({ sql }) => sql), portable, ...refused.map(({ sql }) => sql)];
    let expected: readonly Answer[];
    let found: readonly Answer[];

    before(async () => {
      const facts = await drawnFacts(Number(process.env["FUZZ_SEED"] ?? 24));
      expected = await duckdb(facts, queries);
      found = await engine(facts, queries);
    });

    for (const [at, { name: file }] of run.entries()) {
      it(`find what they find on DuckDB, in the same order: ${file}`, () => {
        const answer = expected[at] as Answer;
        assert.ok("rows" in answer && answer.rows.length > 1, JSON.stringify(answer));
        assert.deepEqual(found[at], answer);
      });
    }

    it("can use recursion with UNION ALL, column aliases and a depth", () => {
      assert.deepEqual(found[run.length], expected[run.length]);
    });

    for (const [at, { trap, why }] of refused.entries()) {
      it(`cannot use what DuckDB alone takes: ${trap}`, () => {
        const answer = found[run.length + 1 + at] as Answer;
        assert.ok("rows" in (expected[run.length + 1 + at] as Answer));
        assert.match("refused" in answer ? answer.refused : JSON.stringify(answer), why);
      });
    }
  });
}
