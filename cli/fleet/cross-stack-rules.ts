import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../policy-pack/findings/finding";
import {
  fleetFindings,
  type FleetRow,
  type FleetRule,
} from "../../policy-pack/views/fleet/cross-stack";
import { fleetRules, joinedTables } from "../../policy-pack/views/fleet/fleet-rules";
import { compareSeverity } from "../../core/severity";
import { packageFacts } from "../../policy-pack/files/package-facts";
import type { Settings } from "../../policy-pack/findings/settings";
import type { Database } from "./duckdb";

/** A query that the package has: of a rule over several stacks, or of a table that rules read. */
export function sqlOf(kind: "rules" | "joined", name: string): string {
  const { folder } = packageFacts(__dirname);
  return readFileSync(join(folder, "docs", "fleet", kind, `${name}.sql`), "utf8");
}

/** Makes the tables over all stacks that rules read, from the facts in a database. */
export async function joinTables(database: Database): Promise<void> {
  for (const table of joinedTables) {
    await database.run(`CREATE TABLE ${table} AS ${sqlOf("joined", table)}`);
  }
}

/** The rows that the query of a rule finds, where the tables over all stacks are made. */
export async function rowsOfRule(database: Database, id: string): Promise<readonly FleetRow[]> {
  return (await database.rows(sqlOf("rules", id))) as unknown as readonly FleetRow[];
}

/** What the rules find in a database of facts, worst first. */
export async function crossStackFindings(
  database: Database,
  { levels }: Settings,
): Promise<readonly Finding[]> {
  await joinTables(database);
  const all: Finding[] = [];
  for (const rule of fleetRules) {
    const rows = await rowsOfRule(database, rule.id);
    const levelOf = ({ id, severity }: Pick<FleetRule, "id" | "severity">) =>
      levels[id] ?? (blocks(severity) ? "mandatory" : "advisory");
    all.push(...fleetFindings(rule, rows, levelOf));
  }
  return all.sort(
    (a, b) =>
      compareSeverity(a.severity, b.severity) ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.about.name < b.about.name ? -1 : 1),
  );
}

function blocks(severity: Finding["severity"]): boolean {
  return severity === "critical" || severity === "high";
}

/** Whether a finding of one stack is a part of one over several stacks: the same rule about the same thing. */
export function isPartOf(
  row: { readonly rule: string; readonly thing: string },
  crossing: ReadonlySet<string>,
): boolean {
  return row.thing !== "" && crossing.has(keyOf(row.rule, row.thing));
}

/** The things that findings over several stacks are about. */
export function thingsOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ rule, about }) =>
      [rule, ...fleetRules.flatMap((each) => (each.overTenants?.id === rule ? [each.id] : []))].map(
        (id) => keyOf(id, about.name),
      ),
    ),
  );
}

function keyOf(rule: string, thing: string): string {
  return JSON.stringify([rule, thing]);
}
