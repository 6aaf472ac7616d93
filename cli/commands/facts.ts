import { readFileSync } from "node:fs";
import { rules } from "../../policy-pack/rules/index";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { reportFailure, write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun, failureOf } from "../failure";
import { Database, defaultLimits, type DatabaseLimits } from "../fleet/duckdb";
import { isFactFolder, writeFactFolder } from "../fleet/fact-folder";
import { gather } from "../fleet/gather";
import { inputsAt } from "../fleet/inputs";
import { settingsBeside } from "../input";
import { loadSettings } from "../load-settings";
import { Progress } from "../progress";
import { plain } from "../report/escape";
import { counted } from "../report/words";
import { checkOptionsOf } from "../program-options";

/** Options about facts, as commander gives them. */
export interface FactFlags {
  /** File with the key of fingerprints of values in plain text. */
  readonly keyFile?: string;
  readonly memory?: string;
  readonly disk?: string;
}

/** Options of `agentid facts`, as commander gives them. */
export interface FactsFlags extends FactFlags {
  readonly out: string;
  readonly settings?: string;
  readonly verbose?: true;
}

/** `agentid facts`: writes the facts of stacks as tables in Parquet, and answers the exit code. */
export async function facts(paths: readonly string[], flags: FactsFlags): Promise<number> {
  const { out } = flags;
  const progress = new Progress(process.stderr, Date.now);
  let database: Database | undefined;
  try {
    const options = checkOptionsOf(flags, () => {});
    const loaded = loadSettings(
      options.settings ?? settingsBeside({ kind: "manifests", path: ".", folder: "." }),
      options,
      rules,
    );
    const inputs = inputsAt(paths);
    const key = literalKeyIn(flags);
    database = await Database.open(limitsOf(flags));
    const gathered = await gather(database, inputs, {
      loaded,
      version: options.version,
      retainsOthers: true,
      ...(key !== undefined && { key }),
      ...(isFactFolder(out) && { before: out }),
      onProgress: (done) => progress.show(`${done} of ${inputs.length} inputs`),
    });
    await writeFactFolder(database, { path: out, madeBy: gathered.madeBy });
    progress.clear();
    const [total] = await database.rows("SELECT COUNT(*) AS stacks FROM stacks");
    const { read, unchanged, problems } = gathered;
    await write(
      process.stdout,
      `${out}: facts of ${counted(Number(total?.["stacks"]), "stack")}: ${read} read, ${unchanged} unchanged\n`,
    );
    for (const { reason } of problems) await write(process.stderr, `agentid: ${plain(reason)}\n`);
    return problems.length > 0 ? exitCodes.couldNotRun : exitCodes.passed;
  } catch (error) {
    progress.clear();
    await reportFailure(failureOf(error), flags.verbose === true);
    return exitCodes.couldNotRun;
  } finally {
    database?.close();
  }
}

/** Shorter keys can be guessed. */
const shortestKey = 32;

/** The key of fingerprints, from its file; undefined where none is named, so that no values are compared. */
export function literalKeyIn({ keyFile }: FactFlags): Uint8Array | undefined {
  if (keyFile === undefined) return undefined;
  let key: Uint8Array;
  try {
    key = readFileSync(keyFile);
  } catch (error) {
    throw new CouldNotRun(`cannot read the key \`${keyFile}\`: ${reasonOf(error)}`);
  }
  if (key.length >= shortestKey) return key;
  throw new CouldNotRun(
    `the key \`${keyFile}\` has ${key.length} bytes; make one of at least ${shortestKey}, such as by \`openssl rand -out ${keyFile} 32\``,
  );
}

/** What the database may use. */
export function limitsOf({ memory, disk }: FactFlags): DatabaseLimits {
  return {
    memory: sizeOf(memory) ?? defaultLimits.memory,
    disk: sizeOf(disk) ?? defaultLimits.disk,
  };
}

function sizeOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+(?:\.\d+)?\s?[KMGT]i?B$/.test(text)) return text;
  throw new CouldNotRun(`\`${text}\` is no size; write one such as 2GiB`);
}
