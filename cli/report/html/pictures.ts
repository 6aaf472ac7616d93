import { html } from "../escape";
import { leftOutText } from "../picture/mermaid";
import {
  partOf,
  pathPart,
  tenantPart,
  type Picture,
  type PictureKind,
  type PicturePart,
} from "../picture/picture";
import { kindWords, svgOf } from "../picture/svg";
import { counted } from "../words";
import { scrollHint } from "./text";
import type { ProgramOptions } from "./options";

/** Up to this many nodes one picture shows them all; no layout makes more of them legible. */
const mostInOne = 60;
/** Most nodes of a picture that is opened on demand. */
const mostInPart = 120;
/** Most findings that have a picture of their own, and most nodes in one. */
const mostPaths = 100;
const mostInPath = 40;
/** Most tenants of a matrix. */
const mostInMatrix = 40;

/** The pictures of a program. */
export interface Pictures {
  readonly body: string;
  /** The picture of a finding's path, folded; empty where the one picture shows it. */
  readonly ofFault: (place: number) => string;
}

/** One picture where it is legible; else a matrix of tenants, a picture of each tenant and one of each finding's path. */
export function picturesHtml(picture: Picture, options: ProgramOptions): Pictures {
  const { index } = options;
  const draw = (part: PicturePart, title: string, prefix: string): string =>
    drawn(picture, part, { ...options, title, prefix: `p${index}${prefix}` });
  if (picture.nodes.length === 0) {
    return { body: "", ofFault: () => "" };
  }
  const isOne = picture.nodes.length <= mostInOne;
  const body = isOne
    ? `<div class="stage">${draw(partOf(picture, mostInOne), "Identity graph", "g")}${infoHtml()}</div>`
    : `<h4>Between tenants</h4>${matrixHtml(picture)}<h4>Inside each tenant</h4>${infoHtml()}${tenantsHtml(picture, draw)}`;
  return {
    body: `<section class="pictures"><h3>Picture</h3>${legendHtml(picture)}${body}</section>`,
    ofFault: (place) => {
      const path = picture.paths[place];
      if (isOne || path === undefined || place >= mostPaths || path.nodes.length < 2) return "";
      const part = pathPart(picture, path, mostInPath);
      return `<details class="path"><summary>Picture of this path</summary>${draw(part, `Path of the finding`, `f${place}`)}</details>`;
    },
  };
}

interface DrawnOptions extends ProgramOptions {
  readonly title: string;
  readonly prefix: string;
}

function drawn(picture: Picture, part: PicturePart, options: DrawnOptions): string {
  const { layout, title, prefix } = options;
  const note =
    part.leftOut === 0
      ? ""
      : `<p class="muted">${html(leftOutText(part.leftOut, part.nodes.length + part.leftOut))}; the table below has them all.</p>`;
  return (
    `<div>${scrollHint("the picture")}<div class="scroll" tabindex="0" role="group" aria-label="${html(title)}, scrollable">` +
    `${svgOf(picture, part, { layout, title, prefix })}</div>${note}</div>`
  );
}

function infoHtml(): string {
  return `<div class="info" role="status"><p class="muted">Choose a node or a finding to see what it leads to.</p></div>`;
}

function tenantsHtml(
  picture: Picture,
  draw: (part: PicturePart, title: string, prefix: string) => string,
): string {
  const areas = [...new Set(picture.nodes.map(({ area }) => area))].sort((a, b) =>
    a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1,
  );
  const crossing = new Set(
    picture.edges.flatMap(({ from, to, crosses }) => (crosses ? [from, to] : [])),
  );
  const parts = areas.map((area, index) => {
    const own = picture.nodes.flatMap((node, place) => (node.area === area ? [place] : []));
    return { area, index, own, crosses: own.filter((place) => crossing.has(place)).length };
  });
  // Those with a crossing first: few readers go through all.
  return [
    ...parts.filter(({ crosses }) => crosses > 0),
    ...parts.filter(({ crosses }) => crosses === 0),
  ]
    .map(({ area, index, own, crosses }) => {
      const workloads = own.filter((place) => picture.nodes[place]?.kind === "workload").length;
      const name = area ?? "no tenant";
      const counts = `${counted(workloads, "workload")}, ${counted(own.length, "node")}`;
      const bad = crosses === 0 ? "" : `, <b class="crosses">${crosses} where tenants cross</b>`;
      return (
        `<details class="tenant" data-tenant="${html(area ?? "")}"><summary>${html(name)} <span class="muted">${counts}${bad}</span></summary>` +
        `${draw(tenantPart(picture, area, mostInPart), `Identity graph of ${name}`, `t${index}`)}</details>`
      );
    })
    .join("\n");
}

