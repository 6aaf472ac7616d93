import assert from "node:assert/strict";
import { judgeSnapshot } from "../policy-pack/run/judge";
import { rules } from "../policy-pack/rules/index";
import { defaultSettings } from "../policy-pack/findings/settings";
import { blocksOfRule, resourcesOfBlock, type Block } from "./support/rule-page";
import { snapshotOf } from "./support/resources";
import { waivers } from "./support/waived";

describe("rule pages", () => {
  for (const rule of rules) {
    const blocks = blocksOfRule(rule.id);

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
  const resources = await resourcesOfBlock(block);
  const waived = block.waivers === undefined ? undefined : waivers(block.waivers);
  const judging = { settings: defaultSettings, ...(waived && { waivers: waived }) };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings;
}
