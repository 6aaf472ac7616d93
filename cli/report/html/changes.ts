import type { Report } from "../../../core/report";
import { html } from "../escape";
import { changeHeading, fleetChangesOf, type ChangeRow } from "../fleet-changes";
import { capital, pathHtml, proseHtml } from "./text";

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
