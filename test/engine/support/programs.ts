import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { previewProgram, type PreviewOptions } from "../../../engine";
import type { Resource, Snapshot } from "../../../core/snapshot/resource";

/** Folder of a program under test/engine/programs. */
export function program(name: string): string {
  return join(__dirname, "../programs", name);
}

/** The snapshot of a program that previews. */
export async function snapshotOf(
  name: string,
  options: Omit<PreviewOptions, "directory"> = {},
): Promise<Snapshot> {
  const preview = await previewProgram({ directory: program(name), ...options });
  assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
  return preview.snapshot;
}

/** Why a program in a folder cannot be previewed. */
export async function reasonOf(
  directory: string,
  options: Omit<PreviewOptions, "directory"> = {},
): Promise<string> {
  const preview = await previewProgram({ directory, ...options });
  assert.ok(preview.kind === "could-not-run", "the program was previewed");
  return preview.reason;
}

/** The resource of a type and name. */
export function resourceOf(snapshot: Snapshot, type: string, name: string): Resource {
  const found = snapshot.resources.filter(
    (resource) => resource.type === type && resource.name === name,
  );
  assert.equal(found.length, 1, `${type} ${name}`);
  return found[0]!;
}

/** Runs a test with a folder of files that is gone afterwards. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "agentid-test-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
