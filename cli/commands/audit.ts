import { auditStacks } from "../audit";
import { tellFailure } from "../console";
import { deliver } from "../deliver";
import { endingOf, exitCodeOf, exitCodes } from "../exit-code";
import { clearFiles } from "../files";
import { filesOf, parseOutputs, renderOutputs } from "../outputs";
import { Progress } from "../progress";
import { unreadIn } from "../unread";
import { checkOptionsOf } from "./program-options";
import { showingOf, type ShowingFlags } from "./report-options";

/** Options of `agentid audit`, as commander gives them. */
export interface AuditFlags extends ShowingFlags {
  readonly settings?: string;
  readonly baseline?: string;
  readonly waivers?: string;
  readonly today?: string;
}

/** `agentid audit`: judges what several stacks hold together, reports once, and answers the exit code. */
export async function audit(files: readonly string[], flags: AuditFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  const [projectFile = ""] = files;
  const showing = showingOf(flags, projectFile);
  const { settings, baseline, waivers } = flags;
  clearFiles(filesOf(outputs), [...files, settings, baseline, waivers]);
  const progress = new Progress(process.stderr, Date.now);
  progress.show(`${files.length} stacks`);
  const outcome = await auditStacks(files, {
    ...checkOptionsOf(flags, () => {}),
    ...(baseline !== undefined && { baseline }),
  });
  progress.clear();
  const verbose = flags.verbose === true;
  if (outcome.kind === "could not run") {
    await tellFailure(outcome, verbose);
    return exitCodes.couldNotRun;
  }
  const rendered = await renderOutputs(
    outputs,
    showing.shown([outcome.report]),
    showing.options,
    showing.root,
  );
  await deliver(rendered.files, rendered.standard);
  const failure = unreadIn(outcome.report);
  if (failure !== undefined) await tellFailure(failure, verbose);
  return exitCodeOf([endingOf(outcome.report)]);
}
