import type { Finding } from "../../policy-pack/findings/finding";
import { grouped } from "../../core/grouped";
import { fleetRules } from "../../policy-pack/views/fleet/fleet-rules";
import {
  recentOf,
  updateColumns,
  type StackState,
  type Update,
} from "../../policy-pack/views/fleet/updates";
import { reportOf, type Report, type WorkloadSummary } from "../../policy-pack/views/report";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isKnown } from "../../policy-pack/findings/known";
import { rules } from "../../policy-pack/rules/index";
import type { Settings } from "../../policy-pack/findings/settings";
import type { LoadedSettings } from "../load-settings";
import { waiveStacks, type WaivableFindings } from "../../policy-pack/run/waivers/waive-stacks";
import { crossStackFindings, isPartOf, thingsOf } from "./cross-stack-rules";
import { quoted, type Database } from "./duckdb";
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
  { settings, waivers, silenced }: LoadedSettings,
  { problems }: Gathered,
  version: string,
): Promise<Report> {
  const crossing = await crossStackFindings(database, settings);
  const things = thingsOf(crossing);
  const own = await database.rows(
    "SELECT stack, rule, thing, restrictions, finding FROM findings ORDER BY ALL",
  );
  const ofStacks = own
    .filter(({ rule = "", thing = "" }) => !isPartOf({ rule, thing }, things))
    .map(({ stack = "", rule = "", thing = "", restrictions = "", finding: text = "" }) => {
      const joins = thing !== "" && fleetRules.some(({ id }) => id === rule);
      const finding = {
        ...(JSON.parse(text) as Finding),
        stacks: [stack],
        ...(joins && { thing }),
      };
      return { stack, restrictions, finding };
    });
  const stacks = await statesIn(database);
  const names = stacks.map(({ stack }) => stack);
  const ofAll = await inStacks(database, crossing, new Set(names));
  const found =
    waivers === undefined
      ? [...ofAll, ...ofStacks.map(({ finding }) => finding)]
      : waiveStacks(
          [
            await withRestrictions(database, ofAll),
            ...grouped(ofStacks, ({ stack }) => stack).values(),
          ],
          waivers,
          settings,
        );
  const isFew = names.length <= fewStacks;
  const notes = problems.map(({ path, reason }): SnapshotNote => {
    return { kind: "unreadable", message: reason, source: { file: path, line: 1 } };
  });
  const [sum] = await database.rows("SELECT SUM(resources) AS resources FROM stacks");
  const report = reportOf(
    {
      project: isFew ? names.join(" + ") : `${names.length} stacks`,
      ...{ stack: "", version },
      silenced: silenced.filter(({ kind }) => kind !== "answers"),
    },
    {
      findings: found.map((finding) => asKnown(finding, settings)),
      workloads: isFew ? await workloadsIn(database) : [],
      notRead: [],
      notes,
      resources: Number(sum?.["resources"] ?? 0),
      rules: new Set([...rules, ...fleetRules].map(({ id }) => id)).size,
    },
  );
  return { ...report, stacks: recentOf(stacks) };
}

/** Parts of findings over several stacks, each with the stacks that it lies in: of its place, of who uses the thing, and of the thing. */
async function inStacks(
  database: Database,
  findings: readonly Finding[],
  known: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const things = new Set(findings.map(({ about }) => quoted(about.name)));
  const rows = await database.rows(
    `SELECT resource, stack FROM resources WHERE resource IN (${[...things, "''"].join(", ")}) ORDER BY ALL`,
  );
  const owners = new Map(rows.map(({ resource, stack = "" }) => [resource, stack]));
  return findings.map((finding) => {
    const { about, holder, at } = finding;
    const [head = "", project = ""] = at.urn.split("::");
    const ofPlace = `${project}/${head.slice(head.lastIndexOf(":") + 1)}`;
    const ofHolder = holder?.label.slice(holder.label.lastIndexOf(" in ") + " in ".length) ?? "";
    const ofThing = owners.get(about.name) ?? "";
    const stacks = [ofPlace, ofHolder, ofThing].filter((each) => known.has(each));
    return { ...finding, stacks: [...new Set(stacks)].sort(), thing: about.name };
  });
}

/** The stacks of a database of facts, in the order of their names, each with its updates. */
async function statesIn(database: Database): Promise<readonly StackState[]> {
  const columns = updateColumns.map(({ name }) => name).join(", ");
  const rows = await database.rows(`SELECT stack, ${columns} FROM updates ORDER BY stack, place`);
  const updates = grouped(
    rows.map(({ stack = "", version = "0", ...texts }) => {
      return { stack, update: { ...texts, version: Number(version) } as Update };
    }),
    ({ stack }) => stack,
  );
  const stacks = await database.rows("SELECT stack, digest, updated FROM stacks ORDER BY stack");
  return stacks.map(({ stack = "", digest = "", updated = "" }) => {
    return {
      stack,
      digest,
      updated,
      updates: (updates.get(stack) ?? []).map(({ update }) => update),
    };
  });
}

/** Findings over several stacks, each with what restricts its workload. */
async function withRestrictions(
  database: Database,
  findings: readonly Finding[],
): Promise<WaivableFindings> {
  const rows = await database.rows(
    "SELECT workload, thing, restrictions FROM restrictions ORDER BY ALL",
  );
  const byConcern = new Map(
    rows.map(({ workload, thing, restrictions = "" }) => [
      JSON.stringify([workload, thing]),
      restrictions,
    ]),
  );
  return findings.map((finding) => {
    const { about, holder = about } = finding;
    const restrictions =
      byConcern.get(JSON.stringify([holder.name, about.name])) ??
      byConcern.get(JSON.stringify([holder.name, ""])) ??
      "";
    return { finding, restrictions };
  });
}

function asKnown(finding: Finding, { baseline }: Settings): Finding {
  const { fingerprint, aliases = [], severity, evidenceParts = [], verdict } = finding;
  const isOfWaivers = rules.some(({ id, family }) => id === finding.rule && family === "waivers");
  const known =
    verdict === "violated" &&
    !isOfWaivers &&
    isKnown(baseline, { fingerprint, aliases, severity, evidenceParts });
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
