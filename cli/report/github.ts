import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking, waiverText } from "../../policy-pack/findings/finding";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import { compareSeverity } from "../../core/severity";
import {
  leavesUnjudged,
  type SnapshotNote,
  type SourcePosition,
} from "../../core/snapshot/resource";
import { commandData, commandProperty, plain } from "./escape";
import { notReadText } from "./not-read";
import type { Reporter } from "./reporter";
import { newSetting, settingsOf, silencedLine } from "./silenced";
import {
  counted,
  detailsOfOne,
  headlineOf,
  marksOf,
  restLine,
  unfinishedNote,
  verdictLine,
} from "./words";

type Command = "error" | "warning" | "notice";

interface Annotation {
  readonly command: Command;
  readonly properties: readonly string[];
  /** Lines, escaped. */
  readonly lines: readonly string[];
  /** Whether it comes before all others, of whatever kind. Default false. */
  readonly isFirst?: true;
}

/**
 * Most annotations of one kind that GitHub shows of a step; it drops the rest without a word (docs.github.com, "Workflow
 * commands", limits of annotations).
 */
const mostShown = 10;

/** Annotations of a pull request: workflow commands for the runner, which takes them from the output of a step. */
export const githubReporter: Reporter = (reports) => {
  const all = reports.flatMap(annotationsOf);
  const lines = (["error", "warning", "notice"] as const).flatMap((command) =>
    shownOf(
      command,
      all.filter((each) => each.command === command),
    ),
  );
  const first = lines.filter((each) => each.isFirst === true);
  const rest = lines.filter((each) => each.isFirst !== true);
  return [...[...first, ...rest].map(lineOf), ...reports.map(lastLine)]
    .map((line) => `${line}\n`)
    .join("");
};

function annotationsOf(report: Report): readonly Annotation[] {
  const { findings, notes } = report.judgement;
  const unread = notReadText(report.judgement);
  const faults = [...faultsOf(findings)].sort((a, b) =>
    compareSeverity(a.first.severity, b.first.severity),
  );
  const { fresh, others } = settingsOf(report);
  return [
    ...fresh.map((one) => settingOf(one, "warning")),
    ...notes.filter(leavesUnjudged).map(unjudged),
    ...(report.unfinished === true
      ? [
          {
            command: "error",
            properties: ["title=not judged to the end"],
            lines: [commandData(unfinishedNote)],
          } as const,
        ]
      : []),
    ...faults.map(annotationOf),
    ...(unread === undefined
      ? []
      : [
          {
            command: report.strict === true ? "error" : "notice",
            properties: ["title=not read"],
            lines: [commandData(unread)],
          } as const,
        ]),
    ...others.map((one) => settingOf(one, "notice")),
  ];
}

/** What GitHub would drop is counted in the last that it shows. */
function shownOf(command: Command, all: readonly Annotation[]): readonly Annotation[] {
  if (all.length <= mostShown) return all;
  const rest = all.length - mostShown + 1;
  const last: Annotation = {
    command,
    properties: ["title=more findings"],
    lines: [commandData(`${counted(rest, "more finding")} only in the log and the summary`)],
  };
  return [...all.slice(0, mostShown - 1), last];
}

function lineOf({ command, properties, lines }: Annotation): string {
  return `::${command} ${properties.join(",")}::${lines.join("%0A")}`;
}

/** A setting at its place; one that was not so before comes first. */
function settingOf(one: Silenced, command: "warning" | "notice"): Annotation {
  const isNew = command === "warning";
  return {
    command,
    properties: [...placeOf(one.source), `title=${isNew ? newSetting : "setting"}`],
    lines: [commandData(silencedLine(one))],
    ...(isNew && { isFirst: true }),
  };
}

/** A file that was not judged blocks, so that it is visible at its location. */
function unjudged({ message, source }: SnapshotNote): Annotation {
  return {
    command: "error",
    properties: [...placeOf(source), "title=not judged"],
    lines: [commandData(message)],
  };
}

function placeOf(source: SourcePosition | undefined): readonly string[] {
  if (source === undefined) return [];
  const { file, line, column } = source;
  return [
    `file=${commandProperty(file)}`,
    `line=${line}`,
    ...(column === undefined ? [] : [`col=${column}`]),
  ];
}

function annotationOf(fault: Fault): Annotation {
  const { first } = fault;
  const title = `${first.rule} (${[first.severity, ...marksOf(first)].join(", ")})`;
  const lines = [
    headlineOf(fault),
    ...(first.waiver === undefined ? [] : [waiverText(first.waiver)]),
    ...detailsOfOne(fault),
    ...fault.fixes.map((fix) => `fix: ${fix}`),
    ...fault.replacements.flatMap((text) => text.split("\n")),
    `more: npx --no-install agentid explain ${first.rule}`,
  ];
  return {
    command: commandOf(fault),
    properties: [...placeOf(sourceOf(fault)), `title=${commandProperty(title)}`],
    lines: lines.map(commandData),
  };
}

function commandOf({ first }: Fault): Command {
  if (!isBlocking(first)) return first.known || first.waiver !== undefined ? "notice" : "warning";
  return first.verdict === "violated" ? "error" : "warning";
}

function lastLine(report: Report): string {
  const faults = faultsOf(report.judgement.findings);
  return plain(`${verdictLine(report, faults)}; ${restLine(report, faults)}`);
}
