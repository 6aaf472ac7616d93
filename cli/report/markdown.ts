import {
  isBlocking,
  waiverText,
  type ChainLink,
  type Finding,
  type RelatedSubject,
} from "../../core/finding";
import type { Report } from "../../core/report";
import { leavesUnjudged, type SnapshotNote } from "../../core/snapshot/resource";
import { cell, code, html, prose } from "./escape";
import type { Reporter, ReportOptions } from "./reporter";
import {
  chainsOf,
  countsOf,
  counted,
  distinct,
  groupsOf,
  marksOf,
  openIn,
  positionOf,
  programOf,
  relatedIn,
  unfinishedNote,
  unjudgedIn,
  verdictPhrase,
  type FindingGroup,
} from "./words";

/** Most things told in full; a comment on GitHub has room for 65,536 characters. */
const mostGroups = 25;
/** Most lines shown of one kind about one thing. */
const mostLines = 5;

/** A summary for a reviewer: what blocks and where first, everything else folded. */
export const markdownReporter: Reporter = (reports, options) =>
  reports.map((report) => programMarkdown(report, options)).join("\n");

function programMarkdown(report: Report, options: ReportOptions): string {
  const { findings } = report.judgement;
  const groups = groupsOf(findings);
  const blocking = groups.filter(({ first }) => isBlocking(first));
  const others = groups.filter(({ first }) => !isBlocking(first));
  const { resources, rules } = report.judgement;
  return [
    `### agentid: ${code(programOf(report))} ${verdictPhrase(report.verdict)}`,
    "",
    `${capital([countsOf(findings), ...unjudgedIn(report.judgement)].join("; "))}. ${counted(resources, "resource")} judged by ${counted(rules, "rule")}.`,
    "",
    ...(report.unfinished === true ? [`**${capital(unfinishedNote)}.**`, ""] : []),
    ...unjudged(report),
    ...overview(blocking),
    ...limited(blocking, options).map((group) => details(group, options)),
    ...folded("Does not block", others, options),
    ...workloadTable(report),
    ...asides(report),
  ].join("\n");
}

function overview(groups: readonly FindingGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  return [
    "| | rule | about | where |",
    "|---|---|---|---|",
    ...groups.slice(0, mostGroups).map(({ first }) => {
      const weight = [first.grade, ...marksOf(first)].join(", ");
      const where = first.source === undefined ? "" : cell(positionOf(first.source));
      return `| ${weight} | ${cell(first.rule)} | ${cell(first.about.label)} | ${where} |`;
    }),
    ...(groups.length > mostGroups ? [`\n… and ${groups.length - mostGroups} more.`] : []),
    "",
  ];
}

function limited(groups: readonly FindingGroup[], options: ReportOptions): readonly FindingGroup[] {
  return options.verbose === true ? groups : groups.slice(0, mostGroups);
}

function details(group: FindingGroup, options: ReportOptions): string {
  const { first, findings } = group;
  const marks = marksOf(first).map((mark) => `, ${mark}`);
  const summary =
    `<b>${first.grade}${marks.join("")}</b> <code>${html(first.rule)}</code> ` +
    `<code>${html(first.about.label)}</code>`;
  const bullets = [
    ...(first.waiver === undefined ? [] : [prose(waiverText(first.waiver))]),
    ...findings.map((finding) => `${prose(finding.message)}${placeOf(finding)}`),
    ...relatedIn(group).map(relatedLine),
    ...distinct(findings.flatMap((finding) => chainsOf(finding).map(chainLine))),
    ...openIn(group).map(prose),
    ...distinct(findings.flatMap((finding) => finding.waitsFor)).map(
      (urn) => `waits for ${code(urn)}`,
    ),
  ];
  const shown = options.verbose === true ? bullets : bullets.slice(0, mostLines);
  const rest = bullets.length - shown.length;
  return [
    `<details><summary>${summary}</summary>`,
    "",
    ...shown.map((line) => `- ${line}`),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    "",
    ...distinct(findings.map((finding) => `**Fix:** ${prose(finding.fix)}`)),
    ...distinct(findings.flatMap((finding) => finding.replacement ?? [])).map(
      (text) => `\n<pre>${text.split("\n").map(html).join("\n")}</pre>`,
    ),
    "",
    docLine(first, options),
    "",
    "</details>",
    "",
  ].join("\n");
}

