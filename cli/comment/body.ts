import { daysBetween, type Day } from "../../core/day";
import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { isBlocking, type ChainLink, type Finding } from "../../policy-pack/findings/finding";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import { leavesUnjudged, type SnapshotNote } from "../../core/snapshot/resource";
import { notReadText } from "../report/not-read";
import { cell, code, html, plain, prose, proseCell } from "../report/escape";
import {
  blockingIn,
  counted,
  detailsOfOne,
  headlineOf,
  marksOf,
  restLine,
  unfinishedNote,
  verdictLine,
} from "../report/words";
import { silencedEffect, settingsOf, silencedLine } from "../report/silenced";
import { placeHtml, type Commit } from "./place";
import { fitted, type Section } from "./sections";

/** A part beside the findings, such as the changed authority or a picture. */
export interface CommentPart {
  /** Plain text. */
  readonly title: string;
  /** Markdown in which text of programs is harmless already. It is shown whole or not at all. */
  readonly markdown: string;
  /** How important it is, among the weights below. */
  readonly weight: number;
}

/** How a comment is made. */
export interface CommentOptions {
  /** The day to judge the end of waivers by. */
  readonly today: Day;
  /** Most characters. */
  readonly room: number;
  /** The commit that was judged. Default: places have no links. */
  readonly commit?: Commit;
  /** The address of a rule's page; undefined where there is none. Default: there is none. */
  readonly urlOf?: (rule: string) => string | undefined;
  /** Whether a finding was not there before. Default: nothing is known of before. */
  readonly isNew?: (finding: Finding) => boolean;
  readonly parts?: readonly CommentPart[];
}

/** How important the parts of a comment are; what has less weight is cut first. */
const weights = {
  verdict: 100,
  changed: 95,
  overview: 90,
  unjudged: 85,
  settings: 82,
  findings: 80,
  before: 50,
  waivers: 45,
  advisory: 40,
  known: 30,
  asides: 20,
  standards: 10,
} as const;

/** Most findings whose fix is shown open; further ones are folded. */
const mostOpen = 3;
/** Most lines of one replacement, and most items of one list. */
const mostLines = 30;

/** What a pull request changes for a reviewer, in Markdown: the verdict first, then what is wrong, where and how to fix it. */
export function commentBody(reports: readonly Report[], options: CommentOptions): string {
  const sections = [
    ...reports.map(verdictSection),
    ...reports.flatMap((report) => findingSections(report, options)),
    ...(options.parts ?? []).map(partSection),
    ...reports.flatMap((report) => foldedSections(report, options)),
    standardsSection(reports),
  ];
  return fitted(sections, footOf(reports, options), options.room);
}

function verdictSection(report: Report): Section {
  const faults = faultsOf(report.judgement.findings);
  const unread = notReadText(report.judgement);
  const lines = [
    `### agentid: ${prose(verdictLine(report, faults))}`,
    "",
    `${prose(capital(restLine(report, faults)))}.`,
    "",
    ...(report.unfinished === true ? [`**${capital(unfinishedNote)}.**`, ""] : []),
    ...(unread === undefined ? [] : [`Not read: ${prose(unread)}.`, ""]),
  ];
  return listOf("verdict", "verdict", "", [lined(lines)]);
}

function findingSections(report: Report, options: CommentOptions): readonly Section[] {
  const { isNew } = options;
  const blocking = blockingIn(faultsOf(report.judgement.findings));
  const fresh = isNew === undefined ? blocking : blocking.filter((fault) => isFresh(fault, isNew));
  const before = blocking.filter((fault) => !fresh.includes(fault));
  const title = isNew === undefined ? "How to fix" : "New findings";
  const unjudged = report.judgement.notes.filter(leavesUnjudged);
  const { fresh: changed, others: older } = settingsOf(report);
  return [
    settingSection("changed", "Changed settings", changed, options),
    tableOf("overview", "row", "severity | what is wrong | where", [
      ...fresh.map((fault) => rowOf(fault, isNew === undefined ? [] : ["new"], options)),
      ...before.map((fault) => rowOf(fault, [], options)),
    ]),
    listOf(
      "unjudged",
      "part not judged",
      "#### Not judged\n\n",
      unjudged.map((note) => noteItem(note, options)),
      "\n",
    ),
    settingSection("settings", "Settings", older, options),
    listOf(
      "findings",
      "explained finding",
      `#### ${title}\n\n`,
      fresh.map((fault, index) => detailsOf(fault, index < mostOpen, options)),
    ),
    folded(
      "before",
      "finding of before",
      "Findings that were there before",
      before.map((fault) => detailsOf(fault, false, options)),
    ),
  ];
}

