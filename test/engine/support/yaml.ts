import assert from "node:assert/strict";
import type { Snapshot } from "../../../core/snapshot/resource";
import { previewProgram, type PreviewOptions } from "../../../engine";
import { withFolder } from "./programs";

/** How the project file of a program in YAML starts. */
export const HEAD = "name: desk\nruntime: yaml\n";

/** What a program in YAML declares. */
export function previewed(
  program: string,
  use: (snapshot: Snapshot) => void,
  options: Omit<PreviewOptions, "directory"> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withFolder({ "Pulumi.yaml": HEAD + program, ...files }, async (directory) => {
    const preview = await previewProgram({ directory, ...options });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    use(preview.snapshot);
  });
}
