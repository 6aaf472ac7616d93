import { rules } from "../../policy-pack/rules/index";
import { reportFailure } from "../console";
import { deliver } from "../deliver";
import { endingOf, exitCodeOf, exitCodes } from "../exit-code";
import { failureOf } from "../failure";
import { clearFiles } from "../files";
import { reportOfFleet } from "../fleet/audit-fleet";
import { Database } from "../fleet/duckdb";
import { isFactFolder, writeFactFolder } from "../fleet/fact-folder";
import { gather } from "../fleet/gather";
import { inputsAt } from "../fleet/inputs";
import { settingsBeside } from "../input";
import { loadSettings } from "../load-settings";
import { filesOf, loadOutputs, parseOutputs, renderOutputs } from "../outputs";
import { Progress } from "../progress";
import { unreadIn } from "../unread";
import { limitsOf, literalKeyIn, type FactFlags } from "./facts";
import { checkOptionsOf } from "../program-options";
import { showingOf, type ShowingFlags } from "./report-options";

/** Options of `agentid audit`, as commander gives them. */
export interface AuditFlags extends ShowingFlags, FactFlags {
  readonly settings?: string;
  readonly baseline?: string;
  readonly waivers?: string;
  readonly today?: string;
  /** Folder that keeps facts from one run to the next. */
  readonly facts?: string;
}

/** `agentid audit`: judges several stacks together, reports once, and returns the exit code. */
export async function audit(paths: readonly string[], flags: AuditFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  const [projectFile = ""] = paths;
  const showing = showingOf(flags, projectFile);
  const { settings, baseline, waivers, facts } = flags;
  const verbose = flags.verbose === true;
  clearFiles(filesOf(outputs), [...paths, settings, baseline, waivers]);
  const progress = new Progress(process.stderr, Date.now);
  let database: Database | undefined;
  try {
    const options = {
      ...checkOptionsOf(flags, () => {}),
      ...(baseline !== undefined && { baseline }),
    };
    // Settings are those of the folder in which the command runs: no single stack speaks for all.
    const loaded = loadSettings(
      options.settings ?? settingsBeside({ kind: "manifests", path: ".", folder: "." }),
      options,
      rules,
    );
    const inputs = inputsAt(paths);
    database = await Database.open(limitsOf(flags));
    const key = literalKeyIn(flags);
    const gathered = await gather(database, inputs, {
      loaded,
      version: options.version,
      ...(key !== undefined && { key }),
      ...(facts !== undefined && isFactFolder(facts) && { before: facts }),
      onProgress: (done) => progress.show(`${done} of ${inputs.length} stacks`),
    });
    progress.show("rules over all stacks");
    const report = await reportOfFleet(database, loaded, gathered, options.version);
    if (facts !== undefined)
      await writeFactFolder(database, { path: facts, madeBy: gathered.madeBy });
    progress.clear();
    const rendered = renderOutputs(
      await loadOutputs(outputs),
      showing.shown([report]),
      showing.options,
      showing.root,
    );
    await deliver(rendered.files, rendered.standard, rendered.aside);
    const failure = unreadIn(report);
    if (failure !== undefined) await reportFailure(failure, verbose);
    return exitCodeOf([endingOf(report)]);
  } catch (error) {
    progress.clear();
    await reportFailure(failureOf(error), verbose);
    return exitCodes.couldNotRun;
  } finally {
    database?.close();
  }
}
