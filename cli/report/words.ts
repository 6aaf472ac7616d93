import {
  isBlocking,
  openText,
  type ChainLink,
  type Finding,
  type RelatedSubject,
} from "../../core/finding";
import type { Judgement, Report, Verdict } from "../../core/report";
import { severities } from "../../core/severity";
import { isUnreadable, leavesUnjudged, type SourcePosition } from "../../core/snapshot/resource";

/** A verdict as a predicate: `support-desk/dev` … */
export function verdictPhrase(verdict: Verdict): string {
  switch (verdict) {
    case "holds":
      return "holds";
    case "violated":
      return "is blocked";
    case "not proven":
      return "is not proven";
  }
}

/** Which program a report is about: `project/stack`, not yet escaped. */
export function programOf(report: Report): string {
  return report.stack === "" ? report.project : `${report.project}/${report.stack}`;
}

/** A position as `file:line:column`, not yet escaped. */
export function positionOf(source: SourcePosition): string {
  const column = source.column === undefined ? "" : `:${source.column}`;
  return `${source.file}:${source.line}${column}`;
}

/** Marks of a finding that is less than a plain violation: `not proven`, `advisory`, `known`, `waived`. */
export function marksOf(finding: Finding): readonly string[] {
  return [
    ...(finding.verdict === "undetermined" ? ["not proven"] : []),
    ...(finding.level === "mandatory" ? [] : ["advisory"]),
    ...(finding.known ? ["known"] : []),
    ...(finding.waiver === undefined ? [] : ["waived"]),
  ];
}

/** How many findings there are of what kind, in words: `3 violated (2 critical, 1 high), 1 not proven, 2 advisory`. */
export function countsOf(findings: readonly Finding[]): string {
  const blocking = findings.filter(isBlocking);
  const violated = blocking.filter((finding) => finding.verdict === "violated");
  const unproven = blocking.length - violated.length;
  const waived = findings.filter((finding) => finding.waiver !== undefined).length;
  const known = findings.filter(({ known, waiver }) => known && waiver === undefined).length;
  const advisory = findings.length - blocking.length - known - waived;
  const grades = severities
    .map((grade) => [grade, violated.filter((finding) => finding.grade === grade).length] as const)
    .filter(([, count]) => count > 0)
    .map(([grade, count]) => `${count} ${grade}`);
  const parts = [
    ...(violated.length > 0 ? [`${violated.length} violated (${grades.join(", ")})`] : []),
    ...(unproven > 0 ? [`${unproven} not proven`] : []),
    ...(advisory > 0 ? [`${advisory} advisory`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(known > 0 ? [`${known} known`] : []),
  ];
  return parts.length === 0 ? "no finding" : parts.join(", ");
}

/** A number with its noun: `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What is told of a run that had not come to its end. */
export const unfinishedNote = "the run had not come to its end, so what came later was not judged";

/** How much of a program was not judged, in words: `2 files not read`, `1 resource that carries identity not read`. */
export function unjudgedIn({ notes, notRead }: Judgement): readonly string[] {
  const unjudged = notes.filter(leavesUnjudged);
  const unread = unjudged.filter(isUnreadable).length;
  const others = unjudged.length - unread;
  const carriers = notRead.reduce((sum, { count }) => sum + count, 0);
  const carry = carriers === 1 ? "carries" : "carry";
  return [
    ...(unread > 0 ? [`${counted(unread, "file")} not read`] : []),
    ...(others > 0 ? [`${counted(others, "part")} not judged`] : []),
    ...(carriers > 0 ? [`${counted(carriers, "resource")} that ${carry} identity not read`] : []),
  ];
}

/** The last line about a program, not yet escaped. */
export function summaryLine(report: Report): string {
  const { findings, workloads, resources, rules } = report.judgement;
  const judged = [
    counted(workloads.length, "workload"),
    counted(resources, "resource"),
    counted(rules, "rule"),
  ].join(", ");
  const told = [
    ...unjudgedIn(report.judgement),
    ...(report.unfinished === true ? [unfinishedNote] : []),
  ];
  const parts = [countsOf(findings), ...told, judged].join("; ");
  return `${programOf(report)} ${verdictPhrase(report.verdict)}: ${parts}`;
}

/** Findings of one rule about one thing, with the same weight. */
export interface FindingGroup {
  readonly first: Finding;
  readonly findings: readonly Finding[];
}

/** Groups findings by rule, thing and weight, in the order they come; waived and known ones last. */
export function groupsOf(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, about, verdict, grade, level, known, waiver } = finding;
    const key = JSON.stringify([rule, about.name, verdict, grade, level, known, waiver]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const all = [...groups.values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ first: group[0], findings: group }],
  );
  const isLast = ({ first }: FindingGroup): boolean => first.known || first.waiver !== undefined;
  return [...all.filter((group) => !isLast(group)), ...all.filter(isLast)];
}

/** What findings of a group relate to, without those that the group itself has as holders. */
export function relatedIn(group: FindingGroup): readonly RelatedSubject[] {
  const holders = new Set(group.findings.map((finding) => finding.holder?.name));
  const others = group.findings.flatMap((finding) => finding.related);
  const byText = new Map(others.map((one) => [JSON.stringify([one.name, one.as]), one] as const));
  return [...byText.values()].filter((one) => !holders.has(one.name));
}

/** What is not known that findings of a group rest on, a line each, not yet escaped. */
export function openIn({ findings }: FindingGroup): readonly string[] {
  return distinct(findings.flatMap(({ open = [] }) => open.map(openText)));
}

/** The chains of a finding, each from its first link to its last; a link that does not go on from the one before begins another. */
export function chainsOf(finding: Finding): readonly (readonly ChainLink[])[] {
  const chains: ChainLink[][] = [];
  for (const link of finding.chain) {
    const current = chains.at(-1);
    if (current?.at(-1)?.to.name === link.from.name) current.push(link);
    else chains.push([link]);
  }
  return chains;
}

/** What a finding says once: the values of a list without repetitions. */
export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
