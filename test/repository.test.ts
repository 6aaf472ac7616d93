import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../policy-pack/rules/index";
import { tracked } from "./support/tracked";

const root = join(__dirname, "..");

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
}

describe("the repository", () => {
  const ids = rules.map((rule) => rule.id);

  it("has only rules in policy-pack/rules, and lists each of them in alphabetical order", () => {
    const files = filesIn("policy-pack/rules", ".ts").filter((file) => file !== "index");
    assert.deepEqual(ids, [...files].sort());
  });

  it("has a page and a test for every rule, and no page or test of a rule that is gone", () => {
    assert.deepEqual(
      filesIn("docs/rules", ".md").filter((file) => file !== "README"),
      ids,
    );
    assert.deepEqual(filesIn("test/policy-pack/rules", ".test.ts"), ids);
  });

  for (const rule of rules) {
    it(`${rule.id}: states what users need, with no word left to do`, () => {
      const page = readFileSync(join(root, `docs/rules/${rule.id}.md`), "utf8");
      for (const heading of ["Why", "Avoid", "Prefer", "Exceptions", "Not covered"]) {
        assert.ok(`\n${page}`.includes(`\n## ${heading}\n`), `no section ${heading}`);
      }
      assert.ok(rule.standards.length > 0, "no standard");
      assert.equal(/[.]$/.test(rule.title), false, "a title has no final period");
      for (const text of [page, rule.title, rule.remediation, rule.because]) {
        assert.equal(text.includes("TODO"), false);
      }
    });
  }

  it("has relative imports without an ending, which Pulumi's loader needs", () => {
    const files = tracked().filter((file) => file.endsWith(".ts"));
    const ending = files.filter((file) =>
      /from "\.[^"]*\.js"/.test(readFileSync(join(root, file), "utf8")),
    );
    assert.deepEqual(ending, []);
  });

  it("names no host of a package registry in its lock file", () => {
    assert.equal(
      readFileSync(join(root, "package-lock.json"), "utf8").includes('"resolved"'),
      false,
    );
  });
});
