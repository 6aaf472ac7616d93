import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { factTableNames, factTables, factsVersion } from "../../policy-pack/views/fleet/schema";
import { visible } from "../../core/visible";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { plainRecord } from "../../engine/program/plain";
import { CouldNotRun } from "../failure";
import { writeText } from "../files";
import { quoted, type Database } from "./duckdb";

/** The manifest of a folder of facts. */
export interface FactFolder {
  readonly path: string;
  /** Digest of everything but the exports that its rows depend on: settings, version of the tool, key of fingerprints. */
  readonly madeBy: string;
}

const manifest = "facts.json";
const fileName = "facts.parquet";

/** Whether a folder is one of facts. */
export function isFactFolder(path: string): boolean {
  return existsSync(join(path, manifest));
}

/** Reads the manifest of a folder of facts. Throws one sentence where this version cannot read it. */
export function readFactFolder(path: string): FactFolder {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = plainRecord(JSON.parse(readFileSync(join(path, manifest), "utf8")));
  } catch (error) {
    throw new CouldNotRun(`\`${path}\` has no facts: \`${manifest}\`: ${reasonOf(error)}`);
  }
  const { factsVersion: version, madeBy } = fields;
  if (version !== factsVersion) {
    throw new CouldNotRun(
      `the facts in \`${path}\` have version ${visible(String(version))}, and this agentid reads ${factsVersion}; write them anew`,
    );
  }
  return { path, madeBy: typeof madeBy === "string" ? madeBy : "" };
}

/** Where the Parquet files of a table are, for DuckDB. */
export function filesOfTable(folder: string, table: string): string {
  return quoted(join(folder, table, "*.parquet"));
}

/**
 * Writes all tables of a database as Parquet, one file each, in the order of their columns: equal facts make equal bytes.
 *
 * No file is replaced before all are written, and a file that is replaced is whole.
 */
export async function writeFactFolder(
  database: Database,
  { path, madeBy }: FactFolder,
): Promise<void> {
  const written: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const table of factTableNames) {
      mkdirSync(join(path, table), { recursive: true });
      const to = join(path, table, fileName);
      // Other engines read every file of a table whose name does not start with a dot.
      const from = join(path, table, `.${fileName}.${process.pid}.tmp`);
      written.push({ from, to });
      await database.run(
        `COPY (SELECT * FROM ${table} ORDER BY ALL) TO ${quoted(from)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
    for (const { from, to } of written) renameSync(from, to);
  } catch (error) {
    for (const { from } of written) rmSync(from, { force: true });
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CouldNotRun(
      `cannot write facts to \`${path}\`: ${reason}; what was there is unchanged`,
    );
  }
  const tables = Object.fromEntries(
    factTableNames.map((table) => [table, factTables[table].columns.map(({ name }) => name)]),
  );
  const text = JSON.stringify({ tool: "agentid", factsVersion, madeBy, tables }, null, 2);
  writeText(join(path, manifest), "the facts", `${text}\n`);
}
