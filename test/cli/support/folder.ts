import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Files of a Pulumi program by path in its folder. */
export type Files = Readonly<Record<string, string>>;

/** A folder that goes away with the test. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "agentid-"));

  /** Writes files, and answers the folder's path. */
  write(files: Files): string {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return this.path;
  }

  /** Writes a Pulumi program that finds this package's dependencies as installed. */
  program(script: string, others: Files = {}): string {
    symlinkSync(resolve("node_modules"), join(this.path, "node_modules"));
    return this.write({
      "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "index.js": script,
      ...others,
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
