import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { SourcePosition } from "../core/snapshot/resource";

/** Largest file of which a line is shown, in bytes. */
const largest = 2 ** 20;

/**
 * Reads lines of the program's files, for code frames.
 *
 * Only of files below a folder: positions in a report may be forged, and no line of another file belongs into an output.
 *
 * @param base the folder that positions go by
 */
export function sourceLinesIn(base: string): (source: SourcePosition) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    let lines = files.get(file);
    if (lines === undefined) files.set(file, (lines = linesOf(base, file)));
    return lines[line - 1];
  };
}

function linesOf(base: string, file: string): readonly string[] {
  const path = resolve(base, file);
  const way = relative(resolve(base), path);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return [];
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > largest) return [];
    return readFileSync(path, "utf8").split(/\r?\n/);
  } catch {
    return [];
  }
}
