import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./checkout";

/**
 * The only block of a language on a page, with a reader's replacements.
 *
 * Fails when the page has no such block, or the block lacks a replaced text.
 *
 * @param replaced texts of the block, each with its replacement
 */
export function documented(
  page: string,
  language: string,
  replaced: Readonly<Record<string, string>>,
): string {
  const text = readFileSync(join(checkout, page), "utf8");
  const blocks = text.split("\n```").filter((part) => part.startsWith(`${language}\n`));
  assert.equal(blocks.length, 1, `${page} has one block of ${language}`);
  return Object.entries(replaced).reduce(
    (block, [from, to]) => {
      assert.ok(block.includes(from), `${page} has \`${from}\` in its block of ${language}`);
      return block.replaceAll(from, to);
    },
    String(blocks[0]).slice(language.length + 1),
  );
}
