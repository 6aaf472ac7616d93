import { readFileSync } from "node:fs";
import * as fleet from "pulumi-agentid/fleet/tables.json";

/** A query of the night. */
export interface Query {
  readonly name: string;
  readonly sql: string;
}

const names: Readonly<Record<"joined" | "rules", readonly string[]>> = fleet;

/** The rules over all stacks, as the package has them: each row of a result is a part of a finding. */
export const rules: readonly Query[] = names.rules.map((name) => ({
  name,
  sql: sql("rules", name),
}));

/** Queries whose results the rules read as tables, in the order in which they are stored. */
export const joined: readonly Query[] = names.joined.map((name) => ({
  name,
  sql: `CREATE TABLE ${name} WITH (format = 'PARQUET') AS\n${sql("joined", name)}`,
}));

function sql(folder: string, name: string): string {
  return readFileSync(require.resolve(`pulumi-agentid/fleet/${folder}/${name}.sql`), "utf8");
}
