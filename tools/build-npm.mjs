// Builds a part that is a package of npm: its package-lock.json pins each package by version and hash.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

/** Only the part's folder decides what is built: packages run on any later Node. */
export const npmHost = () => "";

/** Installs the packages of the part in `folder` into the folder `into`; nothing of them runs meanwhile. */
export function buildNpm(part, folder, recipe, into) {
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(join(folder, file), join(into, file));
  }
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: into,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0)
    throw new Error(`installing ${recipe.builds} failed; what npm said stands above`);
}
