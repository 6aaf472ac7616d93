import { styleText } from "node:util";
import { waiverText, type ChainLink, type Finding, type RelatedSubject } from "../../core/finding";
import type { Judgement, Report, WorkloadSummary } from "../../core/report";
import { leavesUnjudged, type SnapshotNote } from "../../core/snapshot/resource";
import type { Severity } from "../../core/severity";
import { plain } from "./escape";
import type { Reporter, ReportOptions } from "./reporter";
import {
  chainsOf,
  distinct,
  groupsOf,
  marksOf,
  openIn,
  positionOf,
  relatedIn,
  summaryLine,
  type FindingGroup,
} from "./words";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Most lines shown of one kind under a finding, unless all are asked for. */
const mostLines = 8;

/** A column grows to this many characters; a longer name pushes only its own line. */
const widestColumn = 60;

const styles: Readonly<Record<Severity, Style>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "cyan",
};

/** Findings for a person at a terminal, worst first; a program that holds shows each workload's identity. */
export const textReporter: Reporter = (reports, options) => {
  const paint: Paint = (style, text) => (options.colour === true ? styleText(style, text) : text);
  return reports.map((report) => programText(report, options, paint)).join("\n");
};

function programText(report: Report, options: ReportOptions, paint: Paint): string {
  const { judgement } = report;
  const blocks = [
    ...groupsOf(judgement.findings).map((group) => groupText(group, options, paint)),
    ...(report.verdict === "holds" ? [workloadTable(judgement.workloads, paint)] : []),
    asides(judgement, options),
  ].filter((block) => block !== "");
  const style: Style =
    report.verdict === "holds" ? "green" : report.verdict === "violated" ? "red" : "yellow";
  const last = paint(style, plain(summaryLine(report)));
  return [...blocks, `${last}\n`].join("\n");
}

function groupText(group: FindingGroup, options: ReportOptions, paint: Paint): string {
  const { first, findings } = group;
  const place = first.source === undefined ? "" : `  ${plain(positionOf(first.source))}`;
  const marks = marksOf(first).map((mark) => `  [${mark}]`);
  const head =
    `${paint(styles[first.grade], first.grade)} ${paint("bold", plain(first.rule))}` +
    `${place}  ${plain(first.about.label)}${marks.join("")}`;
  const short = (lines: readonly string[]): readonly string[] => shorten(lines, options);
  const lines = [
    ...short(findings.map((finding) => reasonLine(finding, first))),
    ...short(relatedIn(group).map(relatedLine)),
    ...short(distinct(findings.flatMap((finding) => chainsOf(finding).map(chainLine)))),
    ...short(openIn(group).map(plain)),
    ...short(distinct(findings.flatMap((finding) => finding.waitsFor)).map(waitLine)),
    ...short(distinct(findings.map((finding) => `fix: ${plain(finding.fix)}`))),
    ...short(distinct(findings.flatMap(replacementLines))),
    ...(first.waiver === undefined ? [] : [plain(waiverText(first.waiver))]),
    paint("dim", plain(options.docOf(first.rule))),
  ];
  return [head, ...lines.map((line) => `    ${line}`), ""].join("\n");
}

function reasonLine(finding: Finding, first: Finding): string {
  const elsewhere =
    finding.source !== undefined &&
    (first.source === undefined || positionOf(finding.source) !== positionOf(first.source));
  const at = elsewhere ? `  (${plain(positionOf(finding.source))})` : "";
  return `${plain(finding.message)}${at}`;
}

function relatedLine(subject: RelatedSubject): string {
  const at = subject.source === undefined ? "" : `  ${plain(positionOf(subject.source))}`;
  return `- ${plain(subject.label)}${at}  ${plain(subject.as)}`;
}

function chainLine(chain: readonly ChainLink[]): string {
  const start = chain[0] === undefined ? "" : plain(chain[0].from.label);
  const steps = chain.map((link) => ` → ${plain(link.by)} → ${plain(link.to.label)}`);
  return `chain: ${start}${steps.join("")}`;
}

function waitLine(urn: string): string {
  return `waits for: ${plain(urn)}`;
}

function replacementLines(finding: Finding): readonly string[] {
  return finding.replacement === undefined
    ? []
    : finding.replacement
        .split("\n")
        .map((line, index) => `${index === 0 ? "put: " : "     "}${plain(line)}`);
}

function shorten(lines: readonly string[], options: ReportOptions): readonly string[] {
  if (options.verbose === true || lines.length <= mostLines) return lines;
  return [
    ...lines.slice(0, mostLines),
    `… and ${lines.length - mostLines} more, shown by --verbose`,
  ];
}

/** Each workload on a line with what it authenticates as, how it obtains that, and its tenant, in columns. */
function workloadTable(workloads: readonly WorkloadSummary[], paint: Paint): string {
  if (workloads.length === 0) return "";
  const heading = ["workload", "is", "identity", "federation", "tenant"];
  const rows = workloads.map((workload) =>
    [
      workload.label,
      workload.is === "undeclared" ? workload.what : `${workload.is} (${workload.what})`,
      workload.identities.join(", ") || "none",
      workload.federation.join(", ") || "none",
      workload.tenant ?? "none",
    ].map(plain),
  );
  const widths = heading.map((title, column) =>
    rows
      .map((row) => lengthOf(row[column] ?? ""))
      .filter((length) => length <= widestColumn)
      .reduce((widest, length) => Math.max(widest, length), title.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
      .join("  ")
      .trimEnd();
  return [paint("dim", line(heading)), ...rows.map(line), ""].join("\n");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** What nobody read or could know: said once, after the findings. */
function asides(judgement: Judgement, options: ReportOptions): string {
  const notRead = judgement.notRead.map(
    ({ type, count }) => `not read: ${plain(type)} carries identity (${count})`,
  );
  const noteLine = (note: SnapshotNote): string => {
    const at = note.source === undefined ? "" : `${plain(positionOf(note.source))}: `;
    return `${leavesUnjudged(note) ? "not judged" : "note"}: ${at}${plain(note.message)}`;
  };
  const unjudged = judgement.notes.filter(leavesUnjudged).map(noteLine);
  const notes = judgement.notes.filter((note) => !leavesUnjudged(note)).map(noteLine);
  const lines = [...unjudged, ...shorten(notRead, options), ...shorten(notes, options)];
  return lines.length === 0 ? "" : [...lines, ""].join("\n");
}
