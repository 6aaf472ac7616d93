import { join, resolve } from "node:path";
import { deliver } from "../deliver";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { clearFiles, readText } from "../files";
import { filesOf, parseOutputs, renderOutputs } from "../outputs";
import { parseReports } from "../report-file";
import { withSourcesFrom } from "../source-paths";
import { showingOf, type ShowingFlags } from "./report-options";

/** Options of `agentid report`, as commander gives them. */
export interface ReportFlags extends ShowingFlags {
  readonly root?: string;
}

/** `agentid report`: shows what the policy pack or `agentid check --report json` wrote. */
export async function report(file: string, flags: ReportFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  const { root } = flags;
  const showing = showingOf(flags, join(root ?? "", "Pulumi.yaml"));
  clearFiles(filesOf(outputs), [file]);
  const parsed = parseReports(readText(file, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${file}\` ${parsed.problem}`);
  const reports =
    root === undefined
      ? parsed.reports
      : parsed.reports.map((one) => withSourcesFrom(one, resolve(root), process.cwd()));
  const rendered = renderOutputs(outputs, showing.shown(reports), showing.options);
  await deliver(rendered.files, rendered.standard);
  return exitCodes.holds;
}
