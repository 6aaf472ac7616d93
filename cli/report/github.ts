import { isBlocking, openText, waiverText, type Finding } from "../../core/finding";
import type { Report } from "../../core/report";
import {
  leavesUnjudged,
  type SnapshotNote,
  type SourcePosition,
} from "../../core/snapshot/resource";
import { commandData, commandProperty, plain } from "./escape";
import type { Reporter, ReportOptions } from "./reporter";
import { marksOf, summaryLine, unfinishedNote } from "./words";

/** Annotations of a pull request: workflow commands for the runner, which takes them from the output of a step. */
export const githubReporter: Reporter = (reports, options) =>
  reports
    .flatMap((report) => [
      ...report.judgement.findings.map((finding) => annotation(finding, options)),
      ...report.judgement.notRead.map(
        ({ type, count }) =>
          `::notice title=not read::${commandData(`${type} carries identity and is not read (${count})`)}`,
      ),
      ...report.judgement.notes.filter(leavesUnjudged).map(unjudged),
      ...(report.unfinished === true
        ? [`::warning title=not judged to the end::${commandData(unfinishedNote)}`]
        : []),
      lastLine(report),
    ])
    .map((line) => `${line}\n`)
    .join("");

/** A file that was not judged blocks, so that it is seen where it stands. */
function unjudged({ message, source }: SnapshotNote): string {
  const properties = [...placeOf(source), "title=not judged"].join(",");
  return `::error ${properties}::${commandData(message)}`;
}

function placeOf(source: SourcePosition | undefined): readonly string[] {
  if (source === undefined) return [];
  const { file, line, column } = source;
  return [
    `file=${commandProperty(file)}`,
    `line=${line}`,
    ...(column === undefined ? [] : [`col=${column}`]),
  ];
}

function annotation(finding: Finding, options: ReportOptions): string {
  const { source } = finding;
  const marks = marksOf(finding);
  const title = `${finding.rule} (${[finding.grade, ...marks].join(", ")})`;
  const properties = [...placeOf(source), `title=${commandProperty(title)}`];
  const lines = [
    `${finding.about.label}: ${finding.message}`,
    ...(finding.open ?? []).map(openText),
    ...(finding.waiver === undefined ? [] : [waiverText(finding.waiver)]),
    `fix: ${finding.fix}`,
    ...(finding.replacement?.split("\n") ?? []),
    options.docOf(finding.rule),
  ];
  return `::${commandOf(finding)} ${properties.join(",")}::${lines.map(commandData).join("%0A")}`;
}

function commandOf(finding: Finding): "error" | "warning" | "notice" {
  if (!isBlocking(finding))
    return finding.known || finding.waiver !== undefined ? "notice" : "warning";
  return finding.verdict === "violated" ? "error" : "warning";
}

function lastLine(report: Report): string {
  return plain(summaryLine(report));
}
