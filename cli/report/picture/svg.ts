import { html, plain } from "../escape";
import type { LaidOut, Layout, Point } from "./layout";
import { shortened } from "./mermaid";
import { areasIn, labelsIn, type Picture, type PictureKind, type PicturePart } from "./picture";

/** How a picture is drawn. */
export interface Drawing {
  readonly layout: Layout;
  /** What the picture shows, for a screen reader; not escaped yet. */
  readonly title: string;
  /** Makes ids of one document unique; letters and digits. */
  readonly prefix: string;
  /** A style sheet of its own, where the picture is a file. Without it, it is part of a page whose script controls it. */
  readonly style?: string;
}

/** Width of a character at 11 pixels: monospace fonts have 0.6 em, whatever the font. */
const characterWidth = 6.6;
const boxHeight = 24;
const padding = 11;
const longestLabel = 32;
const margin = 6;

/** What kinds are called in what is read aloud. */
export const kindWords: Readonly<Record<PictureKind, string>> = {
  workload: "workload",
  tool: "tool",
  namespace: "namespace",
  identity: "identity",
  secret: "secret",
  outside: "outside the stack",
  thing: "other thing",
};

/** A part of a picture as SVG, laid out from left to right, tenants as areas. */
export function svgOf(picture: Picture, part: PicturePart, drawing: Drawing): string {
  const { prefix, style, title } = drawing;
  const labels = new Map(
    [...labelsIn(picture, part)].map(([place, label]) => [
      place,
      shortened(plain(label), longestLabel),
    ]),
  );
  const areas = areasIn(picture, part);
  const titleOf = (area: string): string => shortened(plain(area), longestLabel);
  const laidOut = drawing.layout({
    boxes: part.nodes.map((place) => {
      const { area } = picture.nodes[place] ?? {};
      return {
        id: `n${place}`,
        ...{ width: widthOf(labels.get(place) ?? ""), height: boxHeight },
        ...(area !== undefined && { area: areas.indexOf(area) }),
      };
    }),
    arrows: part.edges.flatMap((place) => {
      const edge = picture.edges[place];
      return edge === undefined
        ? []
        : [{ id: `e${place}`, from: `n${edge.from}`, to: `n${edge.to}` }];
    }),
    areas: areas.map((area) => ({ titleWidth: widthOf(titleOf(area)) })),
  });
  const [width, height] = [laidOut.width + 2 * margin, laidOut.height + 2 * margin].map(number);
  const only =
    style === undefined ? "" : ` xmlns="http://www.w3.org/2000/svg" class="agentid picture"`;
  return [
    `<svg${only} viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${html(title)}">`,
    ...(style === undefined ? [] : [`<style>${style}</style>`]),
    `<defs>${marker(`${prefix}m`, "mark", 7)}${marker(`${prefix}c`, "mark crosses", 9)}</defs>`,
    ...areas.flatMap((area, index) => areaText(titleOf(area), laidOut, index)),
    ...part.edges.flatMap((place) => edgeText(picture, place, laidOut, prefix)),
    ...part.nodes.flatMap((place, index) =>
      nodeText(picture, place, {
        at: laidOut.boxes.get(`n${place}`),
        label: labels.get(place) ?? "",
        isFirst: index === 0,
        isStandalone: style !== undefined,
      }),
    ),
    "</svg>",
  ].join("\n");
}

