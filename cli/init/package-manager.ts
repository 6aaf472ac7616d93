import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How the packages of a program are installed. */
export interface PackageManager {
  /** The folder where it runs: that with the lock file, or that of the program. */
  readonly folder: string;
  /** The command that a pipeline runs: it installs what the lock file lists and nothing else. */
  readonly install: string;
  /** The command that adds a package, without its name. */
  readonly add: string;
}

/** The package manager of a lock file. Corepack comes with Node and runs the version that `package.json` names. */
const byLockFile: Readonly<Record<string, (text: string) => Omit<PackageManager, "folder">>> = {
  "package-lock.json": () => npm,
  "npm-shrinkwrap.json": () => npm,
  "pnpm-lock.yaml": () => ({
    install: "corepack enable && pnpm install --frozen-lockfile",
    add: "pnpm add",
  }),
  "yarn.lock": (text) => ({
    // Yarn from 2 on has a lock file with this key, and another option.
    install: `corepack enable && yarn install ${/^__metadata:/m.test(text) ? "--immutable" : "--frozen-lockfile"}`,
    add: "yarn add",
  }),
};

const npm = { install: "npm ci", add: "npm install" };

/**
 * The package manager of a program: that of the nearest lock file in its folder or around it, within the repository.
 * Without one it is npm in the program's folder, where `npm install` writes a lock file.
 *
 * @param top the folder of the repository, where the search ends
 */
export function packageManagerOf(program: string, top: string): PackageManager {
  for (let folder = program; ; folder = dirname(folder)) {
    for (const [name, managerOf] of Object.entries(byLockFile)) {
      const file = join(folder, name);
      if (existsSync(file)) return { folder, ...managerOf(readFileSync(file, "utf8")) };
    }
    if (folder === top || dirname(folder) === folder) return { folder: program, ...npm };
  }
}

/**
 * The folder whose `node_modules` has this package: of the program's folder and those around it, the first. Where it is
 * not installed yet, the program's own.
 *
 * @param top the folder of the repository, where the search ends
 */
export function folderWithPackage(program: string, top: string): string {
  for (let folder = program; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", "pulumi-agentid"))) return folder;
    if (folder === top || dirname(folder) === folder) return program;
  }
}
