import { plain } from "../escape";
import {
  areasIn,
  labelsIn,
  partOf,
  type Picture,
  type PictureKind,
  type PicturePart,
} from "./picture";

/** What GitHub draws of one diagram; more is an error there. Source: Mermaid 11, `maxEdges` and `maxTextSize`. */
export const mermaidLimits = { edges: 500, characters: 50_000 } as const;

/** Maximum nodes of a readable picture. */
const mostMermaidNodes = 40;

/** The part of a picture that GitHub draws and that is readable. */
export function mermaidPart(picture: Picture): PicturePart {
  for (let most = mostMermaidNodes; ; most = Math.floor(most / 2)) {
    const part = partOf(picture, most, mermaidLimits.edges);
    if (most < 2 || mermaidOf(picture, part).length <= mermaidLimits.characters) return part;
  }
}

/** Longest label, in characters. */
const longestLabel = 60;

/** How nodes of each kind are drawn, around their labels. */
const shapes: Readonly<Record<PictureKind, readonly [string, string]>> = {
  workload: ["[", "]"],
  tool: ["[[", "]]"],
  namespace: ["[/", "/]"],
  identity: ["([", "])"],
  secret: ["{{", "}}"],
  outside: ["((", "))"],
  thing: ["[(", ")]"],
};

/** A part of a picture as a flowchart of Mermaid; red is where a tenant crosses. */
export function mermaidOf(picture: Picture, part: PicturePart): string {
  const labels = labelsIn(picture, part);
  const nodeLine = (place: number): string => {
    const [open, close] = shapes[picture.nodes[place]?.kind ?? "thing"];
    return `n${place}${open}"${mermaidText(labels.get(place) ?? "")}"${close}`;
  };
  const inArea = (area: string | undefined): readonly string[] =>
    part.nodes.filter((place) => picture.nodes[place]?.area === area).map(nodeLine);
  const areas = areasIn(picture, part).flatMap((area, index) => [
    `  subgraph t${index}["${mermaidText(area)}"]`,
    ...inArea(area).map((line) => `    ${line}`),
    "  end",
  ]);
  const edges = part.edges.flatMap((place) => picture.edges[place] ?? []);
  const crossing = edges.flatMap(({ crosses }, index) => (crosses ? [index] : []));
  const note =
    part.leftOut === 0
      ? []
      : [`  left_out["${mermaidText(leftOutText(part.leftOut, picture.nodes.length))}"]`];
  return [
    "flowchart LR",
    "  %% agentid graph",
    ...areas,
    ...inArea(undefined).map((line) => `  ${line}`),
    ...note,
    ...edges.map(
      ({ from, to, by, possible }) =>
        `  n${from} ${possible ? "-.->" : "-->"}|"${mermaidText(by)}"| n${to}`,
    ),
    ...(crossing.length === 0
      ? []
      : [`  linkStyle ${crossing.join(",")} stroke:#d1242f,stroke-width:3px`]),
    "",
  ].join("\n");
}

/** The sentence for an incomplete picture. */
export function leftOutText(leftOut: number, all: number): string {
  return `${leftOut} of ${all} nodes are left out`;
}

/**
 * Text in quotes of Mermaid: everything but letters, digits and their joiners is written as character references.
 *
 * So nothing reads as Markdown (`1.`, `*`, a backtick), HTML or a directive.
 */
export function mermaidText(text: string): string {
  const shown = shortened(plain(text));
  if (shown.trim() === "") return "#8212;";
  return shown.replace(
    /(?<=[\p{L}\p{N}])[-_/](?=[\p{L}\p{N}])|[^\p{L}\p{M}\p{N} ]/gu,
    (character, offset: number) =>
      /[-_/]/.test(character) && isBetween(shown, offset)
        ? character
        : `#${character.codePointAt(0) ?? 0};`,
  );
}

function isBetween(text: string, offset: number): boolean {
  const isWord = /[\p{L}\p{N}]/u;
  return isWord.test(text.charAt(offset - 1)) && isWord.test(text.charAt(offset + 1));
}

/** A long label with its middle left out. */
export function shortened(text: string, longest = longestLabel): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const end = Math.floor((longest - 1) / 2);
  return [...characters.slice(0, longest - 1 - end), "…", ...characters.slice(-end)].join("");
}
