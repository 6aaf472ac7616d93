import { join, resolve } from "node:path";
import { rules } from "../../policy-pack/rules";
import { showsColours, write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { parseOutputs, writeOutputs } from "../outputs";
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
  await write(process.stdout, writeOutputs(outputs, reports, options));
  return exitCodes.holds;
}
