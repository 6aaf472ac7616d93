import { sentenceOf } from "../../policy-pack/findings/finding-text";
import { changeText } from "../../policy-pack/views/fleet/change-text";
import { stillThere, type FleetDelta } from "../../policy-pack/views/fleet/over-time";
import type { Report } from "../../policy-pack/views/report";
import type { Severity } from "../../core/severity";
import { columns } from "./columns";
import { cell, code, plain, proseCell } from "./escape";
import { shortened } from "./picture/mermaid";
import type { ReportOptions } from "./reporter";
import { listed, marksOf } from "./words";

/** Maximum findings of a kind that are shown unless all are requested: other reports show what remains. */
const most = { changes: 50, inMarkdown: 20, same: 10 } as const;

/** Longest text in a cell of Markdown, in characters: all of a comment has room for 65,536. */
const longest = 400;

/** A finding that is new, gone or still there. Not yet escaped. */
export interface ChangeRow {
  readonly change: "new" | "gone" | "still there";
  readonly severity: Severity;
  readonly marks: readonly string[];
  readonly sentence: string;
  /** Those of its parts that are new or gone, then the others. */
  readonly stacks: string;
  /** What introduced or removed it; empty for what is still there. */
  readonly by: string;
}

/** What changed from one audit of several stacks to the next. */
export interface FleetChanges {
  /** The earlier report, as configured. */
  readonly before: string;
  /** How many there are: `1 new, 2 gone, 5 still there`. */
  readonly counts: string;
  readonly rows: readonly ChangeRow[];
  /** How many more there are than rows. */
  readonly more: number;
}

/** The columns of the table of changes. */
export const changeHeading = [
  "change",
  "severity",
  "what is wrong",
  "stacks",
  "introduced or removed by",
] as const;

/** What changed against an earlier audit of several stacks; undefined where none was compared. */
export function fleetChangesOf(
  report: Report,
  { verbose }: Pick<ReportOptions, "verbose">,
  mostChanges: number = most.changes,
): FleetChanges | undefined {
  const { against, judgement } = report;
  const { fleet } = against ?? {};
  if (against === undefined || fleet === undefined) return undefined;
  const same = stillThere(judgement.findings, fleet).map(({ finding, stacks }): ChangeRow => {
    return {
      ...{ change: "still there", severity: finding.severity, marks: marksOf(finding) },
      ...{ sentence: sentenceOf(finding), stacks: listed(stacks), by: "" },
    };
  });
  const byFingerprint = new Map(judgement.findings.map((one) => [one.fingerprint, one]));
  const changed = fleet.changes.map((one): ChangeRow => {
    const { change, severity, sentence, stacks, others, fingerprints } = one;
    const also = others.length === 0 ? "" : `, also in ${listed(others)}`;
    const finding = change === "new" ? byFingerprint.get(fingerprints[0] ?? "") : undefined;
    return {
      ...{ change, severity, marks: finding === undefined ? [] : marksOf(finding), sentence },
      ...{ stacks: `${listed(stacks)}${also}`, by: changeText(one) },
    };
  });
  const rows = [
    ...(["new", "gone"] as const).flatMap((change) =>
      first(
        changed.filter((row) => row.change === change),
        mostChanges,
        verbose,
      ),
    ),
    ...first(same, most.same, verbose),
  ];
  return {
    ...{ before: against.before, counts: countsOf(fleet), rows },
    more: changed.length + same.length - rows.length,
  };
}

/** How many findings are new, gone and still there: `1 new, 2 gone, 5 still there`. */
function countsOf({ changes, same }: FleetDelta): string {
  const fresh = changes.filter(({ change }) => change === "new").length;
  return `${fresh} new, ${changes.length - fresh} gone, ${same} still there`;
}

function first<T>(all: readonly T[], limit: number, verbose: boolean | undefined): readonly T[] {
  return verbose === true ? all : all.slice(0, limit);
}

/** The changes as a table for a terminal, under each row its stacks and who did it. Escaped; empty where there are none. */
export function fleetChangesText(report: Report, options: ReportOptions): readonly string[] {
  const changes = fleetChangesOf(report, options);
  if (changes === undefined) return [];
  const { before, counts, rows, more } = changes;
  const [heading = "", ...lines] = columns(
    changeHeading.slice(0, 3),
    rows.map(({ change, severity, marks, sentence }) =>
      [change, [severity, ...marks].join(", "), sentence].map(plain),
    ),
  );
  return [
    plain(`Against ${before}: ${counts}`),
    ...(rows.length === 0 ? [] : [heading]),
    ...rows.flatMap(({ change, stacks, by }, index) => [
      lines[index] ?? "",
      ...(stacks === "" ? [] : [`    stacks: ${plain(stacks)}`]),
      ...(by === "" ? [] : [`    ${change === "new" ? "introduced" : "removed"} by: ${plain(by)}`]),
    ]),
    ...(more > 0 ? [`… and ${more} more, shown by --verbose`] : []),
  ];
}

/** The same as Markdown. Escaped; empty where there are none. */
export function fleetChangesMarkdown(report: Report, options: ReportOptions): readonly string[] {
  const changes = fleetChangesOf(report, options, most.inMarkdown);
  if (changes === undefined) return [];
  const { before, counts, rows, more } = changes;
  return [
    `**Against** ${code(before)}: ${counts}.`,
    "",
    ...(rows.length === 0
      ? []
      : [`| ${changeHeading.join(" | ")} |`, `|${changeHeading.map(() => "---").join("|")}|`]),
    ...rows.map(({ change, severity, marks, sentence, stacks, by }) => {
      const weight = [severity, ...marks].join(", ");
      const [what, who] = [sentence, by].map((text) =>
        text === "" ? "" : proseCell(shortened(plain(text), longest)),
      );
      return `| ${[change, weight, what, cell(shortened(plain(stacks), longest)), who].join(" | ")} |`;
    }),
    ...(more > 0 ? ["", `… and ${more} more.`] : []),
    "",
  ];
}