function placeOf(finding: Finding): string {
  return finding.source === undefined ? "" : ` at ${code(positionOf(finding.source))}`;
}

function relatedLine(subject: RelatedSubject): string {
  const at = subject.source === undefined ? "" : ` at ${code(positionOf(subject.source))}`;
  return `${code(subject.label)}${at}: ${prose(subject.as)}`;
}

function chainLine(chain: readonly ChainLink[]): string {
  const start = chain[0] === undefined ? "" : code(chain[0].from.label);
  const steps = chain.map((link) => ` → ${prose(link.by)} → ${code(link.to.label)}`);
  return `${start}${steps.join("")}`;
}

function docLine(finding: Finding, options: ReportOptions): string {
  const place = options.docOf(finding.rule);
  const standards = finding.standards.map(code).join(", ");
  const page = /^https:\/\/[\w./-]+$/.test(place) ? `[About this rule](${place})` : code(place);
  return [page, standards].filter((part) => part !== "").join(" · ");
}

function folded(
  title: string,
  groups: readonly FindingGroup[],
  options: ReportOptions,
): readonly string[] {
  if (groups.length === 0) return [];
  const shown = limited(groups, options);
  const rest = groups.length - shown.length;
  return [
    `<details><summary>${title} (${groups.length})</summary>`,
    "",
    ...shown.map((group) => details(group, options)),
    ...(rest > 0 ? [`… and ${rest} more.`, ""] : []),
    "</details>",
    "",
  ];
}

function workloadTable(report: Report): readonly string[] {
  const { workloads } = report.judgement;
  if (workloads.length === 0) return [];
  const shown = workloads.slice(0, mostGroups * 2);
  const rest = workloads.length - shown.length;
  return [
    `<details><summary>Workloads (${workloads.length})</summary>`,
    "",
    "| workload | is | identity | federation | tenant |",
    "|---|---|---|---|---|",
    ...shown.map((workload) => {
      const is = workload.is === "undeclared" ? workload.what : `${workload.is} (${workload.what})`;
      const several = (values: readonly string[]): string => values.map(cell).join(", ") || "none";
      return (
        `| ${cell(workload.label)} | ${cell(is)} | ${several(workload.identities)} | ` +
        `${several(workload.federation)} | ${workload.tenant === undefined ? "none" : cell(workload.tenant)} |`
      );
    }),
    ...(rest > 0 ? ["", `… and ${rest} more.`] : []),
    "",
    "</details>",
    "",
  ];
}

/** What was not judged stands open, since nothing is proven without it. */
function unjudged(report: Report): readonly string[] {
  const lines = report.judgement.notes.filter(leavesUnjudged).map(noteLine);
  if (lines.length === 0) return [];
  const rest = lines.length - mostGroups;
  return [
    "**Not judged:**",
    "",
    ...lines.slice(0, mostGroups),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    "",
  ];
}

function noteLine({ message, source }: SnapshotNote): string {
  return `- ${source === undefined ? "" : `${code(positionOf(source))}: `}${prose(message)}`;
}

function asides(report: Report): readonly string[] {
  const { notRead, notes } = report.judgement;
  const lines = [
    ...notRead.map(
      ({ type, count }) => `- not read, though it carries identity: ${code(type)} (${count})`,
    ),
    ...notes.filter((note) => !leavesUnjudged(note)).map(noteLine),
  ];
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostGroups);
  const rest = lines.length - shown.length;
  return [
    `<details><summary>Not looked into (${lines.length})</summary>`,
    "",
    ...shown,
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    "",
    "</details>",
    "",
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
