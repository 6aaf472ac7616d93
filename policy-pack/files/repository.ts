import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/**
 * The root of the repository that a folder is in; the folder itself where it is in none.
 *
 * What a pull request can change stays within it, so that it names no file of the machine that judges it.
 */
export function repositoryOf(folder: string): string {
  const start = real(folder);
  for (let each = start; ; each = dirname(each)) {
    if (existsSync(join(each, ".git"))) return each;
    if (dirname(each) === each) return start;
  }
}

/** Whether a file is a place or lies below it, links followed. */
export function isWithin(file: string, place: string): boolean {
  const [path, root] = [real(file), real(place)];
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/** Where a path leads; of what is not there, where its folder does. */
function real(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    return dirname(absolute) === absolute
      ? absolute
      : join(real(dirname(absolute)), absolute.slice(dirname(absolute).length));
  }
}
