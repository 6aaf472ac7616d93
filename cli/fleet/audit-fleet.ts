import type { Finding } from "../../core/finding";
import { fleetRules } from "../../core/fleet/fleet-rules";
import { reportOf, type Report, type WorkloadSummary } from "../../core/report";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isKnown } from "../../policy-pack/known";
import { rules } from "../../policy-pack/rules";
import type { Settings } from "../../policy-pack/settings";
import type { LoadedSettings } from "../load-settings";
import { crossStackFindings, isPartOf, thingsOf } from "./cross-stack-rules";
import type { Database } from "./duckdb";
import type { Gathered } from "./gather";

/** Of so many stacks a report names each, and lists their workloads. */
const fewStacks = 20;

/**
 * The report of all stacks in a database of facts: what the rules find over several of them, and what they found in each.
 *
 * A finding of one stack that is a part of one over several is not repeated.
 */
export async function reportOfFleet(
  database: Database,
  { settings }: LoadedSettings,
  { problems }: Gathered,
  version: string,
): Promise<Report> {
  const crossing = await crossStackFindings(database, settings);
  const things = thingsOf(crossing);
  const own = await database.rows("SELECT rule, thing, finding FROM findings ORDER BY ALL");
  const ofStacks = own
    .filter(({ rule = "", thing = "" }) => !isPartOf({ rule, thing }, things))
    .map(({ finding = "" }) => JSON.parse(finding) as Finding);
  const stacks = await database.rows("SELECT stack, resources FROM stacks ORDER BY stack");
  const names = stacks.map(({ stack = "" }) => stack);
  const isFew = names.length <= fewStacks;
  const notes = problems.map(({ path, reason }): SnapshotNote => {
    return { kind: "unreadable", message: reason, source: { file: path, line: 1 } };
  });
  return reportOf(
    { project: isFew ? names.join(" + ") : `${names.length} stacks`, stack: "", version },
    {
      findings: [...crossing, ...ofStacks].map((finding) => asKnown(finding, settings)),
      workloads: isFew ? await workloadsIn(database) : [],
      notRead: [],
      notes,
      resources: stacks.reduce((sum, { resources = "0" }) => sum + Number(resources), 0),
      rules: new Set([...rules, ...fleetRules].map(({ id }) => id)).size,
    },
  );
}

function asKnown(finding: Finding, { baseline }: Settings): Finding {
  const { fingerprint, aliases = [], grade, extent = [], verdict } = finding;
  const isOfWaivers = rules.some(({ id, family }) => id === finding.rule && family === "waivers");
  const known =
    verdict === "violated" &&
    !isOfWaivers &&
    isKnown(baseline, { fingerprint, aliases, grade, extent });
  return known ? { ...finding, known } : finding;
}

async function workloadsIn(database: Database): Promise<readonly WorkloadSummary[]> {
  const rows = await database.rows(
    `SELECT w.workload AS workload, w.label AS label, w.what AS what, w.kind AS kind, w.tenant AS tenant,
       COALESCE(r.label, '') AS identity
     FROM workloads w LEFT JOIN runs_as r ON r.stack = w.stack AND r.workload = w.workload
     ORDER BY ALL`,
  );
  const found = new Map<string, WorkloadSummary>();
  for (const { workload = "", label = "", what = "", kind = "", tenant = "", identity } of rows) {
    const known = found.get(workload)?.identities ?? [];
    const identities = identity === undefined || identity === "" ? known : [...known, identity];
    const own = tenant === "" ? {} : { tenant };
    found.set(workload, { label, what, is: kind, identities, federation: [], ...own });
  }
  return [...found.values()];
}
