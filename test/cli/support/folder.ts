import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

  /** Copies an example, which finds packages, this one among them, as npm installs them; answers the copy's path. */
  example(path: string): string {
    const copy = join(this.path, path);
    cpSync(path, copy, { recursive: true });
    this.installed();
    return copy;
  }

  /** Links packages, this one among them, as npm installs them. */
  installed(): void {
    const modules = join(this.path, "node_modules");
    mkdirSync(modules);
    for (const name of readdirSync("node_modules")) {
      if (!name.startsWith(".")) symlinkSync(resolve("node_modules", name), join(modules, name));
    }
    symlinkSync(resolve("."), join(modules, "pulumi-agentid"));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
