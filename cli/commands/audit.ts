import { rules } from "../../policy-pack/rules";
import { auditStacks } from "../audit";
import { showsColours, tellFailure, write } from "../console";
import { exitCodeOf, exitCodes } from "../exit-code";
import { clearOutputs, parseOutputs, writeOutputs } from "../outputs";
import { docOf } from "../package-facts";
import { Progress } from "../progress";
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
  clearOutputs(outputs);
  const progress = new Progress(process.stderr, Date.now);
  progress.show(`${files.length} stacks`);
  const { baseline } = flags;
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
  await write(process.stdout, writeOutputs(outputs, [outcome.report], options));
  return exitCodeOf([{ kind: "judged", verdict: outcome.report.verdict }]);
}
