import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

/** The text between `<!-- quoted: NAME -->` and `<!-- end -->` in a page, with both lines. */
const block = /^<!-- quoted: (\S+) -->\n(?:[^]*?\n)??<!-- end -->$/gm;

/**
 * Compares what a page quotes with what it is quoted from; `UPDATE_GOLDENS=1` writes it into the page instead.
 *
 * @param quotes Markdown by the name of the block
 */
export function matchQuotes(file: string, quotes: Readonly<Record<string, string>>): void {
  const page = readFileSync(file, "utf8");
  const names = [...page.matchAll(block)].map(([, name]) => name);
  assert.deepEqual(names, Object.keys(quotes), `${file} quotes something else`);
  const wanted = page.replace(
    block,
    (_, name: string) => `<!-- quoted: ${name} -->\n\n${quotes[name]?.trim()}\n\n<!-- end -->`,
  );
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, wanted);
  assert.equal(readFileSync(file, "utf8"), wanted);
}

/** Text as a code block, without blanks at the ends of lines, as the formatter leaves it. */
export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd().replace(/ +$/gm, "")}\n\`\`\``;
}
