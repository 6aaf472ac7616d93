import assert from "node:assert/strict";
import { join } from "node:path";
import { rules } from "../policy-pack/rules/index";
import { judge } from "../testing/index";
import { Folder } from "./cli/support/folder";
import { blocksOfRule, type Block } from "./support/rule-page";
import { today } from "./support/waived";

describe("rule pages", () => {
  const folder = new Folder();
  before(() => folder.installed());
  after(() => folder.remove());

  /** The findings of a block as a user has them. */
  async function findings({ language, code, waivers }: Block, name: string) {
    const file = { ts: "index.ts", yaml: "stack.yaml" }[language];
    assert.ok(file, `a block is yaml or ts, not \`${language}\``);
    const project = language === "ts" && {
      [`${name}/Pulumi.yaml`]: "name: desk\nruntime: nodejs\n",
    };
    const waiversFile = join(folder.path, name, "waivers");
    folder.write({
      [`${name}/${file}`]: code,
      ...project,
      ...(waivers !== undefined && { [`${name}/waivers`]: waivers }),
    });
    const settings = waivers === undefined ? {} : { waivers: waiversFile };
    return (await judge(join(folder.path, name), { settings, today })).findings;
  }

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
          const violated = (await findings(block, `${rule.id}-${index}`)).filter(
            (finding) => finding.rule === rule.id,
          );
          assert.ok(violated.some((finding) => finding.verdict === "violated"));
        });
      } else if (block.section === "Prefer") {
        it(`${label}, is accepted by every rule`, async () => {
          const found = await findings(block, `${rule.id}-${index}`);
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
