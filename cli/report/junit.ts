import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking } from "../../policy-pack/findings/finding";
import type { Report } from "../../policy-pack/views/report";
import {
  leavesUnjudged,
  type SnapshotNote,
  type SourcePosition,
} from "../../core/snapshot/resource";
import { html as xml } from "./escape";
import type { Reporter, ReportOptions } from "./reporter";
import { headlineOf, marksOf, positionOf, programOf, unfinishedNote } from "./words";

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
  const errors = [
    ...unjudged.map(errorOf),
    ...(report.unfinished === true
      ? [caseOf("agentid", "the whole run", undefined, `<error message="${xml(unfinishedNote)}"/>`)]
      : []),
  ];
  const cases = [
    ...errors,
    ...faults.map(faultOf),
    ...rules.filter(({ id }) => !found.has(id)).map(({ id, title }) => caseOf(id, title)),
  ];
  const failures = faults.filter(({ first }) => isBlocking(first)).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors.length}" skipped="${faults.length - failures}"`;
  return [
    `  <testsuite name="${xml(programOf(report))}" ${counts}>`,
    ...cases.map((line) => `    ${line}`),
    "  </testsuite>",
  ];
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
    ...fault.fixes.map((fix) => `fix: ${fix}`),
    `more: agentid explain ${first.rule}`,
  ];
  const failure = `<failure type="${xml(marks)}" message="${xml(headline)}">${text.map(xml).join("&#10;")}</failure>`;
  return caseOf(first.rule, headline, source, failure);
}

function errorOf({ message, source }: SnapshotNote): string {
  return caseOf("agentid", "not judged", source, `<error message="${xml(message)}"/>`);
}

function caseOf(rule: string, name: string, source?: SourcePosition, inner?: string): string {
  const place = source === undefined ? "" : ` file="${xml(source.file)}" line="${source.line}"`;
  const open = `<testcase classname="${xml(rule)}" name="${xml(name)}"${place}`;
  return inner === undefined ? `${open}/>` : `${open}>${inner}</testcase>`;
}