function areaText(title: string, { areas }: LaidOut, index: number): readonly string[] {
  const area = areas.get(index);
  if (area === undefined) return [];
  const [x, y] = moved(area.at);
  const [width, height] = area.size.map(number);
  return [
    `<g class="area"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
      `<text x="${number(x + 10)}" y="${number(y + 16)}">${html(title)}</text></g>`,
  ];
}

function edgeText(
  { edges, nodes }: Picture,
  place: number,
  { arrows }: LaidOut,
  prefix: string,
): readonly string[] {
  const [edge, arrow] = [edges[place], arrows.get(`e${place}`)];
  if (edge === undefined || arrow === undefined) return [];
  const [first, ...rest] = arrow.curve.map((point) => moved(point).join(" "));
  const path = `M${first ?? ""}C${rest.join(" ")}L${moved(arrow.tip).join(" ")}`;
  const classes = [
    "edge",
    ...(nodes[edge.to]?.kind === "secret" ? ["uses"] : []),
    ...(edge.by === "may call" ? ["calls"] : []),
    ...(edge.possible ? ["possible"] : []),
    ...(edge.crosses ? ["crosses"] : []),
  ];
  const head = edge.crosses ? `${prefix}c` : `${prefix}m`;
  return [
    `<path class="${classes.join(" ")}" data-e="${place}" marker-end="url(#${head})" d="${path}"/>`,
  ];
}

interface Shown {
  readonly at: Point | undefined;
  readonly label: string;
  readonly isFirst: boolean;
  readonly isStandalone: boolean;
}

function nodeText(
  picture: Picture,
  place: number,
  { at, label, isFirst, isStandalone }: Shown,
): readonly string[] {
  const node = picture.nodes[place];
  if (node === undefined || at === undefined) return [];
  const [x, y] = moved(at);
  const width = widthOf(label);
  const [left, top] = [number(x - width / 2), number(y - boxHeight / 2)];
  const crosses = picture.edges.some(
    (edge) => edge.crosses && (edge.from === place || edge.to === place),
  );
  const classes = `node ${node.kind}${crosses ? " crosses" : ""}`;
  const words = nodeWords(picture, place);
  // Who sees the label and speaks it to the browser finds the node by it.
  const reported = html(label.includes("…") ? `${label}: ${words}` : words);
  const access = isStandalone
    ? ""
    : ` role="button" tabindex="${isFirst ? 0 : -1}" aria-label="${reported}" data-n="${place}"`;
  return [
    `<g class="${classes}"${access}>${isStandalone ? `<title>${reported}</title>` : ""}` +
      shapeOf(node.kind, left, top, width) +
      `<text x="${number(left + padding)}" y="${number(y + 4)}">${html(label)}</text></g>`,
  ];
}

/** What is read aloud of a node. */
function nodeWords({ nodes, edges }: Picture, place: number): string {
  const node = nodes[place];
  if (node === undefined) return "";
  const out = edges.filter(({ from }) => from === place);
  const into = edges.filter(({ to }) => to === place);
  const crosses = [...out, ...into].some((edge) => edge.crosses);
  const tenant = node.tenant === undefined ? "of no tenant" : `of tenant ${node.tenant}`;
  const what = node.what === "" ? kindWords[node.kind] : node.what;
  const end = crosses ? "; crosses a tenant boundary" : "";
  return `${node.label}, ${what} ${tenant}; leads to ${out.length}, reached from ${into.length}${end}`;
}

function shapeOf(kind: PictureKind, x: number, y: number, width: number): string {
  const rect = (radius: number): string =>
    `<rect x="${x}" y="${y}" width="${width}" height="${boxHeight}" rx="${radius}"/>`;
  switch (kind) {
    case "identity":
      return rect(12);
    case "secret":
      return `<path d="M${x} ${y}h${number(width - 8)}l8 8v${boxHeight - 8}h-${width}z"/>`;
    case "tool":
      return `${rect(0)}<path d="M${number(x + 4)} ${y}v${boxHeight}M${number(x + width - 4)} ${y}v${boxHeight}"/>`;
    case "outside":
      return `<path d="M${number(x + 8)} ${y}h${number(width - 16)}l8 12l-8 12h-${number(width - 16)}l-8 -12z"/>`;
    case "workload":
    case "namespace":
    case "thing":
      return rect(3);
  }
}

function marker(id: string, classes: string, size: number): string {
  return (
    `<marker id="${id}" class="${classes}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="${size}" ` +
    `markerHeight="${size}" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`
  );
}

function moved([x, y]: Point): readonly [number, number] {
  return [number(x + margin), number(y + margin)];
}

function number(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Ideographs and pictures of emoji are as wide as two letters. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

function widthOf(label: string): number {
  const cells = Array.from(label).reduce((sum, each) => sum + (wide.test(each) ? 2 : 1), 0);
  return number(cells * characterWidth + 2 * padding);
}
