import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { SourcePosition } from "../core/snapshot/resource";

/** Largest file of which a line is shown, in bytes. */
const largest = 2 ** 22;

/**
 * Reads the program's files, for code frames and places in them; undefined where one cannot be read.
 *
 * Only files below a folder: positions in a report may be forged, and no line of another file belongs into an output.
 *
 * @param base the folder that positions go by
 */
export function sourceTextsIn(base: string): (file: string) => string | undefined {
  const files = new Map<string, string | undefined>();
  return (file) => {
    if (!files.has(file)) files.set(file, textIn(base, file));
    return files.get(file);
  };
}

/** The line at a position, by a function that reads files. */
export function lineOf(
  textOf: (file: string) => string | undefined,
): (source: SourcePosition) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    let lines = files.get(file);
    if (lines === undefined) files.set(file, (lines = (textOf(file) ?? "").split(/\r?\n/)));
    return lines[line - 1];
  };
}

function textIn(base: string, file: string): string | undefined {
  const path = resolve(base, file);
  const way = relative(resolve(base), path);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= largest ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
