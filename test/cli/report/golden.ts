import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Compares text with a file under test/cli/goldens; `UPDATE_GOLDENS=1` writes the file instead. */
export function matchGolden(name: string, text: string): void {
  const file = join(__dirname, "..", "goldens", name);
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
}
