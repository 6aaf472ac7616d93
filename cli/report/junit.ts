import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking } from "../../policy-pack/findings/finding";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import {
  leavesUnjudged,
  type SnapshotNote,
  type SourcePosition,
} from "../../core/snapshot/resource";
import { html as xml } from "./escape";
import { notReadText } from "./not-read";
import type { Reporter, ReportOptions, RuleInfo } from "./reporter";
import { newSetting, settingsOf, silencedLine } from "./silenced";
import { detailsOfOne, headlineOf, marksOf, positionOf, programOf, unfinishedNote } from "./words";

/** JUnit's XML: a suite for each program, in it a case for each finding and for each rule without one. */
export const junitReporter: Reporter = (reports, options) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="agentid">',
    ...reports.flatMap((report) => suiteOf(report, options)),
    "</testsuites>",
    "",
  ].join("\n");

function suiteOf(report: Report, { rules }: ReportOptions): readonly string[] {
  const faults = faultsOf(report.judgement.findings);
  const found = new Set(faults.map(({ first }) => first.rule));
  const unjudged = report.judgement.notes.filter(leavesUnjudged);
  const unread = notReadText(report.judgement);
  const errors = [
    ...unjudged.map(errorOf),
    ...(unread !== undefined && report.strict === true
      ? [caseOf("agentid", "not read", undefined, `<error message="${xml(unread)}"/>`)]
      : []),
    ...(report.unfinished === true
      ? [caseOf("agentid", "the whole run", undefined, `<error message="${xml(unfinishedNote)}"/>`)]
      : []),
  ];
  const { fresh } = settingsOf(report);
  const disabled = (report.silenced ?? []).filter(({ kind }) => kind === "disabled");
  const withoutFaults = rules.filter(({ id }) => !found.has(id));
  const cases = [
    ...fresh.map(settingOf),
    ...errors,
    ...faults.map(faultOf),
    ...withoutFaults.map((rule) => withoutFault(rule, disabled)),
  ];
  const failures = faults.filter(({ first }) => isBlocking(first)).length;
  const skipped = cases.filter((each) => each.includes("<skipped ")).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors.length}" skipped="${skipped}"`;
  const properties = [
    ...(report.silenced ?? []).map((one) => propertyOf("setting", silencedLine(one))),
    ...(unread === undefined ? [] : [propertyOf("not read", unread)]),
  ];
  return [
    `  <testsuite name="${xml(programOf(report))}" ${counts}>`,
    ...(properties.length === 0 ? [] : [`    <properties>${properties.join("")}</properties>`]),
    ...cases.map((line) => `    ${line}`),
    "  </testsuite>",
  ];
}

function propertyOf(name: string, value: string): string {
  return `<property name="${name}" value="${xml(value)}"/>`;
}

function faultOf(fault: Fault): string {
  const { first } = fault;
  const headline = headlineOf(fault);
  const source = sourceOf(fault);
  const marks = [first.severity, ...marksOf(first)].join(", ");
  if (!isBlocking(first)) {
    return caseOf(first.rule, headline, source, `<skipped message="${xml(marks)}"/>`);
  }
  const text = [
    ...(source === undefined ? [] : [positionOf(source)]),
    ...detailsOfOne(fault),
    ...fault.fixes.map((fix) => `fix: ${fix}`),
    `more: npx --no-install agentid explain ${first.rule}`,
  ];
  const failure = `<failure type="${xml(marks)}" message="${xml(headline)}">${text.map(xml).join("&#10;")}</failure>`;
  return caseOf(first.rule, headline, source, failure);
}

/** A rule that passes; one that is disabled passes nothing. */
function withoutFault({ id, title }: RuleInfo, disabled: readonly Silenced[]): string {
  const one = disabled.find(({ subject }) => subject === id);
  if (one === undefined) return caseOf(id, title);
  return caseOf(id, title, undefined, `<skipped message="${xml(silencedLine(one))}"/>`);
}

function settingOf(one: Silenced): string {
  const inner = `<skipped message="${xml(newSetting)}"/>`;
  return caseOf("agentid", silencedLine(one), one.source, inner);
}

function errorOf({ message, source }: SnapshotNote): string {
  return caseOf("agentid", "not judged", source, `<error message="${xml(message)}"/>`);
}

function caseOf(rule: string, name: string, source?: SourcePosition, inner?: string): string {
  const place = source === undefined ? "" : ` file="${xml(source.file)}" line="${source.line}"`;
  const open = `<testcase classname="${xml(rule)}" name="${xml(name)}"${place}`;
  return inner === undefined ? `${open}/>` : `${open}>${inner}</testcase>`;
}
