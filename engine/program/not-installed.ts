import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** By which files, beside a program or above it, which package manager installs what it needs. */
const MANAGERS = [
  ["pnpm-lock.yaml", "pnpm install"],
  ["pnpm-workspace.yaml", "pnpm install"],
  ["yarn.lock", "yarn install"],
  ["bun.lock", "bun install"],
  ["bun.lockb", "bun install"],
  ["package-lock.json", "npm install"],
] as const;

/** The sentence for dependencies that are declared and not there. */
export function notInstalled(directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    // Source: yarnpkg.com/features/pnp; the SDK looks for a program's packages in folders.
    if (existsSync(join(folder, ".pnp.cjs"))) {
      return (
        `the dependencies of \`${directory}\` are in no folder, as Yarn's Plug'n'Play leaves them; ` +
        `write \`nodeLinker: node-modules\` into \`${join(folder, ".yarnrc.yml")}\` and run \`yarn install\``
      );
    }
    const install = MANAGERS.find(([file]) => existsSync(join(folder, file)))?.[1];
    if (install === undefined && dirname(folder) !== folder) continue;
    return `the dependencies of \`${directory}\` are not installed; run \`${install ?? "npm install"}\` there`;
  }
}
