import { existsSync } from "node:fs";
import { joinSnapshots } from "../core/snapshot/join";
import type { Snapshot } from "../core/snapshot/resource";
import { rules } from "../policy-pack/rules";
import { judgedAs, type CheckOptions, type Outcome } from "./check";
import { CouldNotRun, failureOf } from "./failure";
import { classifyInput, settingsBeside } from "./input";
import { loadSettings } from "./load-settings";
import { snapshotOf } from "./snapshot-of";

/**
 * Judges what several stacks hold as if one program had declared all of it. What cannot be read is an outcome, not an
 * exception; a stack that could not be read is never left out.
 *
 * Settings are by default those of the folder in which the command runs: no single stack speaks for all.
 */
export async function auditStacks(
  files: readonly string[],
  options: CheckOptions,
): Promise<Outcome> {
  try {
    const loaded = loadSettings(
      options.settings ?? settingsBeside({ kind: "manifests", path: ".", folder: "." }),
      options,
      rules.map(({ id }) => id),
    );
    const snapshots: Snapshot[] = [];
    for (const file of files) snapshots.push(await savedAt(file, options));
    const joined = joinSnapshots(snapshots);
    if (joined.kind === "given-twice") {
      throw new CouldNotRun(
        `two of the files are of stack \`${joined.stack}\`; give one export of each stack`,
      );
    }
    return await judgedAs(joined.snapshot, loaded, options.version, ".");
  } catch (error) {
    return { kind: "could not run", ...failureOf(error) };
  }
}

const wanted = "give what `pulumi stack export` printed, or a saved snapshot";

function savedAt(file: string, options: CheckOptions): Promise<Snapshot> {
  if (!existsSync(file)) {
    throw new CouldNotRun(`cannot read \`${file}\`: it does not exist; ${wanted}`);
  }
  const input = classifyInput(file);
  if (input.kind === "saved") return snapshotOf(input, options, []);
  throw new CouldNotRun(`\`${file}\` is no JSON file; ${wanted}`);
}
