import type { Report } from "../../policy-pack/views/report";
import { checkOptionsOf } from "../program-options";
import { CouldNotRun } from "../failure";
import { beforeBy, fileOfAgainst } from "./before";
import { comparedWith } from "./compare";

/** Saved reports, each compared with its program's report in a file. */
export async function comparedReports(
  reports: readonly Report[],
  against: string,
  verbose?: true,
): Promise<readonly Report[]> {
  if (fileOfAgainst(against) === undefined) {
    throw new CouldNotRun(
      "a report runs no program, so `--against` takes a file here; `agentid check` takes `git:REV`",
    );
  }
  const options = checkOptionsOf({ ...(verbose && { verbose }) }, () => {});
  const before = await beforeBy(against, options)(against, options);
  return reports.map((one) => comparedWith(one, before(one), false));
}
