import { fleetRules, joinedTables } from "../core/fleet/fleet-rules";
import { factTableNames, factTables, factsVersion } from "../core/fleet/schema";

/** The tables of facts and the names of the queries over them, for programs that declare them on a data platform. */
export function factTablesData(): string {
  const tables = factTableNames.map((name) => ({ name, ...factTables[name] }));
  const rules = fleetRules.map(({ id }) => id);
  return JSON.stringify({ factsVersion, tables, joined: joinedTables, rules });
}
