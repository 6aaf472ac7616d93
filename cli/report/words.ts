import type { Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking, type Finding } from "../../policy-pack/findings/finding";
import { sentenceOf } from "../../policy-pack/findings/finding-text";
import type { Judgement, Report } from "../../policy-pack/views/report";
import { severities } from "../../core/severity";
import { isUnreadable, leavesUnjudged, type SourcePosition } from "../../core/snapshot/resource";

/** Most names that a sentence lists; it counts the rest. */
const mostListed = 6;

/** Which program a report is about: `project/stack`, not yet escaped. */
export function programOf(report: Report): string {
  return report.stack === "" ? report.project : `${report.project}/${report.stack}`;
}

/** A position as `file:line:column`, not yet escaped. */
export function positionOf(source: SourcePosition): string {
  const column = source.column === undefined ? "" : `:${source.column}`;
  return `${source.file}:${source.line}${column}`;
}

/** Marks of a finding that is less than a plain violation: `not verified`, `advisory`, `known`, `waived`. */
export function marksOf(finding: Finding): readonly string[] {
  return [
    ...(finding.verdict === "undetermined" ? ["not verified"] : []),
    ...(finding.level === "mandatory" ? [] : ["advisory"]),
    ...(finding.known ? ["known"] : []),
    ...(finding.waiver === undefined ? [] : ["waived"]),
  ];
}

/**
 * What is wrong, what it affects and reaches, in one line: `` Secret `key` is shared by 2 workloads: desk, triage; reaches:
 * refunds (payment) ``, not yet escaped.
 */
export function headlineOf(fault: Fault): string {
  const sentence = sentenceOf(fault.first);
  const names = affectedIn(fault);
  const reached = reachLine(fault);
  return [
    names.length === 0 ? sentence : `${sentence}: ${listed(names, fault.unnamed)}`,
    ...(reached === undefined ? [] : [reached]),
  ].join("; ");
}

/**
 * The names of affected ones; none where the sentence has the name of the only one. A sentence about several may have the name of a
 * thing that is called like one of them.
 */
export function affectedIn({ first, affected, unnamed }: Fault): readonly string[] {
  const labels = affected.map(({ label }) => label);
  if (labels.length + unnamed > 1) return labels;
  return labels.filter((label) => !first.message.includes(`\`${label}\``));
}

/**
 * Why a finding about several things is one, where they are used, and what a more general rule reports of it. Not yet escaped.
 */
export function detailsOfOne(fault: Fault): readonly string[] {
  const { first, findings, things, also } = fault;
  const labels = [...new Set(things.map(({ label }) => label))];
  const { configuration } = first;
  const equal =
    configuration === undefined ? labels : [`configuration ${configuration}`, ...labels];
  const from = first.origin?.source && positionOf(first.origin.source);
  const uses = findings.flatMap(({ source }) => (source === undefined ? [] : [positionOf(source)]));
  const used = from === undefined ? [] : [...new Set(uses)].filter((each) => each !== from);
  return [
    ...(equal.length > 1 ? [`same value: ${listed(equal)}`] : []),
    ...(used.length > 0 ? [`used at: ${listed(used)}`] : []),
    ...also.map(({ rule, message }) => `also ${rule}: ${message}`),
  ];
}

/** What a fault gives access to: `reaches: refunds (payment), crm (restricted data)`; undefined for nothing of high risk. Not yet escaped. */
export function reachLine({ reaches }: Fault): string | undefined {
  if (reaches.length === 0) return undefined;
  const texts = reaches.map(({ label, harms }) => `${label} (${harms.join(", ")})`);
  return `reaches: ${listed(texts, 0, mostReached)}`;
}

/** Most workloads that a line says are reached. */
const mostReached = 3;

/**
 * Names in a sentence, of many the first and how many more.
 *
 * @param unnamed how many more there are without a name here
 * @param most how many names are written at most
 */
