import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../core/snapshot/resource";
import { judgeSnapshot } from "../policy-pack/judge";
import { rules } from "../policy-pack/rules";
import { defaultSettings } from "../policy-pack/settings";
import { resourcesOfProgram } from "./support/program-block";
import { manifest, snapshotOf } from "./support/resources";
import { waivers } from "./support/waived";

const folder = join(__dirname, "..", "docs", "rules");

interface Block {
  readonly section: string;
  readonly language: string;
  readonly code: string;
  /** The waivers file that the page shows before it. */
  readonly waivers?: string;
}

describe("rule pages", () => {
  for (const rule of rules) {
    const blocks = blocksOf(readFileSync(join(folder, `${rule.id}.md`), "utf8"));

    it(`${rule.id}: show what to avoid and what to prefer`, () => {
      for (const section of ["Avoid", "Prefer"]) {
        assert.ok(
          blocks.some((block) => block.section === section),
          `no block under ${section}`,
        );
      }
    });

    for (const [index, block] of blocks.entries()) {
      const label = `${rule.id}: block ${index + 1}, ${block.language}`;
      if (block.section === "Avoid") {
        it(`${label}, is rejected`, async () => {
          const violated = (await findings(block)).filter((finding) => finding.rule === rule.id);
          assert.ok(violated.some((finding) => finding.verdict === "violated"));
        });
      } else if (block.section === "Prefer") {
        it(`${label}, is accepted by every rule`, async () => {
          const found = await findings(block);
          assert.deepEqual(
            found
              .filter(({ waiver }) => waiver === undefined)
              .map(({ rule: id, message }) => `${id}: ${message}`),
            [],
          );
        });
      }
    }
  }
});

async function findings(block: Block) {
  const resources = await resourcesOf(block);
  const waived = block.waivers === undefined ? undefined : waivers(block.waivers);
  const judging = { settings: defaultSettings, ...(waived && { waivers: waived }) };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings;
}

function resourcesOf(block: Block): Promise<readonly Resource[]> {
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

/** The fenced blocks of a page with the second-level heading they stand under; a waivers file goes with the next. */
function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = "";
  let waiversFile: string | undefined;
  let open: { language: string; lines: string[] } | undefined;
  for (const line of page.split("\n")) {
    const fence = /^```(\w*)/.exec(line);
    if (open === undefined) {
      if (line.startsWith("## ")) section = line.slice(3).trim();
      else if (fence !== null) open = { language: fence[1] ?? "", lines: [] };
    } else if (fence !== null) {
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
