import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Graph as VizGraph, Viz } from "@viz-js/viz";
import { packageFacts } from "../policy-pack/files/package-facts";
import type { LaidOut, Layout, LayoutRequest, Point } from "./report/picture/layout";
import type { PageParts } from "./report/reporter";

/** Points of Graphviz in an inch; it takes the sizes of boxes in inches. */
const inch = 72;

/** Lays graphs out by Graphviz: 1.2 MB of WebAssembly, loaded when a picture is drawn. */
export async function loadLayout(): Promise<Layout> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  return (request) => laidOut(viz, request);
}

/** What pictures are drawn with. */
export async function loadPencil(): Promise<Pick<PageParts, "layout" | "pictureStyle">> {
  return { layout: await loadLayout(), pictureStyle: partOfPage("picture.css") };
}

/** All that an HTML report has beside its text. */
export async function loadPage(): Promise<PageParts> {
  return {
    ...(await loadPencil()),
    style: partOfPage("report.css"),
    script: partOfPage("report.js"),
  };
}

function partOfPage(file: string): string {
  return readFileSync(join(packageFacts(__dirname).folder, "cli/page", file), "utf8");
}

interface Placed {
  readonly name?: string;
  readonly pos?: string;
  readonly bb?: string;
}

/** Graphviz receives objects, and no names of a program: nothing of these has to be quoted. */
function laidOut(viz: Viz, { boxes, arrows, areas }: LayoutRequest): LaidOut {
  const graph: VizGraph = {
    graphAttributes: { rankdir: "LR", nodesep: 0.14, ranksep: 0.42 },
    nodeAttributes: { shape: "box", fixedsize: true, label: "" },
    edgeAttributes: { arrowsize: 0.6 },
    nodes: boxes.map(({ id, width, height }) => ({
      name: id,
      attributes: { width: width / inch, height: height / inch },
    })),
    edges: arrows.map(({ id, from, to }) => ({ tail: from, head: to, attributes: { id } })),
    subgraphs: areas.map((_, index) => ({
      name: `cluster_${index}`,
      // Room for the title, which the caller draws.
      graphAttributes: { margin: 14, label: "x", fontsize: 11 },
      nodes: boxes.filter(({ area }) => area === index).map(({ id }) => ({ name: id })),
    })),
  };
  const rendered = viz.render(graph, { format: "json" });
  if (rendered.status !== "success") {
    throw new Error(`the picture was not laid out: ${JSON.stringify(rendered.errors)}`);
  }
  const result = JSON.parse(rendered.output) as {
    readonly bb: string;
    readonly objects?: readonly Placed[];
    readonly edges?: readonly { readonly id: string; readonly pos: string }[];
  };
  const [, , width = 0, height = 0] = numbersIn(result.bb);
  const pointOf = (text: string): Point => {
    const [x = 0, y = 0] = numbersIn(text);
    return [x, height - y];
  };
  const found = {
    boxes: new Map<string, Point>(),
    arrows: new Map<string, { curve: readonly Point[]; tip: Point }>(),
    areas: new Map<number, { at: Point; size: Point }>(),
  };
  for (const { name = "", pos, bb } of result.objects ?? []) {
    if (pos !== undefined) found.boxes.set(name, pointOf(pos));
    if (bb === undefined || !name.startsWith("cluster_")) continue;
    const [left = 0, bottom = 0, right = 0, top = 0] = numbersIn(bb);
    const size = [right - left, top - bottom] as const;
    found.areas.set(Number(name.slice("cluster_".length)), { at: [left, height - top], size });
  }
  for (const { id, pos } of result.edges ?? []) {
    const parts = pos.split(" ");
    const end = parts.find((part) => part.startsWith("e,"));
    const curve = parts.filter((part) => !/^[se],/.test(part)).map(pointOf);
    const tip = end === undefined ? curve.at(-1) : pointOf(end.slice(2));
    if (tip !== undefined) found.arrows.set(id, { curve, tip });
  }
  return { width, height, ...found };
}

function numbersIn(text: string): readonly number[] {
  return text.split(",").map(Number);
}