/** Which tenant comes to what is another's, or shares it, and by how many edges. */
function matrixHtml({ between, nodes }: Picture): string {
  const all = new Set(nodes.flatMap(({ area }) => area ?? []));
  const involved = [...new Set(between.flatMap(({ from, to }) => [from, to]))].sort();
  if (involved.length === 0) return `<p>No tenant comes to what is another's.</p>`;
  const shown = involved.slice(0, mostInMatrix);
  const rest = involved.length - shown.length;
  const uninvolved = [...all].filter((tenant) => !involved.includes(tenant)).length;
  const places = new Map(
    between.map(({ from, to }, place) => [JSON.stringify([from, to]), place] as const),
  );
  const cell = (from: string, to: string): string => {
    if (from === to) return `<td class="self"></td>`;
    const place = places.get(JSON.stringify([from, to]));
    const pair = place === undefined ? undefined : between[place];
    if (pair === undefined) return "<td></td>";
    const words = `${from} comes to what is shared with ${to} or its own: ${counted(pair.edges.length, "edge")}`;
    return `<td class="hit"><button type="button" data-pair="${place ?? 0}" data-from="${html(from)}" aria-pressed="false" aria-label="${html(words)}">${pair.edges.length}</button></td>`;
  };
  const notes = [
    ...(rest > 0 ? [`${counted(rest, "more tenant")} that cross: the table below has all.`] : []),
    ...(uninvolved > 0 ? [`${counted(uninvolved, "more tenant")} without a crossing.`] : []),
  ];
  return (
    `<p class="muted">A row's tenant comes to what belongs to the column's tenant, or shares it. Numbers count edges.</p>` +
    `${scrollHint("the table")}<div class="scroll" tabindex="0" role="group" aria-label="Tenants, scrollable"><table class="matrix" aria-label="Tenants that cross">` +
    `<thead><tr><td></td>${shown.map((to) => `<th scope="col"><span>${html(to)}</span></th>`).join("")}</tr></thead>` +
    `<tbody>${shown
      .map(
        (from) =>
          `<tr><th scope="row">${html(from)}</th>${shown.map((to) => cell(from, to)).join("")}</tr>`,
      )
      .join(
        "",
      )}</tbody></table></div>${notes.map((note) => `<p class="muted">${note}</p>`).join("")}`
  );
}

function legendHtml({ nodes, edges }: Picture): string {
  const drawnKinds = new Set(nodes.map(({ kind }) => kind));
  const kinds = (Object.keys(kindWords) as PictureKind[]).filter((kind) => drawnKinds.has(kind));
  const lines = [
    ...(edges.some(({ to }) => nodes[to]?.kind === "secret") ? ["uses"] : []),
    ...(edges.some(({ by }) => by === "may call") ? ["calls"] : []),
    ...(edges.some(({ possible }) => possible) ? ["possible"] : []),
    ...(edges.some(({ crosses }) => crosses) ? ["crosses"] : []),
  ];
  const words: Readonly<Record<string, string>> = {
    uses: "uses a secret",
    calls: "may call",
    possible: "not certain",
    crosses: "crosses tenants",
  };
  return `<ul class="legend" aria-label="Legend">${[
    ...kinds.map((kind) => `<li><i class="key ${kind}"></i>${kindWords[kind]}</li>`),
    `<li><i class="line"></i>runs as or assumes</li>`,
    ...lines.map((line) => `<li><i class="line ${line}"></i>${words[line] ?? line}</li>`),
  ].join("")}</ul>`;
}
