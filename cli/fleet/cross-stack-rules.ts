import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../core/finding";
import { fleetFindings, type FleetRow } from "../../core/fleet/cross-stack";
import { fleetRules } from "../../core/fleet/fleet-rules";
import { compareSeverity } from "../../core/severity";
import { packageFacts } from "../../policy-pack/crossguard/package-facts";
import type { Settings } from "../../policy-pack/settings";
import type { Database } from "./duckdb";

/** The SQL of a rule over several stacks. */
export function ruleSql(id: string): string {
  const { folder } = packageFacts(__dirname);
  return readFileSync(join(folder, "docs", "fleet", "rules", `${id}.sql`), "utf8");
}

/** What the rules find in a database of facts, worst first. */
export async function crossStackFindings(
  database: Database,
  { levels }: Settings,
): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const rule of fleetRules) {
    const level = levels[rule.id] ?? (blocks(rule.severity) ? "mandatory" : "advisory");
    if (level === "disabled") continue;
    const rows = (await database.rows(ruleSql(rule.id))) as unknown as readonly FleetRow[];
    all.push(...fleetFindings(rule, rows, level));
  }
  return all.sort(
    (a, b) =>
      compareSeverity(a.grade, b.grade) ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.about.name < b.about.name ? -1 : 1),
  );
}

function blocks(severity: Finding["grade"]): boolean {
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
  return new Set(findings.map(({ rule, about }) => keyOf(rule, about.name)));
}

function keyOf(rule: string, thing: string): string {
  return JSON.stringify([rule, thing]);
}
