import { statSync, type Stats } from "node:fs";

/** Why what is neither a regular file nor a folder is not read: reading it may never end. Undefined for both. */
export function notRegular(stats: Stats): string | undefined {
  if (stats.isFile() || stats.isDirectory()) return undefined;
  const what = stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
  return `it is ${what}; give a regular file`;
}

/**
 * The path of what is to be read.
 *
 * Throws where that is neither a regular file nor a folder, with a message that leaves out the path.
 */
export function regularFile(path: string): string {
  const reason = notRegular(statSync(path));
  if (reason === undefined) return path;
  throw new Error(reason);
}
