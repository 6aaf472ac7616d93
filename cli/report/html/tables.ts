import type { Against } from "../../../policy-pack/views/against";
import type { Judgement, Report, WorkloadSummary } from "../../../policy-pack/views/report";
import { authorityIn, callCells, callHeading, findingsIn, goneIn, rowsOf } from "../delta-text";
import { html } from "../escape";
import type { Picture, PictureEdge } from "../picture/picture";
import { kindWords } from "../picture/svg";
import { positionOf } from "../words";
import { capital, pathHtml, proseHtml, scrollHint } from "./text";

/** A table with more rows is folded. */
const mostOpen = 60;
/** Most names in a cell. */
const mostNames = 12;

/** Each workload with what it authenticates as. */
export function workloadTable(workloads: readonly WorkloadSummary[]): string {
  const rows = workloads.map((workload) => {
    const { label, what, is, tenant, identities, federation, source } = workload;
    return rowHtml(
      `data-kind="${is === "tool" ? "tool" : "workload"}" data-tenant="${html(tenant ?? "")}"`,
      [
        label,
        is === "undeclared" ? what : `${is} (${what})`,
        tenant ?? "none",
        identities.join(", ") || "none",
        federation.join(", ") || "none",
        source === undefined ? "" : positionOf(source),
      ].map(pathHtml),
    );
  });
  const columns = ["Workload", "Is", "Tenant", "Identities", "Obtained by", "Declared at"];
  return tableHtml("Workloads", columns, rows);
}

/** Who may call what: each grant of a tool to a workload. */
export function callTable({ authority, workloads }: Judgement): string {
  const tenants = new Map(workloads.map(({ label, tenant }) => [label, tenant]));
  const rows = (authority?.calls ?? []).map((grant) =>
    rowHtml(`data-kind="workload tool" data-tenant="${html(tenants.get(grant.label) ?? "")}"`, [
      ...callCells(grant).map(pathHtml),
      grant.source === undefined ? "" : pathHtml(positionOf(grant.source)),
    ]),
  );
  return tableHtml("Who may call what", [...callHeading.map(capital), "Declared at"], rows);
}

/** What is new against an earlier state: findings by number, and each change of authority. */
export function changesHtml(report: Report, against: Against): string {
  const rows = rowsOf(against).map((row) => {
    const { change, sentence, source, crosses, what, tenant } = row;
    const across =
      crosses === undefined ? "" : ` <b class="crosses">crosses tenants: ${html(crosses)}</b>`;
    return rowHtml(
      `data-kind="${what === "workload" ? "workload tool" : "identity"}" data-tenant="${html(tenant ?? "")}"`,
      [
        change,
        `${proseHtml(sentence)}${across}`,
        source === undefined
          ? ""
          : pathHtml(`${change === "narrower" ? "was " : ""}${positionOf(source)}`),
      ],
    );
  });
  const gone = goneIn(against).map(
    ({ rule, message }) => `<li>gone: <code>${html(rule)}</code> ${proseHtml(message)}</li>`,
  );
  return (
    `<section><h3>Compared with <code>${html(against.before)}</code></h3>` +
    `<p>${html(findingsIn(report, against))}. Authority: ${html(authorityIn(against))}.</p>` +
    (gone.length === 0 ? "" : `<ul>${gone.join("")}</ul>`) +
    `${tableHtml("Changes of authority", ["Change", "What changes", "Declared at"], rows)}</section>`
  );
}

/** Every node of the picture with its edges: the picture as text. */
export function nodeTable({ nodes, edges }: Picture): string {
  const leaving = new Map<number, PictureEdge[]>();
  const arriving = new Map<number, PictureEdge[]>();
  for (const edge of edges) {
    push(leaving, edge.from, edge);
    push(arriving, edge.to, edge);
  }
  const labelOf = (place: number): string => nodes[place]?.label ?? "";
  const rows = nodes.map((node, place) =>
    rowHtml(
      `data-node="${place}" data-kind="${node.kind}" data-tenant="${html(node.tenant ?? node.area ?? "")}"`,
      [
        pathHtml(node.label),
        html(node.what === "" ? kindWords[node.kind] : node.what),
        html(node.tenant ?? "none"),
        edgesHtml(leaving.get(place), ({ to, by }) => `${by} ${labelOf(to)}`),
        edgesHtml(arriving.get(place), ({ from, by }) => `${labelOf(from)}: ${by}`),
        node.source === undefined ? "" : pathHtml(positionOf(node.source)),
      ],
    ),
  );
  const columns = ["Name", "Is", "Tenant", "Leads to", "Reached from", "Declared at"];
  return tableHtml("Identities, secrets and what uses them", columns, rows);
}

function edgesHtml(
  edges: readonly PictureEdge[] = [],
  wordsOf: (edge: PictureEdge) => string,
): string {
  const shown = edges.slice(0, mostNames).map((edge) => {
    const words = pathHtml(`${wordsOf(edge)}${edge.possible ? " (not certain)" : ""}`);
    return edge.crosses ? `<b class="crosses">${words} (crosses tenants)</b>` : words;
  });
  const rest = edges.length - shown.length;
  return `${shown.join("<br>")}${rest > 0 ? `<br>and ${rest} more` : ""}`;
}

function rowHtml(attributes: string, [first = "", ...cells]: readonly string[]): string {
  return `<tr ${attributes}><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function tableHtml(title: string, columns: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return "";
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join("");
  return (
    `<section><details class="table"${rows.length > mostOpen ? "" : " open"}><summary><h3>${title} (${rows.length})</h3></summary>` +
    `${scrollHint("the table")}<div class="scroll" tabindex="0" role="group" aria-label="${title}, scrollable"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${rows.join("\n")}</tbody></table></div></details></section>`
  );
}

function push(map: Map<number, PictureEdge[]>, key: number, edge: PictureEdge): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [edge]);
  else known.push(edge);
}
