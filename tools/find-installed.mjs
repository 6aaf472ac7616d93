// Finds a part that is installed with the system: Debian's own package, whose version is the distribution's.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the program is: in the newest of its package's folders, else on PATH. Fails with the package to install. */
export function installedProgram(part, { debian, binary, folders }) {
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = [...folders.flatMap(newestFirst), ...onPath]
    .map((folder) => join(folder, binary))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`\`${part}\` is not installed; install Debian's package \`${debian}\``);
}

/** The folders that match a pattern, whose `*` is a number; the highest first. */
function newestFirst(pattern) {
  const [before, after] = pattern.split("*");
  if (after === undefined) return [pattern];
  if (!existsSync(before)) return [];
  const numbered = readdirSync(before).filter((name) => /^\d+$/.test(name));
  return numbered.sort((a, b) => Number(b) - Number(a)).map((name) => join(before, name, after));
}
