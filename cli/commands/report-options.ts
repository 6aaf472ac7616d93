import { resolve } from "node:path";
import type { Report } from "../../policy-pack/views/report";
import { isBlocking } from "../../policy-pack/findings/finding";
import { compareSeverity, severities, type Severity } from "../../core/severity";
import { visible } from "../../core/visible";
import { repositoryOf } from "../../policy-pack/files/repository";
import { packageFacts } from "../../policy-pack/files/package-facts";
import { rulePageUrls } from "../../policy-pack/files/rule-page-url";
import { rules } from "../../policy-pack/rules/index";
import { showsColours } from "../console";
import { CouldNotRun } from "../failure";
import type { ReportOptions } from "../report/reporter";
import { lineOf, sourceTextsIn } from "../source-lines";

/** Options of the command line for how a report is shown, as commander has them. */
export interface ShowingFlags {
  readonly report?: readonly string[];
  readonly verbose?: true;
  readonly quiet?: true;
  readonly minSeverity?: string;
  readonly color?: boolean;
  readonly root?: string;
}

/** How reports are shown, by the options of a command. */
export interface Showing {
  readonly options: ReportOptions;
  /** The reports without the findings that are not wanted; what blocks is always wanted. */
  readonly shown: (reports: readonly Report[]) => readonly Report[];
  /** The folder that paths in reports go by, other than in text: the repository that the command runs in, or else its folder. */
  readonly root: string;
}

/**
 * Reads the options for how a report is shown.
 *
 * @param projectFile the file that a finding without a position points at
 */
export function showingOf(flags: ShowingFlags, projectFile: string): Showing {
  const { verbose, quiet, minSeverity, color, root = repositoryOf(process.cwd()) } = flags;
  if (verbose === true && quiet === true) {
    throw new CouldNotRun("`--verbose` and `--quiet` exclude each other");
  }
  const least = minSeverity === undefined ? undefined : severityOf(minSeverity);
  const { isTTY, columns } = process.stdout;
  return {
    options: {
      rules,
      // Read now: once a program has run, it may have changed the files of this package.
      urlOf: rulePageUrls(packageFacts()),
      projectFile,
      verbose: verbose === true,
      quiet: quiet === true,
      colour: showsColours(color),
      lineOf: lineOf(sourceTextsIn(process.cwd())),
      ...(isTTY && { width: columns }),
    },
    root: resolve(root),
    shown: (reports) =>
      least === undefined ? reports : reports.map((report) => fromSeverity(report, least)),
  };
}

function severityOf(word: string): Severity {
  const severity = severities.find((known) => known === word);
  if (severity !== undefined) return severity;
  throw new CouldNotRun(
    `\`--min-severity ${visible(word)}\` is no severity; choose \`${severities.join("`, `")}\``,
  );
}

function fromSeverity(report: Report, least: Severity): Report {
  const { judgement } = report;
  const findings = judgement.findings.filter(
    (finding) => isBlocking(finding) || compareSeverity(finding.severity, least) <= 0,
  );
  return { ...report, judgement: { ...judgement, findings } };
}