function settingSection(
  weight: Weight,
  title: string,
  silenced: readonly Silenced[],
  { commit }: CommentOptions,
): Section {
  const items = silenced.map((one) => {
    if (one.source === undefined) return `- ${prose(silencedLine(one))}\n`;
    return `- ${prose(silencedEffect(one))} by ${placeHtml(one.source, commit)}\n`;
  });
  return listOf(weight, "setting", `#### ${title}\n\n`, items, "\n");
}

function isFresh({ findings }: Fault, isNew: (finding: Finding) => boolean): boolean {
  return findings.some(isNew);
}

function rowOf(fault: Fault, marks: readonly string[], { commit }: CommentOptions): string {
  const { first } = fault;
  const weight = [first.severity, ...marks, ...marksOf(first)].join(", ");
  const source = sourceOf(fault);
  const where = source === undefined ? "" : placeHtml(source, commit);
  return `| ${weight} | ${proseCell(headlineOf(fault))} | ${where} |\n`;
}

/** One finding with how to fix it. GitHub applies suggestions of a review alone, so that a replacement is a block of code. */
function detailsOf(fault: Fault, isOpen: boolean, options: CommentOptions): string {
  const { first, chains, fixes, replacements } = fault;
  const source = sourceOf(fault);
  const where = source === undefined ? "" : ` at ${placeHtml(source, options.commit)}`;
  const { property } = first.at;
  const url = options.urlOf?.(first.rule);
  const details = limited([
    ...detailsOfOne(fault).map((line) => `- ${prose(line)}`),
    ...chains.map((chain) => `- ${chainLine(chain)}`),
  ]);
  const target = property === "" ? "" : ` in ${code(property)}`;
  return lined([
    `<details${isOpen ? " open" : ""}><summary><b>${first.severity}</b> <code>${html(first.rule)}</code> <code>${html(first.about.label)}</code></summary>`,
    "",
    `${prose(headlineOf(fault))}${where}`,
    "",
    ...details,
    ...(details.length === 0 ? [] : [""]),
    ...limited(fixes.map((fix) => `**Fix:** ${prose(fix)}`)),
    "",
    ...replacements
      .slice(0, 3)
      .flatMap((text) => [`Write${target}${where}:`, "", ...block(text, source?.file), ""]),
    `More: ${code(`npx --no-install agentid explain ${first.rule}`)}${url === undefined ? "" : `, [page of the rule](${url})`}`,
    "",
    "</details>",
    "",
  ]);
}

/** Text as a block of code, in the language of the file that it is for; no text ends the block. */
function block(text: string, file: string | undefined): readonly string[] {
  const lines = limited(text.split("\n").map(plain), "…");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const isolation = "`".repeat(longest + 1);
  const language = /\.(ya?ml|json|[jt]s)$/.exec(file ?? "")?.[1] ?? "";
  return [`${isolation}${language}`, ...lines, isolation];
}

function chainLine(chain: readonly ChainLink[]): string {
  const start = chain[0] === undefined ? "" : code(chain[0].from.label);
  const steps = chain
    .slice(0, mostLines)
    .map(({ by, to }) => ` → ${prose(by)} → ${code(to.label)}`);
  return `${start}${steps.join("")}`;
}

function partSection({ title, markdown, weight }: CommentPart): Section {
  const item = `#### ${title}\n\n${markdown.trimEnd()}\n\n`;
  return { weight, noun: `part (${title})`, open: "", items: [item], close: "" };
}

