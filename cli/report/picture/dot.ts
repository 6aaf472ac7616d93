import { plain } from "../escape";
import { leftOutText } from "./mermaid";
import { areasIn, labelsIn, type Picture, type PictureKind, type PicturePart } from "./picture";

const shapes: Readonly<Record<PictureKind, string>> = {
  workload: "box",
  tool: "component",
  namespace: "folder",
  identity: "ellipse",
  secret: "note",
  outside: "doublecircle",
  thing: "cylinder",
};

/** A part of a picture in Graphviz's language; red is where a tenant crosses. */
export function dotOf(picture: Picture, part: PicturePart): string {
  const labels = labelsIn(picture, part);
  const nodeLine = (place: number): string => {
    const node = picture.nodes[place];
    const tooltip = [node?.what ?? "", node?.tenant ?? ""].filter((text) => text !== "").join(", ");
    return `n${place} [label=${quoted(labels.get(place) ?? "")} tooltip=${quoted(tooltip)} shape=${shapes[node?.kind ?? "thing"]}];`;
  };
  const inArea = (area: string | undefined): readonly string[] =>
    part.nodes.filter((place) => picture.nodes[place]?.area === area).map(nodeLine);
  const edges = part.edges.flatMap((place) => picture.edges[place] ?? []);
  return [
    "digraph agentid {",
    '  rankdir=LR; node [fontname="Helvetica" fontsize=11]; edge [fontname="Helvetica" fontsize=9];',
    ...areasIn(picture, part).flatMap((area, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${quoted(area)};`,
      ...inArea(area).map((line) => `    ${line}`),
      "  }",
    ]),
    ...inArea(undefined).map((line) => `  ${line}`),
    ...(part.leftOut === 0
      ? []
      : [
          `  left_out [label=${quoted(leftOutText(part.leftOut, picture.nodes.length))} shape=plain];`,
        ]),
    ...edges.map(({ from, to, by, possible, crosses }) => {
      const style = [
        ...(possible ? ["style=dashed"] : []),
        ...(crosses ? ['color="#d1242f" penwidth=2'] : []),
      ];
      return `  n${from} -> n${to} [${[`label=${quoted(by)}`, ...style].join(" ")}];`;
    }),
    "}",
    "",
  ].join("\n");
}

/** Text in quotes of DOT; `\N` and `&lt;` are literal. A quoted text is no HTML label. */
function quoted(text: string): string {
  const escaped = plain(text).replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/&/g, "&amp;");
  return `"${escaped}"`;
}
