import { join } from "node:path";
import { writeSnapshot } from "../../engine/snapshot-file";
import { beforeBy, fileOfAgainst } from "../against/before";
import { comparedWith } from "../against/compare";
import type { CheckOptions, Outcome } from "../check";
import { judgePaths } from "../judge-paths";
import { unreadIn } from "../unread";
import { reportFailure, write } from "../console";
import { deliver } from "../deliver";
import { endingOf, exitCodeOf, exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { clearFiles, type TextFile, type WantedFile } from "../files";
import { filesOf, loadOutputs, parseOutputs, renderOutputs } from "../outputs";
import { credentialOf, withCredentialsMarked } from "../masked-snapshot";
import { Progress } from "../progress";
import { plain } from "../report/escape";
import type { ProgramOptions } from "../snapshot-of";
import { allStacks, checkOptionsOf, type ProgramFlags } from "../program-options";
import { showingOf, type ShowingFlags } from "./report-options";
import { recordable, type MissingAnswer } from "../../engine/providers/functions/missing-answers";

/** Options of `agentid check`, as commander gives them. */
export interface CheckFlags extends ProgramFlags, ShowingFlags {
  readonly verbose?: true;
  readonly saveSnapshot?: string;
  readonly baseline?: string;
  readonly against?: string;
  readonly newOnly?: true;
}

/** `agentid check`: judges each program on its own, reports on all, and answers the exit code. */
export async function check(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  const [path = ""] = paths;
  const showing = showingOf(flags, paths.length === 1 ? projectFileAt(path) : "Pulumi.yaml");
  if (flags.saveSnapshot !== undefined && paths.length > 1) {
    throw new CouldNotRun("`--save-snapshot` names one file, so it takes one program at a time");
  }
  if (flags.saveSnapshot !== undefined && flags.stack === allStacks) {
    throw new CouldNotRun("`--save-snapshot` names one file, so it takes one stack at a time");
  }
  if (flags.saveSnapshot !== undefined && flags.engine === "pulumi") {
    throw new CouldNotRun(
      "`--save-snapshot` is not for `--engine pulumi`: the policy pack judges and keeps nothing",
    );
  }
  if (flags.newOnly === true && flags.against === undefined) {
    throw new CouldNotRun("`--new-only` needs what came before: give it by `--against`");
  }
  const snapshot = flags.saveSnapshot;
  const wanted = [...filesOf(outputs), ...(snapshot === undefined ? [] : [snapshotAt(snapshot)])];
  const { state, settings, baseline, waivers, against } = flags;
  clearFiles(wanted, [...paths, state, settings, baseline, waivers, fileOfAgainst(against)]);
  const loaded = await loadOutputs(outputs);
  const missing: (() => Promise<void>)[] = [];
  const outcomes = await judgeAll(paths, flags, (calls, directory) => {
    missing.push(() => reportMissingAnswers(calls, directory));
  });
  const verbose = flags.verbose === true;
  const reports = outcomes.flatMap((one) => (one.kind === "judged" ? [one.report] : []));
  const files: TextFile[] = [];
  for (const outcome of outcomes) {
    const failure = outcome.kind === "could not run" ? outcome : unreadIn(outcome.report);
    if (failure !== undefined) await reportFailure(failure, verbose);
    if (outcome.kind === "could not run") continue;
    if (snapshot !== undefined && outcome.snapshot !== undefined) {
      const marked = await withCredentialsMarked(outcome.snapshot);
      files.push({ ...snapshotAt(snapshot), text: writeSnapshot(marked, credentialOf) });
    }
  }
  if (reports.length > 0) {
    const rendered = renderOutputs(loaded, showing.shown(reports), showing.options, showing.root);
    await deliver([...files, ...rendered.files], rendered.standard, rendered.aside);
  }
  const code = exitCodeOf(
    outcomes.map((one) => (one.kind === "judged" ? endingOf(one.report) : one)),
  );
  // A passed run without the answers needs none.
  if (code !== exitCodes.passed) for (const notice of missing) await notice();
  return code;
}

/** What a finding without a place points at. */
function projectFileAt(path: string): string {
  return /\.(ya?ml|json)$/i.test(path) ? path : join(path, "Pulumi.yaml");
}

function snapshotAt(file: string): WantedFile {
  return { file, what: "the snapshot" };
}

async function judgeAll(
  paths: readonly string[],
  flags: CheckFlags,
  onMissingAnswers: ProgramOptions["onMissingAnswers"],
): Promise<readonly Outcome[]> {
  const progress = new Progress(process.stderr, Date.now);
  const { baseline, against, newOnly } = flags;
  const optionsFor = (what: string): CheckOptions => ({
    ...checkOptionsOf(flags, (resources) => progress.show(`${what}: ${resources} resources`)),
    withFacts: parseOutputs(flags.report ?? []).some(({ format }) => format === "json"),
    ...(baseline !== undefined && { baseline }),
  });
  try {
    const judged = await judgePaths(paths, {
      optionsFor: (path) => {
        progress.show(plain(path));
        return {
          ...optionsFor(plain(path)),
          ...(onMissingAnswers !== undefined && { onMissingAnswers }),
        };
      },
      ...(against !== undefined && { before: beforeBy(against, optionsFor(plain(against))) }),
      compared: (report, before) => comparedWith(report, before, newOnly === true),
    });
    return judged.map(({ outcome }) => outcome);
  } finally {
    progress.clear();
  }
}

/** Writes on standard error what would answer the calls that had no answer, ready for an agentid.yaml. */
async function reportMissingAnswers(
  missing: readonly MissingAnswer[],
  directory: string,
): Promise<void> {
  const functions = recordable(await withoutCredentials(missing), directory);
  const head =
    "to record the missing answers, put this into agentid.yaml; replace or delete each `<…>`:";
  await write(process.stderr, `agentid: ${head}\n${functions}\n`);
}

/** The same calls with arguments marked that look like credentials, so that they are not shown. */
async function withoutCredentials(
  missing: readonly MissingAnswer[],
): Promise<readonly MissingAnswer[]> {
  const { resources } = await withCredentialsMarked({
    project: "",
    stack: "",
    resources: missing.map(({ token, args }, at) => ({
      urn: String(at),
      type: token,
      name: "",
      custom: true,
      inputs: args,
      dependencies: [],
      propertyDependencies: {},
    })),
    notes: [],
  });
  return missing.map((call, at) => ({ ...call, args: resources[at]?.inputs ?? {} }));
}
