import { createHash } from "node:crypto";
import { leavesUnjudged } from "../../core/snapshot/resource";
import {
  factTableNames,
  factTables,
  type FactRow,
  type FactRows,
} from "../../policy-pack/views/fleet/schema";
import { allRows, type StackRecord } from "../../policy-pack/views/fleet/stack-facts";
import { verdictOf, type Judgement } from "../../policy-pack/views/report";
import { createDetector } from "../../policy-pack/read/credentials";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import type { Settings } from "../../policy-pack/findings/settings";
import { CouldNotRun, failureOf } from "../failure";
import type { LoadedSettings } from "../load-settings";
import { quoted, type Database } from "./duckdb";
import { filesOfTable, readFactFolder } from "./fact-folder";
import { updatesOf } from "./history";
import { fileAt, readFleetFile, type FleetInput } from "./inputs";

/** How facts are gathered. */
export interface Gathering {
  readonly loaded: LoadedSettings;
  /** The key of fingerprints of values in plain text; undefined where none are compared. */
  readonly key?: Uint8Array;
  /** Version of this tool. */
  readonly version: string;
  /** An earlier folder of facts; its stacks stay unless another input has them. */
  readonly before?: string;
  /** Whether stacks of that folder that no input has stay. Default: no. */
  readonly retainsOthers?: boolean;
  /** Called with how many inputs are done. */
  readonly onProgress: (done: number) => void;
}

/** What gathering came to. */
export interface Gathered {
  /** Stacks whose facts were read in this run. */
  readonly read: number;
  /** Stacks whose exports have not changed since. */
  readonly unchanged: number;
  /** Inputs that could not be read. */
  readonly problems: readonly GatherProblem[];
  /** What facts depend on beside the exports. */
  readonly madeBy: string;
}

/** An input that could not be read, and why, in one sentence. */
interface GatherProblem {
  readonly path: string;
  readonly reason: string;
}

/**
 * Fills a database with the facts of all inputs.
 *
 * An input that cannot be read is named, and the rest is judged. A file whose bytes were read before is not read again.
 */
export async function gather(
  database: Database,
  inputs: readonly FleetInput[],
  gathering: Gathering,
): Promise<Gathered> {
  const { loaded, key, version, before, onProgress } = gathering;
  for (const table of factTableNames) await database.create(table);
  // Baselines and waivers are applied to findings afterwards: facts stay the same, whatever the day.
  const settings: Settings = { ...loaded.settings, baseline: new Map() };
  const madeBy = digestOf([version, settings, key === undefined ? "" : [...key]]);
  const problems: GatherProblem[] = [];
  /** By stack the input that it was taken from. */
  const claims = new Map<string, string>();
  /** Stacks that folders of facts have, by the digest of their exports. */
  const known = new Map<string, string>();
  const stored = new Set<string>();
  if (before !== undefined) {
    const { madeBy: madeBefore } = readFactFolder(before);
    for (const stack of await addFolder(database, before, known)) stored.add(stack);
    // By other settings an unchanged export has other facts.
    if (madeBefore !== madeBy) known.clear();
  }
  const detector = createDetector();
  let read = 0;
  for (const [at, input] of inputs.entries()) {
    try {
      if (input.kind === "facts") {
        readFactFolder(input.path);
        for (const stack of await addFolder(database, input.path, known, [...claims.keys()])) {
          claim(stack, input.path);
          stored.add(stack);
        }
      } else {
        const { text, digest } = fileAt(input.path);
        const stack = known.get(digest);
        if (stack === undefined) read += await addFile(input.path, text(), digest);
        else claim(stack, input.path);
      }
    } catch (error) {
      problems.push({ path: input.path, reason: failureOf(error).reason });
    }
    onProgress(at + 1);
  }
  if (gathering.retainsOthers !== true) {
    for (const stack of stored) if (!claims.has(stack)) await remove(database, stack);
  }
  return { read, unchanged: claims.size - read, problems, madeBy };

  function claim(stack: string, path: string): boolean {
    const other = claims.get(stack);
    if (other === undefined) {
      claims.set(stack, path);
      return true;
    }
    const reason = `\`${path}\` and \`${other}\` are both of stack \`${stack}\`; \`${other}\` was judged`;
    problems.push({ path, reason });
    return false;
  }

  async function addFile(path: string, text: string, digest: string): Promise<number> {
    const file = readFleetFile(path, text);
    if (file.kind === "snapshot") {
      const { project, stack: name, notes } = file.snapshot;
      if (!claim(`${project}/${name}`, path)) return 0;
      const { updated } = file;
      const updates = await updatesOf(path, updated, detector);
      const judgement = await judgeSnapshot(file.snapshot, {
        settings,
        detector,
        factsBy: key ?? "none",
      });
      const isComplete = !notes.some(leavesUnjudged);
      await addStack(judgement, { project, name, digest, updated, updates, isComplete });
      return 1;
    }
    let added = 0;
    for (const report of file.reports) {
      const { project, stack: name, judgement } = report;
      if (!claim(`${project}/${name}`, path)) continue;
      if (judgement.facts === undefined) {
        const reason = `\`${path}\` has no facts of stack \`${project}/${name}\`; write it by \`agentid check --report json\``;
        problems.push({ path, reason });
        continue;
      }
      const isComplete = verdictOf(report) !== "not proven";
      await addStack(judgement, { project, name, digest, updated: "", updates: [], isComplete });
      added += 1;
    }
    return added;
  }

  async function addStack(
    { facts, findings, resources }: Judgement,
    about: Omit<StackRecord, "resources" | "findings">,
  ): Promise<void> {
    if (facts === undefined) return;
    const stack = `${about.project}/${about.name}`;
    if (stored.has(stack)) await remove(database, stack);
    await append(database, allRows(facts, { ...about, findings, resources }));
  }
}

async function append(database: Database, rows: FactRows): Promise<void> {
  for (const table of factTableNames) {
    await database.append(table, rows[table] as readonly FactRow[]);
  }
}

async function remove(database: Database, stack: string): Promise<void> {
  for (const table of factTableNames) {
    await database.run(`DELETE FROM ${table} WHERE stack = ${quoted(stack)}`);
  }
}

/** Adds the stacks of a folder of facts but for some, in place of what the database has of them; answers which. */
async function addFolder(
  database: Database,
  folder: string,
  known: Map<string, string>,
  but: readonly string[] = [],
): Promise<readonly string[]> {
  try {
    return await addTables(database, folder, known, but);
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CouldNotRun(`cannot read the facts in \`${folder}\`: ${reason}; write them anew`);
  }
}

async function addTables(
  database: Database,
  folder: string,
  known: Map<string, string>,
  but: readonly string[],
): Promise<readonly string[]> {
  await database.run(
    `CREATE OR REPLACE TEMP TABLE added AS
     SELECT stack, digest FROM read_parquet(${filesOfTable(folder, "stacks")}) WHERE NOT (stack IN (${["", ...but].map(quoted).join(", ")}))`,
  );
  for (const table of factTableNames) {
    const columns = factTables[table].columns.map(({ name }) => name).join(", ");
    await database.run(`DELETE FROM ${table} WHERE stack IN (SELECT stack FROM added)`);
    await database.run(
      `INSERT INTO ${table} SELECT ${columns} FROM read_parquet(${filesOfTable(folder, table)}) WHERE stack IN (SELECT stack FROM added)`,
    );
  }
  const rows = await database.rows("SELECT stack, digest FROM added ORDER BY ALL");
  for (const { stack = "", digest = "" } of rows) known.set(digest, stack);
  return rows.map(({ stack = "" }) => stack);
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
