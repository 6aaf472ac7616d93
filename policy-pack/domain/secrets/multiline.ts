import { longestText } from "./longest-text";
import type { Piece } from "./piece";

/** A name at the end of a line, with the value on the lines below: its indentation, and the head of a block of YAML. */
const opening =
  /^([ \t]{0,200}(?:-[ \t]{1,20}){0,4})["']?([A-Za-z_][\w.-]{0,120})["']?[ \t]{0,8}:(?:[ \t]{1,20}(!!binary[ \t]{1,8})?([|>])[+\-\d]{0,2})?[ \t]{0,20}(?:#.*)?\r?$/;

/** One value on a line of its own: in quotes, or a word. */
const alone = /^(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'|>[\]{}#&*,:-][^\s"':,]*)),?$/;

/** Where a text in three quotes begins: `key = """`. */
const named = /(?:^|[\s,({])["']?([A-Za-z_][\w.-]{0,120})["']?[ \t]{0,4}[:=][ \t]{0,4}$/;

/**
 * The values of a text that are on other lines than their names: blocks of YAML, values below their names, and texts in three quotes,
 * as TOML and Python have them.
 *
 * Source: YAML 1.2.2, 8.1 (block scalars); toml.io, v1.0.0 (multi-line strings).
 */
export function valuesOverLines(text: string): readonly Piece[] {
  const start = text.slice(0, longestText);
  if (!start.includes("\n") && !start.includes('"""') && !start.includes("'''")) return [];
  return [...belowNames(start), ...inThreeQuotes(start)];
}

function* belowNames(text: string): Iterable<Piece> {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const [, before = "", under, , style] = opening.exec(lines[index] ?? "") ?? [];
    if (under === undefined) continue;
    const block = blockAfter(lines, index, before.length);
    if (style === undefined) {
      const [first = "", ...others] = block.filter((line) => line !== "");
      const [, double, single, word] = alone.exec(first) ?? [];
      const value = double ?? single ?? (others.length === 0 ? word : undefined) ?? "";
      if (value !== "") yield { text: value, under };
      continue;
    }
    const value = block.join(style === ">" ? " " : "\n").trim();
    if (value !== "") yield { text: value, under };
    // A block is one value: a name in it is one of that text.
    index += block.length;
  }
}

/** The lines after one that are indented deeper, without what they share of it. */
function blockAfter(
  lines: readonly string[],
  index: number,
  indentation: number,
): readonly string[] {
  const block: string[] = [];
  let shared = Infinity;
  for (const line of lines.slice(index + 1, index + 1 + mostLines)) {
    const content = line.trimEnd();
    const depth = content.length - content.trimStart().length;
    if (content !== "" && depth <= indentation) break;
    if (content !== "") shared = Math.min(shared, depth);
    block.push(content);
  }
  return block.map((line) => line.slice(shared === Infinity ? 0 : shared));
}

/** Most lines of a value: a key of 16,384 bits in PEM has 200. */
const mostLines = 400;

function* inThreeQuotes(text: string): Iterable<Piece> {
  for (const quotes of ['"""', "'''"]) {
    let at = text.indexOf(quotes);
    while (at >= 0) {
      const end = text.indexOf(quotes, at + 3);
      if (end < 0) break;
      const under = named.exec(text.slice(Math.max(0, at - 140), at))?.[1];
      const value = text
        .slice(at + 3, end)
        .replace(/\\\r?\n\s{0,400}/g, "")
        .trim();
      if (under !== undefined && value !== "") yield { text: value, under };
      at = text.indexOf(quotes, end + 3);
    }
  }
}
