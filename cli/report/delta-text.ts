import { faultsOf } from "../../policy-pack/findings/grouped-finding";
import type { Against } from "../../policy-pack/views/against";
import type { CallGrant } from "../../policy-pack/views/delta/authority";
import type { Change, DeltaRow } from "../../policy-pack/views/delta/change";
import { shownPattern } from "../../policy-pack/views/delta/permission";
import { testText } from "../../policy-pack/views/delta/test-text";
import type { Report } from "../../policy-pack/views/report";
import { columns } from "./columns";
import { cell, code, plain, prose } from "./escape";
import type { ReportOptions } from "./reporter";
import { shortened } from "./picture/mermaid";
import { counted, positionOf } from "./words";

/** Maximum changes, and rows of a table, that are shown unless all are requested. */
const most = { changes: 20, calls: 8, inMarkdown: 50 } as const;

/** Longest line of a diff and longest name in a table of Markdown, in characters: all of a comment has room for 65,536. */
const longest = { line: 500, name: 120 } as const;

/** What starts a line about a change, as in a diff. */
const signs: Readonly<Record<Change, string>> = { wider: "+", narrower: "-", unknown: "?" };

/** A report's section on who may do what: changes against an earlier one, then who may call what. Escaped; may be empty. */
export function authorityText(report: Report, { verbose }: ReportOptions): readonly string[] {
  const { against } = report;
  const calls = report.judgement.authority?.calls ?? [];
  return [
    ...(against === undefined || against.fleet !== undefined
      ? []
      : againstText(report, against, verbose === true)),
    ...(calls.length === 0 ? [] : callsText(calls, verbose === true)),
  ];
}

function againstText(report: Report, against: Against, verbose: boolean): readonly string[] {
  const rows = rowsOf(against).map(lineOf);
  const gone = goneIn(against).map(
    ({ rule, message }) => `- gone: ${plain(rule)}  ${plain(message)}`,
  );
  return [
    plain(`Against ${against.before}: ${findingsIn(report, against)}`),
    ...first(gone, most.calls, verbose),
    plain(`Authority: ${authorityIn(against)}`),
    ...first(rows, most.changes, verbose),
    "",
  ];
}

/** How many findings differ, as readers count them: `2 new findings, 5 known, 1 gone`. One of which a use is new is new. */
export function findingsIn({ judgement }: Report, against: Against): string {
  const { isNewProgram, new: fresh, known } = against;
  const faults = faultsOf(judgement.findings);
  const withAny = (names: readonly string[]) => {
    const all = new Set(names);
    return faults.filter(({ findings }) =>
      findings.some(({ fingerprint }) => all.has(fingerprint)),
    );
  };
  const added = withAny(fresh);
  const older = withAny(known).filter((fault) => !added.includes(fault));
  const counts = `${counted(added.length, "new finding")}, ${older.length} known, ${goneIn(against).length} gone`;
  return isNewProgram === true ? `${counts} (the program was not there)` : counts;
}

/** What is gone, each once: not for each use that it had. */
export function goneIn({ gone }: Against): Against["gone"] {
  return [...new Map(gone.map((one) => [JSON.stringify([one.rule, one.message]), one])).values()];
}

/** Changes, then how many workloads and other identities have none: `2 wider, 1 narrower, 11 the same`. */
export function authorityIn(against: Against): string {
  const { authority } = against;
  if (authority === undefined) return "not compared, since the earlier report has none";
  const rows = rowsOf(against);
  const parts = (["wider", "unknown", "narrower"] as const).flatMap((change) => {
    const count = rows.filter((row) => row.change === change).length;
    return count === 0 ? [] : [`${count} ${change}`];
  });
  return [...parts, `${authority.same} the same`].join(", ");
}

/** A change, with what it concerns. */
export interface ChangeOf extends DeltaRow {
  readonly what: string;
  readonly tenant?: string;
}

/** All changes of authority in the order in which they are shown. */
export function rowsOf({ authority }: Against): readonly ChangeOf[] {
  const rows = (authority?.changed ?? []).flatMap(({ what, tenant, rows: own }) =>
    own.map((row) => ({ ...row, what, ...(tenant !== undefined && { tenant }) })),
  );
  const inOrder: readonly Change[] = ["wider", "unknown", "narrower"];
  // What crosses tenants, and what is wider, comes first whatever it is about.
  return inOrder.flatMap((change) =>
    [true, false].flatMap((crosses) =>
      rows.filter((row) => row.change === change && (row.crosses !== undefined) === crosses),
    ),
  );
}

