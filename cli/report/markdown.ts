import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import {
  isBlocking,
  waiverText,
  type ChainLink,
  type RelatedSubject,
} from "../../policy-pack/findings/finding";
import type { Report } from "../../policy-pack/views/report";
import { leavesUnjudged, type SnapshotNote } from "../../core/snapshot/resource";
import { authorityMarkdown } from "./delta-text";
import { cell, code, html, prose, proseCell } from "./escape";
import { fleetChangesMarkdown } from "./fleet-changes";
import { notReadText } from "./not-read";
import type { Reporter, ReportOptions } from "./reporter";
import { settingsOf, silencedLine } from "./silenced";
import {
  blockingIn,
  detailsOfOne,
  headlineOf,
  marksOf,
  positionOf,
  restLine,
  unfinishedNote,
  verdictLine,
} from "./words";

/** Maximum things in full; a comment on GitHub has room for 65,536 characters. */
const mostFaults = 25;
/** Most lines shown of one kind about one thing. */
const mostLines = 5;

/** A summary for a reviewer: what blocks and where first, everything else folded. */
export const markdownReporter: Reporter = (reports, options) =>
  reports.map((report) => programMarkdown(report, options)).join("\n");

function programMarkdown(report: Report, options: ReportOptions): string {
  const faults = faultsOf(report.judgement.findings);
  const blocking = blockingIn(faults);
  const others = faults.filter(({ first }) => !isBlocking(first));
  return [
    `### agentid: ${prose(verdictLine(report, faults))}`,
    "",
    `${prose(capital(restLine(report, faults)))}.`,
    "",
    ...(report.unfinished === true ? [`**${capital(unfinishedNote)}.**`, ""] : []),
    ...notRead(report),
    ...settings(report, "fresh"),
    ...unjudged(report),
    ...settings(report, "others"),
    ...fleetChangesMarkdown(report, options),
    ...overview(blocking),
    ...limited(blocking, options).map((fault) => details(fault, options)),
    ...authorityMarkdown(report, options),
    ...folded("Does not block", others, options),
    ...workloadTable(report),
    ...asides(report),
  ].join("\n");
}

function notRead({ judgement }: Report): readonly string[] {
  const unread = notReadText(judgement);
  return unread === undefined ? [] : [`Not read: ${prose(unread)}.`, ""];
}

function overview(faults: readonly Fault[]): readonly string[] {
  if (faults.length === 0) return [];
  return [
    "| | what is wrong | where |",
    "|---|---|---|",
    ...faults.slice(0, mostFaults).map((fault) => {
      const { first } = fault;
      const weight = [first.severity, ...marksOf(first)].join(", ");
      const source = sourceOf(fault);
      const where = source === undefined ? "" : cell(positionOf(source));
      return `| ${weight} | ${proseCell(headlineOf(fault))} | ${where} |`;
    }),
    ...(faults.length > mostFaults ? [`\n… and ${faults.length - mostFaults} more.`] : []),
    "",
  ];
}

function limited(faults: readonly Fault[], options: ReportOptions): readonly Fault[] {
  return options.verbose === true ? faults : faults.slice(0, mostFaults);
}

function details(fault: Fault, options: ReportOptions): string {
  const { first, findings, chains, related, fixes, replacements } = fault;
  const marks = marksOf(first).map((mark) => `, ${mark}`);
  const summary =
    `<b>${first.severity}${marks.join("")}</b> <code>${html(first.rule)}</code> ` +
    `<code>${html(first.about.label)}</code>`;
  const source = sourceOf(fault);
  const bullets = [
    ...(first.waiver === undefined ? [] : [prose(waiverText(first.waiver))]),
    `${prose(headlineOf(fault))}${source === undefined ? "" : ` at ${code(positionOf(source))}`}`,
    ...detailsOfOne(fault).map(prose),
    ...chains.map(chainLine),
    ...related.map(relatedLine),
    ...[...new Set(findings.flatMap(({ dependsOn }) => dependsOn))].map(
      (urn) => `known after ${code(urn)} is created`,
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
    ...fixes.map((fix) => `**Fix:** ${prose(fix)}`),
    ...replacements.map((text) => `\n<pre>${text.split("\n").map(html).join("\n")}</pre>`),
    "",
    moreLine(fault, options),
    "",
    "</details>",
    "",
  ].join("\n");
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

function moreLine({ first }: Fault, { urlOf }: ReportOptions): string {
  const url = urlOf?.(first.rule);
  const standards = first.standards.map(code).join(", ");
  const page = url === undefined ? "" : `[page of the rule](${url})`;
  return [`More: ${code(`npx --no-install agentid explain ${first.rule}`)}`, page, standards]
    .filter((part) => part !== "")
    .join(" · ");
}

function folded(
  title: string,
  faults: readonly Fault[],
  options: ReportOptions,
): readonly string[] {
  if (faults.length === 0) return [];
  const shown = limited(faults, options);
  const rest = faults.length - shown.length;
  return [
    `<details><summary>${title} (${faults.length})</summary>`,
    "",
    ...shown.map((fault) => details(fault, options)),
    ...(rest > 0 ? [`… and ${rest} more.`, ""] : []),
    "</details>",
    "",
  ];
}

function workloadTable(report: Report): readonly string[] {
  const { workloads } = report.judgement;
  if (workloads.length === 0) return [];
  const shown = workloads.slice(0, mostFaults * 2);
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

/** Settings that silence, unfolded: those that are new come first of all. */
function settings(report: Report, which: "fresh" | "others"): readonly string[] {
  const lines = settingsOf(report)[which].map((one) => `- ${prose(silencedLine(one))}`);
  if (lines.length === 0) return [];
  return [`**${which === "fresh" ? "Changed settings" : "Settings"}:**`, "", ...lines, ""];
}

/** What was not judged is shown unfolded, since nothing is proven without it. */
function unjudged(report: Report): readonly string[] {
  const lines = report.judgement.notes.filter(leavesUnjudged).map(noteLine);
  if (lines.length === 0) return [];
  const rest = lines.length - mostFaults;
  return [
    "**Not judged:**",
    "",
    ...lines.slice(0, mostFaults),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    "",
  ];
}

function noteLine({ message, source }: SnapshotNote): string {
  return `- ${source === undefined ? "" : `${code(positionOf(source))}: `}${prose(message)}`;
}

function asides(report: Report): readonly string[] {
  const { notes } = report.judgement;
  const lines = notes.filter((note) => !leavesUnjudged(note)).map(noteLine);
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostFaults);
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
