import { fileOfAgainst } from "../against/before";
import { comparedReports } from "../against/compared-reports";
import { deliver } from "../deliver";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { clearFiles, readText } from "../files";
import { filesOf, loadOutputs, parseOutputs, renderOutputs } from "../outputs";
import { parseReports } from "../report-file";
import { withSourcesFrom } from "../source-paths";
import { showingOf, type ShowingFlags } from "./report-options";

/** Options of `agentid report`, as commander gives them. */
export interface ReportFlags extends ShowingFlags {
  readonly against?: string;
}

/** `agentid report`: shows what the policy pack or `agentid check --report json` wrote. */
export async function report(file: string, flags: ReportFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  const { against } = flags;
  const showing = showingOf(flags, "Pulumi.yaml");
  clearFiles(filesOf(outputs), [file, fileOfAgainst(against)]);
  const parsed = parseReports(readText(file, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${file}\` ${parsed.problem}`);
  const here = process.cwd();
  const moved = parsed.reports.map((one) => withSourcesFrom(one, showing.root, here));
  const reports =
    against === undefined ? moved : await comparedReports(moved, against, flags.verbose);
  const rendered = renderOutputs(
    await loadOutputs(outputs),
    showing.shown(reports),
    showing.options,
    showing.root,
  );
  await deliver(rendered.files, rendered.standard, rendered.aside);
  return exitCodes.passed;
}