/** `` + `acme/triage` can now `s3:PutObject` on `acme-tickets/*`  agents.yaml:31``. */
function lineOf({ change, sentence, source, crosses }: DeltaRow): string {
  const was = change === "narrower" ? "was " : "";
  const at = source === undefined ? "" : `  ${was}${positionOf(source)}`;
  const across = crosses === undefined ? "" : `  crosses tenants: ${crosses}`;
  return `${signs[change]} ${plain(sentence)}${plain(at)}${plain(across)}`;
}

/** The columns of the table of who may call what. */
export const callHeading = [
  "caller",
  "tool",
  "intents",
  "data",
  "approval",
  "seconds",
  "decided by",
  "if",
];

/** A row of the table of who may call what. Not yet escaped. */
export function callCells(grant: CallGrant): readonly string[] {
  const { label, tool, intents, sensitivity, approval, maxSeconds, conditions = [] } = grant;
  return [
    label,
    shownPattern(tool),
    intents.map(shownPattern).join(", "),
    shownPattern(sensitivity),
    shownPattern(approval),
    maxSeconds === undefined ? "not known" : `${maxSeconds}`,
    grant.decidedBy === "unknown" ? "not known" : grant.decidedBy,
    conditions.map((each) => testText(each, (text) => text)).join(" and ") || "-",
  ];
}

function callsText(calls: readonly CallGrant[], verbose: boolean): readonly string[] {
  const lines = columns(
    callHeading,
    calls.map((grant) => callCells(grant).map(plain)),
  );
  const [heading = "", ...rows] = lines;
  return ["Who may call what:", heading, ...first(rows, most.calls, verbose), ""];
}

function first(lines: readonly string[], limit: number, verbose: boolean): readonly string[] {
  if (verbose || lines.length <= limit) return lines;
  return [...lines.slice(0, limit), `… and ${lines.length - limit} more, shown by --verbose`];
}

/** The same as Markdown: the changes as a diff, who may call what folded. Escaped; may be empty. */
export function authorityMarkdown(report: Report, { verbose }: ReportOptions): readonly string[] {
  const { against } = report;
  const calls = report.judgement.authority?.calls ?? [];
  return [
    ...(against === undefined || against.fleet !== undefined
      ? []
      : againstMarkdown(report, against, verbose === true)),
    ...(calls.length === 0 ? [] : callsMarkdown(calls, verbose === true)),
  ];
}

function againstMarkdown(report: Report, against: Against, verbose: boolean): readonly string[] {
  const limit = verbose ? Infinity : most.inMarkdown;
  const lines = rowsOf(against).map((row) => shortened(lineOf(row), longest.line));
  const shown = lines.slice(0, limit);
  const rest = lines.length - shown.length;
  const text = [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])];
  const gone = goneIn(against)
    .slice(0, limit)
    .map(({ rule, message }) => `- gone: ${code(rule)} ${prose(message)}`);
  return [
    `**Against** ${code(against.before)}: ${findingsIn(report, against)}. **Authority:** ${authorityIn(against)}.`,
    "",
    ...(gone.length === 0 ? [] : [...gone, ""]),
    ...(text.length === 0 ? [] : [...fenced(text), ""]),
  ];
}

/** Lines as a diff: the code fence is longer than any run of backticks in them, so that none of them ends it. */
function fenced(lines: readonly string[]): readonly string[] {
  const runs = lines.flatMap((line) => Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const isolation = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${isolation}diff`, ...lines, isolation];
}

function callsMarkdown(calls: readonly CallGrant[], verbose: boolean): readonly string[] {
  const shown = verbose ? calls : calls.slice(0, most.inMarkdown);
  const rest = calls.length - shown.length;
  return [
    `<details><summary>Who may call what (${calls.length})</summary>`,
    "",
    `| ${callHeading.join(" | ")} |`,
    `|${callHeading.map(() => "---").join("|")}|`,
    ...shown.map((grant) => `| ${callCells(grant).map(cellOf).join(" | ")} |`),
    ...(rest > 0 ? ["", `… and ${rest} more.`] : []),
    "",
    "</details>",
    "",
  ];
}

function cellOf(text: string): string {
  return cell(shortened(plain(text), longest.name));
}
