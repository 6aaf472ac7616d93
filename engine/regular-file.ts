import { statSync } from "node:fs";

/**
 * The path of what is to be read, where that is no pipe or device, of which reading may never end.
 *
 * Throws otherwise, with a message that leaves out the path.
 */
export function regularFile(path: string): string {
  const found = statSync(path);
  if (found.isFile() || found.isDirectory()) return path;
  throw new Error("it is a pipe or a device; give a file");
}
