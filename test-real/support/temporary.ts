import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];
const forgetting: (() => void)[] = [];

/** Makes a folder that is removed when the tests end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agentid-real-"));
  made.push(folder);
  return folder;
}

/** Removes every folder made by {@link temporaryFolder}, and forgets what {@link madeOnce} made in them. */
export function removeTemporaryFolders(): void {
  for (const forget of forgetting) forget();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A function that makes a thing once and returns the same after, until its folders are removed. */
export function madeOnce<Thing>(make: () => Thing): () => Thing {
  let kept: { readonly thing: Thing } | undefined;
  forgetting.push(() => (kept = undefined));
  return () => (kept ??= { thing: make() }).thing;
}