function foldedSections(report: Report, options: CommentOptions): readonly Section[] {
  const { findings, notes } = report.judgement;
  const others = faultsOf(findings).filter(({ first }) => !isBlocking(first));
  const waived = others.filter(({ first }) => first.waiver !== undefined);
  const known = others.filter(({ first }) => first.known && first.waiver === undefined);
  const advisory = others.filter(({ first }) => !first.known && first.waiver === undefined);
  const items = (faults: readonly Fault[]): readonly string[] =>
    faults.map((fault) => lineItem(fault, options));
  return [
    tableOf(
      "waivers",
      "waiver",
      "waived until | what is wrong | owner | ticket",
      waived.map((fault) => waiverRow(fault, options)),
      `#### Waivers (${waived.length})\n\n`,
    ),
    folded("advisory", "advisory finding", `Does not block (${advisory.length})`, items(advisory)),
    folded("known", "known finding", `Known findings (${known.length})`, items(known)),
    folded(
      "asides",
      "note",
      "Not looked into",
      notes.filter((note) => !leavesUnjudged(note)).map((note) => noteItem(note, options)),
    ),
  ];
}

function waiverRow(fault: Fault, { today }: CommentOptions): string {
  const { waiver } = fault.first;
  if (waiver === undefined) return "";
  const { owner, ticket, expires } = waiver;
  const left = daysBetween(today, expires);
  const days = left < 0 ? "expired" : left === 0 ? "last day" : `${counted(left, "day")} left`;
  return `| ${cell(expires)}, ${days} | ${proseCell(headlineOf(fault))} | ${cell(owner)} | ${cell(ticket)} |\n`;
}

function lineItem(fault: Fault, { commit }: CommentOptions): string {
  const { first } = fault;
  const source = sourceOf(fault);
  const where = source === undefined ? "" : ` at ${placeHtml(source, commit)}`;
  return `- ${first.severity} ${code(first.rule)}: ${prose(headlineOf(fault))}${where}\n`;
}

function noteItem({ message, source }: SnapshotNote, { commit }: CommentOptions): string {
  const where = source === undefined ? "" : `${placeHtml(source, commit)}: `;
  return `- ${where}${prose(message)}\n`;
}

function standardsSection(reports: readonly Report[]): Section {
  const byRule = new Map(
    reports
      .flatMap(({ judgement }) => judgement.findings)
      .filter((finding) => isBlocking(finding) && finding.standards.length > 0)
      .map(({ rule, standards }) => [rule, standards]),
  );
  return folded(
    "standards",
    "standard mapping",
    "Standards",
    Array.from(
      byRule,
      ([rule, standards]) => `- ${code(rule)}: ${standards.map(code).join(", ")}\n`,
    ),
  );
}

function footOf(reports: readonly Report[], { commit }: CommentOptions): string {
  const version = reports[0]?.tool.version ?? "";
  const judged = commit === undefined ? "" : ` judged ${commit.sha.slice(0, 12)}`;
  return `<sub>agentid ${html(version)}${judged}. <code>npx --no-install agentid explain RULE</code> prints why a rule reports and how to fix it.</sub>\n`;
}

type Weight = keyof typeof weights;

function listOf(
  weight: Weight,
  noun: string,
  open: string,
  items: readonly string[],
  close = "",
): Section {
  return { weight: weights[weight], noun, open, items, close };
}

function folded(weight: Weight, noun: string, title: string, items: readonly string[]): Section {
  const open = `<details><summary>${title}</summary>\n\n`;
  return { weight: weights[weight], noun, open, items, close: "\n</details>\n\n" };
}

function tableOf(
  weight: Weight,
  noun: string,
  heading: string,
  items: readonly string[],
  title = "",
): Section {
  const rule = heading.replace(/[^|]+/g, "---");
  return listOf(weight, noun, `${title}| ${heading} |\n|${rule}|\n`, items, "\n");
}

function limited(lines: readonly string[], rest = "- …"): readonly string[] {
  return lines.length > mostLines ? [...lines.slice(0, mostLines), rest] : lines;
}

function lined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
