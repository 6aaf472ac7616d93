import { factTableNames, factTables, factsVersion } from "../policy-pack/views/fleet/schema";
import { fleetRules, joinedTables } from "../policy-pack/views/fleet/fleet-rules";

/** The page about the tables of facts. */
export function factTablesPage(): string {
  return [
    "# Tables of facts",
    "",
    `Version ${factsVersion} of the tables that \`agentid facts\` writes, each as Parquet in a folder of its name.`,
    "",
    "- No column is NULL. An empty text means that there is nothing, or that it is not known.",
    "- Names that several stacks have for one thing are spelled alike: `iam-role|111122223333|desk`.",
    "- A secret is a reference or a keyed fingerprint, never a value.",
    "- Equal facts make equal bytes: rows are in the order of their columns.",
    "",
    ...factTableNames.flatMap((name) => [
      `## ${name}`,
      "",
      factTables[name].about,
      "",
      "| column | type | content |",
      "| --- | --- | --- |",
      ...factTables[name].columns.map(
        ({ name: column, type, about }) =>
          `| \`${column}\` | ${type} | ${about.replaceAll("|", "\\|")} |`,
      ),
      "",
    ]),
    "`npm run generate` writes this page from the schema.",
    "",
  ].join("\n");
}

/** The tables of facts and the names of the queries over them, for programs that declare them on a data platform. */
export function factTablesData(): string {
  const tables = factTableNames.map((name) => ({ name, ...factTables[name] }));
  const rules = fleetRules.map(({ id }) => id);
  return JSON.stringify({ factsVersion, tables, joined: joinedTables, rules });
}
