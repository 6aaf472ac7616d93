import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import { resourcesOfProgram } from "./program-block";
import { manifest } from "./resources";

const folder = join(__dirname, "../../docs/rules");

/** A code block of a rule's page. */
export interface Block {
  readonly section: string;
  readonly language: string;
  readonly code: string;
  /** The waivers file that the page shows before it. */
  readonly waivers?: string;
}

/** The blocks of the page of a rule. */
export function blocksOfRule(id: string): readonly Block[] {
  return blocksOf(readFileSync(join(folder, `${id}.md`), "utf8"));
}

/** The resources that a block declares. */
export function resourcesOfBlock(block: Block): Promise<readonly Resource[]> {
  switch (block.language) {
    case "yaml":
      return Promise.resolve(manifest(block.code));
    case "ts":
    case "typescript":
      return resourcesOfProgram(block.code);
    default:
      throw new Error(`a block under ${block.section} is yaml or ts, not \`${block.language}\``);
  }
}

/** The code blocks of a page with their second-level heading; a waivers file goes with the next. */
function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = "";
  let waiversFile: string | undefined;
  let open: { language: string; lines: string[] } | undefined;
  for (const line of page.split("\n")) {
    const isolation = /^```(\w*)/.exec(line);
    if (open === undefined) {
      if (line.startsWith("## ")) section = line.slice(3).trim();
      else if (isolation !== null) open = { language: isolation[1] ?? "", lines: [] };
    } else if (isolation !== null) {
      const { language } = open;
      const code = open.lines.join("\n");
      if (/^waivers:/m.test(code)) waiversFile = code;
      else {
        blocks.push({ section, language, code, ...(waiversFile && { waivers: waiversFile }) });
        waiversFile = undefined;
      }
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks;
}
