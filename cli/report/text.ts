import { styleText } from "node:util";
import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking, waiverText, type ChainLink } from "../../policy-pack/findings/finding";
import { sentenceOf } from "../../policy-pack/findings/finding-text";
import type { Judgement, Report, WorkloadSummary } from "../../policy-pack/views/report";
import { leavesUnjudged, type SnapshotNote } from "../../core/snapshot/resource";
import type { Severity } from "../../core/severity";
import { codeFrameOf } from "./code-frame";
import { authorityText } from "./delta-text";
import { plain } from "./escape";
import { fleetChangesText } from "./fleet-changes";
import type { Reporter, ReportOptions } from "./reporter";
import { notReadText } from "./not-read";
import { newSetting, settingsOf, silencedLine } from "./silenced";
import {
  affectedIn,
  blockingIn,
  counted,
  detailsOfOne,
  reachLine,
  listed,
  marksOf,
  positionOf,
  restLine,
  verdictLine,
} from "./words";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Maximum lines of one kind under a finding, unless all are requested. */
const mostLines = 3;

/** Of more findings of one rule its fix is shown once. */
const mostOfRule = 3;

/** A column grows to this many characters; a longer name pushes only its own line. */
const widestColumn = 60;

const indent = "    ";

const styles: Readonly<Record<Severity, Style>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "cyan",
};

/** Findings for a person at a terminal: the verdict, what blocks, worst first, the rest in a line for each rule, the verdict. */
export const textReporter: Reporter = (reports, options) => {
  const paint: Paint = (style, text) => (options.colour === true ? styleText(style, text) : text);
  return reports.map((report) => programText(report, options, paint)).join("\n");
};

/** One finding with all its evidence, for a person at a terminal. */
export function faultText(fault: Fault, options: ReportOptions): string {
  const paint: Paint = (style, text) => (options.colour === true ? styleText(style, text) : text);
  const lines = faultLines([fault], { ...options, verbose: true }, paint);
  return lines.flatMap((line) => wrap(line, options.width).map((each) => `${each}\n`)).join("");
}

