import { faultsOf } from "../../../policy-pack/findings/grouped-finding";
import type { Report } from "../../../policy-pack/views/report";
import { leavesUnjudged } from "../../../core/snapshot/resource";
import { html } from "../escape";
import { notReadText } from "../not-read";
import { pictureOf, severitiesOf, type Picture, type PictureKind } from "../picture/picture";
import { kindWords } from "../picture/svg";
import { positionOf, programOf, unfinishedNote } from "../words";
import { findingsHtml } from "./findings";
import type { ProgramOptions } from "./options";
import { picturesHtml } from "./pictures";
import { callTable, changesHtml, nodeTable, workloadTable } from "./tables";
import { capital, proseHtml, pathHtml } from "./text";
import { verdictText, worstOf } from "./verdict";
import { changeHeading, fleetChangesOf, type ChangeRow } from "../fleet-changes";
import { changedSettingsHtml, settingsHtml } from "./settings";

/** A program's part of the page. */
export interface ProgramHtml {
  readonly body: string;
  /** The data of the page's script: places of nodes and edges, and words, which it sets as text. */
  readonly data: ProgramData;
  readonly tenants: readonly string[];
  readonly kinds: ReadonlyMap<PictureKind, string>;
}

/** The data of a program for the page's script. */
interface ProgramData {
  /** The worst severity of the findings about each node. */
  readonly severities: readonly string[];
  /** From, to, the place of its words, and whether it crosses. */
  readonly edges: readonly (readonly [number, number, number, 0 | 1])[];
  readonly words: readonly string[];
  readonly faults: readonly {
    readonly nodes: readonly number[];
    readonly edges: readonly number[];
  }[];
  readonly pairs: readonly (readonly number[])[];
}

/** A program's part of the page, with its data. */
export function programHtml(report: Report, options: ProgramOptions): ProgramHtml {
  const { judgement } = report;
  const picture = pictureOf(judgement.identityGraph, faultsOf(judgement.findings));
  const name = programOf(report);
  const heading = options.isOnly ? name : `${name}: ${verdictText([report])}`;
  const pictures = picturesHtml(picture, options);
  const body = [
    `<article class="program ${worstOf([report])}" data-program="${options.index}" aria-labelledby="p${options.index}">`,
    `<h2 id="p${options.index}">${html(heading)}</h2>`,
    `${changedSettingsHtml(report)}${unjudgedHtml(report)}${notReadHtml(report)}${settingsHtml(report)}${fleetChangesHtml(report)}`,
    findingsHtml(picture, options, pictures.ofFault),
    report.against === undefined || report.against.fleet !== undefined
      ? ""
      : changesHtml(report, report.against),
    pictures.body,
    callTable(judgement),
    workloadTable(judgement.workloads),
    nodeTable(picture),
    notesHtml(report),
    "</article>",
  ].join("\n");
  const tenants = picture.nodes.flatMap(({ tenant, area }) => tenant ?? area ?? []);
  return {
    ...{ body, data: dataOf(picture) },
    tenants: [
      ...new Set([...tenants, ...judgement.workloads.flatMap(({ tenant }) => tenant ?? [])]),
    ],
    kinds: new Map(picture.nodes.map(({ kind }) => [kind, kindWords[kind]])),
  };
}

function dataOf(picture: Picture): ProgramData {
  const words = [...new Set(picture.edges.map(({ by }) => by))];
  const places = new Map(words.map((each, place) => [each, place]));
  return {
    severities: severitiesOf(picture).map((severity) => severity ?? ""),
    edges: picture.edges.map(({ from, to, by, crosses }) => [
      ...([from, to, places.get(by) ?? 0] as const),
      crosses ? 1 : 0,
    ]),
    words,
    faults: picture.paths.map(({ nodes, edges }) => ({ nodes, edges })),
    pairs: picture.between.map(({ edges }) => edges),
  };
}

/** What was not judged comes before the findings: nothing is proven without it. */
function unjudgedHtml({ unfinished, judgement }: Report): string {
  const notes = judgement.notes.filter(leavesUnjudged);
  const lines = [
    ...(unfinished === true ? [`<li>${html(capital(unfinishedNote))}.</li>`] : []),
    ...notes.map(noteHtml),
  ];
  if (lines.length === 0) return "";
  return `<section class="unjudged"><h3>Not judged</h3><ul>${lines.join("")}</ul></section>`;
}

/** The resources that are not read, beside the verdict. */
function notReadHtml({ judgement }: Report): string {
  const unread = notReadText(judgement);
  if (unread === undefined) return "";
  return `<section class="settings"><h3>Not read</h3><p>${html(capital(unread))}.</p></section>`;
}

function notesHtml({ judgement }: Report): string {
  const lines = judgement.notes.filter((note) => !leavesUnjudged(note)).map(noteHtml);
  if (lines.length === 0) return "";
  return `<section><details><summary><h3>Not looked into (${lines.length})</h3></summary><ul>${lines.join("")}</ul></details></section>`;
}

function noteHtml({ message, source }: Report["judgement"]["notes"][number]): string {
  const at = source === undefined ? "" : `<code>${html(positionOf(source))}</code>: `;
  return `<li>${at}${proseHtml(message)}</li>`;
}

/**
 * What changed against an earlier audit of several stacks, as a table; empty where none was compared.
 *
 * On a narrow screen each row is a block of lines. That takes the table's meaning from it, which the roles give back.
 */
export function fleetChangesHtml(report: Report): string {
  const changes = fleetChangesOf(report, { verbose: false });
  if (changes === undefined) return "";
  const { before, counts, rows, more } = changes;
  const head = changeHeading.map(
    (each) => `<th role="columnheader" scope="col">${capital(each)}</th>`,
  );
  const table =
    `<table class="changes" role="table"><thead role="rowgroup"><tr role="row">${head.join("")}</tr></thead>` +
    `<tbody role="rowgroup">${rows.map(rowHtml).join("\n")}</tbody></table>`;
  return [
    `<section><h3>Since <code>${html(before)}</code></h3><p>${counts}.</p>`,
    rows.length === 0 ? "" : table,
    more > 0 ? `<p>… and ${more} more.</p>` : "",
    `</section>`,
  ].join("\n");
}

function rowHtml({ change, severity, marks, sentence, stacks, by }: ChangeRow): string {
  const tags = marks.map((mark) => ` <span class="tag mark">${html(mark)}</span>`);
  const cells = [
    ["Severity", `<span class="tag ${severity}">${severity}</span>${tags.join("")}`],
    ["What is wrong", proseHtml(capital(sentence))],
    ["Stacks", pathHtml(stacks)],
    [change === "new" ? "Introduced by" : "Removed by", proseHtml(capital(by))],
  ].map(([label, text]) =>
    text === "" ? `<td role="cell"></td>` : `<td role="cell" data-label="${label}">${text}</td>`,
  );
  return `<tr role="row" class="${change.replace(" ", "-")}" data-severity="${severity}"><th role="rowheader" scope="row">${capital(change)}</th>${cells.join("")}</tr>`;
}
