import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  factTableNames,
  factTables,
  type FactTableName,
} from "../../../policy-pack/views/fleet/schema";
import { drawing } from "../../../test/support/manifest-mutants";
import { temporaryFolder } from "../temporary";

type Draw = ReturnType<typeof drawing>;

const ROWS = 60;

/** Names that engines compare and order differently: by letter case, by code point or UTF-16, with and without what follows. */
const oddities: readonly string[] = [
  ...["a", "A", "a ", "b", "B", "_", "%", "!", "it's", 'say "no"', "back\\slash", "tab\tin"],
  ...["é", "e\u0301", "ß", "\uff5e", "\u{1f600}", "z", "10", "9"],
];

const named = (prefix: string) => oddities.map((oddity) => prefix + oddity);

const accounts = ["111122223333", "444455556666", ""];
const roles = named("arn:aws:iam::111122223333:role/");
const buckets = named("arn:aws:s3:::");
const roots = accounts.map((account) => `arn:aws:iam::${account}:root`);
const identities = named("iam-role|111122223333|");
const tenants = ["", "acme", "Acme", "öko"];
const yesOrNo = ["yes", "no"];

/** What a column draws from; those at the front are drawn more often. A column that is absent draws from names of its own. */
const pools: Readonly<Record<string, readonly string[]>> = {
  account: accounts,
  arn: roles,
  assumes: yesOrNo,
  how: ["assumes", "assumes by Pod Identity", "carries", "s3:GetObject"],
  identity: identities,
  identity_tenant: tenants,
  is_default: ["no", "yes"],
  is_external: yesOrNo,
  kind: ["agent", "undeclared"],
  only_tenant: tenants,
  part: ["", "key"],
  pattern: ["", "arn:aws:iam::111122223333:role/%", "arn:aws:s3:::!__", "arn:aws:s3:::!%%", "%!!"],
  principal: [...identities.slice(0, 8), ...roots, ...identities.slice(8)],
  principal_tenant: tenants,
  resource: [...buckets.slice(0, 8), ...roles],
  role: ["declares", "trusts"],
  service: ["s3", "iam"],
  target: [...identities.slice(0, 4), ...buckets],
  target_what: ["identity", "resource"],
  tenant: tenants,
  workload: [...named("Deployment|"), ...named("Job|")],
  what: ["IAM role", "EKS cluster", "OIDC issuer"],
};

/** Writes a folder of facts in which every rule finds something, each table in two Parquet files. */
export async function drawnFacts(seed: number): Promise<string> {
  const folder = temporaryFolder();
  const draw = drawing(seed);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const table of factTableNames) {
    mkdirSync(join(folder, table));
    for (const file of ["one", "two"]) {
      await writeDrawn(connection, table, draw);
      await connection.run(
        `COPY ${table} TO '${join(folder, table, `${file}.parquet`)}' (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
  }
  connection.closeSync();
  instance.closeSync();
  return folder;
}

async function writeDrawn(
  connection: DuckDBConnection,
  table: FactTableName,
  draw: Draw,
): Promise<void> {
  const { columns } = factTables[table];
  const typed = columns.map(
    ({ name, type }) => `${name} ${type === "integer" ? "INTEGER" : "VARCHAR"} NOT NULL`,
  );
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${typed.join(", ")})`);
  const appender = await connection.createAppender(table);
  for (let row = 0; row < ROWS / 2; row += 1) {
    for (const { name, type } of columns) {
      if (type === "integer") appender.appendInteger(draw(5));
      else appender.appendVarchar(drawnFrom(pools[name] ?? named(`${name}/`), draw));
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** Some are drawn so often that they meet, and some so seldom that they are missing in another place. */
function drawnFrom(pool: readonly string[], draw: Draw): string {
  return pool[draw(1 + draw(pool.length))] as string;
}
