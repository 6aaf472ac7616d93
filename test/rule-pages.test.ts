import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../policy-pack/rules/index";

const headings = ["Why", "Avoid", "Prefer", "Options", "Exceptions", "Not covered"];
const optional = ["Options"];

describe("rule pages: form", () => {
  for (const { id } of rules) {
    const page = readFileSync(join(__dirname, `../docs/rules/${id}.md`), "utf8");
    const lines = outsideCode(page);

    it(`${id}: has at most 600 words`, () => {
      const words = page.split(/\s+/).filter((word) => word !== "").length;
      assert.ok(words <= 600, `${words} words`);
    });

    it(`${id}: has the headings of a rule page, in their order`, () => {
      const found = lines.filter((line) => /^#{2,} /.test(line));
      const expected = headings
        .map((heading) => `## ${heading}`)
        .filter((heading) => found.includes(heading) || !optional.includes(heading.slice(3)));
      assert.deepEqual(found, expected);
    });

    it(`${id}: explains why in at most three sentences`, () => {
      const sentences = sentencesOf(under("Why", lines).join(" "));
      assert.ok(sentences.length >= 1 && sentences.length <= 3, `${sentences.length} sentences`);
    });

    it(`${id}: lists its exceptions as a table of conditions and results`, () => {
      const [head, line, ...rows] = under("Exceptions", lines);
      assert.deepEqual(cellsOf(head), ["condition", "result"]);
      assert.match(line ?? "", /^\|[-| ]+\|$/);
      assert.ok(rows.length > 0, "no row");
      for (const row of rows) assert.equal(cellsOf(row).filter(Boolean).length, 2, row);
    });

    it(`${id}: lists at most 12 things that it does not cover, one line each`, () => {
      const entries = under("Not covered", lines);
      assert.ok(entries.length >= 1 && entries.length <= 12, `${entries.length} lines`);
      for (const entry of entries) assert.match(entry, /^- /);
    });

    it(`${id}: has no line over 120 characters and no sentence over 25 words outside code`, () => {
      assert.deepEqual(
        lines.filter((line) => line.length > 120),
        [],
      );
      const prose = paragraphsOf(lines).flatMap(sentencesOf);
      assert.deepEqual(
        prose.filter((sentence) => sentence.split(/\s+/).length > 25),
        [],
      );
    });
  }

  it("README: has no line over 120 characters but rows of its table, which links and titles make long", () => {
    const index = readFileSync(join(__dirname, "../docs/rules/README.md"), "utf8");
    assert.deepEqual(
      index.split("\n").filter((line) => line.length > 120 && !line.startsWith("| ")),
      [],
    );
  });
});

/** The lines of a page outside code blocks. */
function outsideCode(page: string): readonly string[] {
  return page.replace(/^```[^]*?^```$/gm, "").split("\n");
}

/** The lines under a heading of the second level, without empty ones. */
function under(heading: string, lines: readonly string[]): readonly string[] {
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("## "));
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line !== "");
}

/** Paragraphs, entries of lists and cells of tables, each as one text. */
function paragraphsOf(lines: readonly string[]): readonly string[] {
  const marked = lines.map((line) => (line.startsWith("|") ? cellsOf(line).join("\n\n") : line));
  return marked
    .join("\n")
    .split(/\n\n+|\n(?=- )/)
    .filter((text) => !text.startsWith("[Standards]"))
    .map((text) => text.replaceAll("\n", " "));
}

function cellsOf(row: string | undefined): readonly string[] {
  return (row ?? "")
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.?!:])\s+/).filter((sentence) => sentence.trim() !== "");
}