function programText(report: Report, options: ReportOptions, paint: Paint): string {
  const { judgement } = report;
  const faults = faultsOf(judgement.findings);
  const style: Style =
    report.verdict === "passed" ? "green" : report.verdict === "violated" ? "red" : "yellow";
  const verdict = plain(verdictLine(report, faults));
  const blocking = blockingIn(faults);
  const others = faults.filter(({ first }) => !isBlocking(first));
  const wrapped = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => wrap(line, options.width));
  const isShort = options.quiet === true;
  const { fresh, others: older } = settingsOf(report);
  const blocks = [
    // What nothing came of needs its verdict but once.
    blocking.length + asideCount(judgement) === 0 ? [] : wrapped([paint(style, verdict)]),
    wrapped(fresh.map((one) => paint("yellow", `${newSetting}: ${plain(silencedLine(one))}`))),
    wrapped(ofRules(blocking).flatMap((some) => faultLines(some, options, paint))),
    options.verbose === true
      ? wrapped(ofRules(others).flatMap((some) => faultLines(some, options, paint)))
      : isShort
        ? []
        : wrapped(foldedLines(others, paint)),
    report.verdict === "passed" && !isShort ? workloadTable(judgement.workloads, paint) : [],
    isShort ? [] : wrapped(older.map((one) => `setting: ${plain(silencedLine(one))}`)),
    wrapped(asides(judgement, options)),
    isShort ? [] : authorityText(report, options).slice(0, -1),
    isShort ? [] : wrapped(fleetChangesText(report, options)),
    blocking.length === 0
      ? []
      : [paint("dim", "more about a rule: npx --no-install agentid explain RULE")],
    wrapped([`${paint(style, verdict)}; ${plain(restLine(report, faults))}`]),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

/** Faults with those of one rule together where they are many. */
function ofRules(faults: readonly Fault[]): readonly (readonly Fault[])[] {
  const byRule = new Map<string, Fault[]>();
  for (const fault of faults) {
    const key = `${fault.first.rule} ${fault.first.severity} ${marksOf(fault.first).join()}`;
    byRule.set(key, [...(byRule.get(key) ?? []), fault]);
  }
  return [...byRule.values()].flatMap((some) =>
    some.length > mostOfRule ? [some] : some.map((fault) => [fault]),
  );
}

function faultLines(
  faults: readonly Fault[],
  options: ReportOptions,
  paint: Paint,
): readonly string[] {
  const [fault] = faults;
  if (fault === undefined) return [];
  const { first } = fault;
  const rule = paint("dim", `[${[plain(first.rule), ...marksOf(first)].join(", ")}]`);
  const severity = paint(styles[first.severity], first.severity);
  if (faults.length === 1) {
    const head = `${severity}  ${paint("bold", plain(sentenceOf(first)))}  ${rule}`;
    return [head, ...bodyLines(fault, options, paint), ...fixLines([fault], options)];
  }
  return [
    `${severity}  ${paint("bold", counted(faults.length, "finding"))} of one rule  ${rule}`,
    ...faults.flatMap((each) => [
      `${indent}${paint("bold", plain(sentenceOf(each.first)))}`,
      ...bodyLines(each, options, paint).map((line) => `${indent}${line}`),
    ]),
    ...fixLines(faults, options),
  ];
}

function bodyLines(fault: Fault, options: ReportOptions, paint: Paint): readonly string[] {
  const affected = affectedIn(fault).map(plain);
  const names = listed(
    affected,
    fault.unnamed,
    options.verbose === true ? affected.length : undefined,
  );
  const { waiver } = fault.first;
  const reached = reachLine(fault);
  return [
    ...(affected.length === 0 ? [] : [`affects: ${names}`]),
    ...(reached === undefined ? [] : [plain(reached)]),
    ...shorten(fault.chains.map(pathLine), options),
    ...placeLines(fault, options, paint),
    ...detailsOfOne(fault).map(plain),
    ...(options.verbose === true ? detailLines(fault) : []),
    ...(waiver === undefined ? [] : [plain(waiverText(waiver))]),
  ].map((line) => `${indent}${line}`);
}

/** Where to change something, with the line itself and a caret. */
function placeLines(fault: Fault, options: ReportOptions, paint: Paint): readonly string[] {
  const source = sourceOf(fault);
  const { at, origin } = fault.first;
  const part = origin?.source === undefined ? at.property : origin.label;
  const property = part === "" ? "" : `  ${plain(part)}`;
  if (source === undefined) return property === "" ? [] : [`at: ${property.trim()}`];
  const place = plain(positionOf(source));
  const frame = codeFrameOf(fault, options.lineOf);
  if (frame === undefined) return [`at: ${place}${property}`];
  return [
    `${place} ${paint("dim", "|")} ${frame.code}`,
    `${" ".repeat(place.length)} ${paint("dim", "|")} ${paint("red", frame.caret)}`,
  ];
}

/** What only `--verbose` shows. */
function detailLines(fault: Fault): readonly string[] {
  const { findings, related } = fault;
  return [
    ...related.map(({ label, as, source }) => {
      const at = source === undefined ? "" : ` (${plain(positionOf(source))})`;
      return `related: ${plain(label)}, ${plain(as)}${at}`;
    }),
    ...(sourceOf(fault)?.through ?? []).map((inner) => `through: ${plain(positionOf(inner))}`),
    ...[...new Set(findings.flatMap(({ dependsOn }) => dependsOn))].map(
      (urn) => `known after: ${plain(urn)}`,
    ),
    ...findings.map(({ fingerprint }) => `fingerprint: ${plain(fingerprint)}`),
  ];
}

function fixLines(faults: readonly Fault[], options: ReportOptions): readonly string[] {
  const fixes = [...new Set(faults.flatMap((fault) => fault.fixes))];
  const replacements = [...new Set(faults.flatMap((fault) => fault.replacements))];
  return [
    ...shorten(
      fixes.map((fix) => `fix: ${plain(fix)}`),
      options,
    ),
    ...shorten(
      replacements.flatMap((text) =>
        text
          .split("\n")
          .map((line, index) => `${index === 0 ? "write: " : "       "}${plain(line)}`),
      ),
      options,
    ),
  ].map((line) => `${indent}${line}`);
}

function pathLine(chain: readonly ChainLink[]): string {
  const start = chain[0] === undefined ? "" : plain(chain[0].from.label);
  const steps = chain.map((link) => ` → ${plain(link.by)} → ${plain(link.to.label)}`);
  return `path: ${start}${steps.join("")}`;
}

function shorten(lines: readonly string[], options: ReportOptions): readonly string[] {
  if (options.verbose === true || lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} more (--verbose)`];
}

/** What does not block, in a line for each rule. */
function foldedLines(faults: readonly Fault[], paint: Paint): readonly string[] {
  const byHeading = new Map<string, number>();
  const waivers = new Map<string, Set<string>>();
  for (const { first } of faults) {
    const heading = [
      paint(styles[first.severity], first.severity),
      `${plain(first.rule)}:`,
      marksOf(first).join(", "),
    ].join("  ");
    byHeading.set(heading, (byHeading.get(heading) ?? 0) + 1);
    if (first.waiver === undefined) continue;
    // A waiver stays in sight, whatever else is folded.
    const line = `${indent}${plain(waiverText(first.waiver))}`;
    waivers.set(heading, (waivers.get(heading) ?? new Set()).add(line));
  }
  const lines = Array.from(byHeading).flatMap(([heading, count]) => [
    `${heading}, ${counted(count, "finding")}`,
    ...(waivers.get(heading) ?? []),
  ]);
  return lines.length === 0 ? [] : [...lines, paint("dim", "--verbose shows them")];
}

/** Each workload on a line with its identity, how it assumes that, and its tenant, in columns. */
function workloadTable(workloads: readonly WorkloadSummary[], paint: Paint): readonly string[] {
  if (workloads.length === 0) return [];
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
  return [paint("dim", line(heading)), ...rows.map(line)];
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** What was not read or could not be known: once, after the findings. */
function asides(judgement: Judgement, options: ReportOptions): readonly string[] {
  const unread = notReadText(judgement);
  const notRead = unread === undefined ? [] : [`not read: ${plain(unread)}`];
  const noteLine = (note: SnapshotNote): string => {
    const at = note.source === undefined ? "" : `${plain(positionOf(note.source))}: `;
    return `${leavesUnjudged(note) ? "not judged" : "note"}: ${at}${plain(note.message)}`;
  };
  const unjudged = judgement.notes.filter(leavesUnjudged).map(noteLine);
  const notes = judgement.notes.filter((note) => !leavesUnjudged(note)).map(noteLine);
  if (options.quiet === true) return unjudged;
  return [...unjudged, ...notRead, ...shorten(notes, options)];
}

function asideCount({ notes }: Judgement): number {
  return notes.filter(leavesUnjudged).length;
}

/** Matches the codes by which a terminal paints, which take no room. */

const paintCodes = /\u001b\[\d+(?:;\d+)*m/g;

/** A line in pieces that fit a width, later ones indented as far as the first and four more; a word is never cut. */
function wrap(line: string, width: number | undefined): readonly string[] {
  const shownLength = (text: string): number => lengthOf(text.replace(paintCodes, ""));
  if (
    width === undefined ||
    shownLength(line) <= width ||
    / \| /.test(line.replace(paintCodes, ""))
  )
    return [line];
  const margin = `${/^ */.exec(line)?.[0] ?? ""}${indent}`;
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) +/)) {
    const next = current === "" ? word : `${current} ${word}`;
    if (current !== "" && shownLength(next) > width) {
      lines.push(current);
      current = `${margin}${word}`;
    } else current = next;
  }
  return [...lines, current];
}
