import { join, resolve } from "node:path";
import { rules } from "../../policy-pack/rules";
import { showsColours } from "../console";
import { deliver } from "../deliver";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { clearFiles, readText } from "../files";
import { filesOf, parseOutputs, renderOutputs } from "../outputs";
import { docOf } from "../package-facts";
import { parseReports } from "../report-file";
import { withSourcesFrom } from "../source-paths";

/** Options of `agentid report`, as commander gives them. */
export interface ReportFlags {
  readonly report?: readonly string[];
  readonly root?: string;
  readonly verbose?: true;
}

/** `agentid report`: shows what the policy pack or `agentid check --report json` wrote. */
export async function report(file: string, flags: ReportFlags): Promise<number> {
  const outputs = parseOutputs(flags.report ?? []);
  clearFiles(filesOf(outputs), [file]);
  const parsed = parseReports(readText(file, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${file}\` ${parsed.problem}`);
  const { root } = flags;
  const reports =
    root === undefined
      ? parsed.reports
      : parsed.reports.map((one) => withSourcesFrom(one, resolve(root), process.cwd()));
  const options = {
    rules,
    docOf,
    projectFile: join(root ?? "", "Pulumi.yaml"),
    verbose: flags.verbose === true,
    colour: showsColours(),
  };
  const rendered = renderOutputs(outputs, reports, options);
  await deliver(rendered.files, rendered.standard);
  return exitCodes.holds;
}