export function listed(names: readonly string[], unnamed = 0, most = mostListed): string {
  const rest = Math.max(0, names.length - most) + unnamed;
  const shown = names.slice(0, most).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** A number with its noun: `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The faults that block, violations before what cannot be verified. */
export function blockingIn(faults: readonly Fault[]): readonly Fault[] {
  const blocking = faults.filter(({ first }) => isBlocking(first));
  const isCertain = ({ first }: Fault): boolean => first.verdict === "violated";
  return [...blocking.filter(isCertain), ...blocking.filter((fault) => !isCertain(fault))];
}

/**
 * The verdict in one line: `support-desk/dev: passed`, `desk/dev: BLOCKED: 7 findings (6 critical, 1 high) in 8 workloads`. Not
 * yet escaped.
 */
export function verdictLine(report: Report, faults: readonly Fault[]): string {
  const program = programOf(report);
  const blocking = blockingIn(faults);
  const certain = blocking.filter(({ first }) => first.verdict === "violated");
  const where = `in ${counted(report.judgement.workloads.length, "workload")}`;
  switch (report.verdict) {
    case "passed":
      return `${program}: passed`;
    case "violated":
      return `${program}: BLOCKED: ${counted(certain.length, "finding")} (${gradesOf(certain)}) ${where}`;
    case "not proven": {
      const parts = [
        ...(blocking.length === 0
          ? []
          : [
              `${counted(blocking.length, "finding")} cannot be verified (${gradesOf(blocking)}) ${where}`,
            ]),
        ...unjudgedIn(report.judgement),
        ...(report.unfinished === true ? [unfinishedNote] : []),
      ];
      return `${program}: NOT PROVEN: ${parts.join("; ")}`;
    }
  }
}

/** What a report has beside its verdict: `25 resources, 39 rules, 3 advisory findings`. */
export function restLine(report: Report, faults: readonly Fault[]): string {
  const { resources, workloads } = report.judgement;
  const blocking = blockingIn(faults);
  const others = faults.filter(({ first }) => !isBlocking(first));
  const waived = others.filter(({ first }) => first.waiver !== undefined).length;
  const known = others.filter(({ first }) => first.known && first.waiver === undefined).length;
  const unverified = blocking.filter(({ first }) => first.verdict === "undetermined").length;
  const advisory = others.length - waived - known;
  const isPassed = report.verdict === "passed";
  return [
    ...(isPassed ? [counted(workloads.length, "workload")] : []),
    counted(resources, "resource"),
    rulesOf(report),
    ...(report.verdict === "violated" && unverified > 0 ? [`${unverified} not verified`] : []),
    ...(advisory > 0 ? [`${advisory} advisory`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(known > 0 ? [`${known} known`] : []),
    ...(isPassed && faults.length === 0 ? ["no finding"] : []),
    ...(report.verdict === "not proven" ? [] : unjudgedIn(report.judgement)),
    ...(report.verdict === "violated" && report.unfinished === true ? [unfinishedNote] : []),
  ].join(", ");
}

/** How many rules are disabled. */
export function disabledIn({ silenced = [] }: Report): number {
  return silenced.filter(({ kind }) => kind === "disabled").length;
}

/** How many rules ran, of how many: `39 rules`, `36 of 39 rules`. */
export function rulesOf(report: Report): string {
  const { rules } = report.judgement;
  const disabled = disabledIn(report);
  return disabled === 0 ? counted(rules, "rule") : `${rules - disabled} of ${rules} rules`;
}

/** How many there are of each severity: `6 critical, 1 high`. */
export function gradesOf(faults: readonly Fault[]): string {
  return severities
    .map(
      (severity) =>
        [severity, faults.filter(({ first }) => first.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(", ");
}

/** The sentence for an interrupted run. */
export const unfinishedNote = "the run did not end, so what came later was not judged";

/** How much of a program was not judged, in words: `2 files not read`, `1 resource not read`. */
function unjudgedIn({ notes, notRead }: Judgement): readonly string[] {
  const unjudged = notes.filter(leavesUnjudged);
  const unread = unjudged.filter(isUnreadable).length;
  const others = unjudged.length - unread;
  const carriers = notRead.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(unread > 0 ? [`${counted(unread, "file")} not read`] : []),
    ...(others > 0 ? [`${counted(others, "part")} not judged`] : []),
    ...(carriers > 0 ? [`${counted(carriers, "resource")} not read`] : []),
  ];
}
