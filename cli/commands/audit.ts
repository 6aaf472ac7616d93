import { rules } from "../../policy-pack/rules";
import { auditStacks } from "../audit";
import { showsColours, tellFailure } from "../console";
import { deliver } from "../deliver";
import { endingOf, exitCodeOf, exitCodes } from "../exit-code";
import { clearFiles } from "../files";
import { filesOf, parseOutputs, renderOutputs } from "../outputs";
import { docOf } from "../package-facts";
import { Progress } from "../progress";
import { unreadIn } from "../unread";
import { checkOptionsOf } from "./program-options";

/** Options of `agentid audit`, as commander gives them. */
export interface AuditFlags {
  readonly report?: readonly string[];
  readonly settings?: string;
  readonly baseline?: string;
  readonly waivers?: string;
  readonly today?: string;
  readonly verbose?: true;
}

/** `agentid audit`: judges what several stacks hold together, reports once, and answers the exit code. */
export async function audit(files: readonly string[], flags: AuditFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
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
  const [projectFile = ""] = files;
  const options = { rules, docOf, projectFile, verbose, colour: showsColours() };
  const rendered = renderOutputs(outputs, [outcome.report], options);
  await deliver(rendered.files, rendered.standard);
  const failure = unreadIn(outcome.report);
  if (failure !== undefined) await tellFailure(failure, verbose);
  return exitCodeOf([endingOf(outcome.report)]);
}
