import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { opened } from "../../core/snapshot/read";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { regularFile } from "../regular-file";

/** Largest file that is read. Helm itself takes no release over 1 MiB. */
const MOST_BYTES = 1_048_576;

/**
 * The inputs of a chart with the texts of its value files beside their paths, as far as these are files in the program's folder.
 * Others stay as they are, and the reader names them as not read.
 *
 * @param directory the folder that relative paths start from
 */
export function withValueFiles({ type, inputs }: Resource, directory: string): ValueRecord {
  const files = inputs["valueYamlFiles"];
  if (!type.startsWith("kubernetes:helm.sh/") || files === undefined) return inputs;
  const items = opened(files);
  if (!isList(items)) return inputs;
  return { ...inputs, valueYamlFiles: items.map((item) => withText(item, directory)) };
}

function withText(item: Value, directory: string): Value {
  if (item instanceof Secret) return new Secret(withText(item.revealForComparison(), directory));
  if (!isRecord(item) || "text" in item) return item;
  const { path } = item;
  const text = typeof path === "string" ? textIn(path, directory) : undefined;
  return text === undefined ? item : { ...item, text };
}

function textIn(path: string, directory: string): string | undefined {
  try {
    const root = realpathSync(directory);
    const file = realpathSync(resolve(root, path));
    const within = relative(root, file);
    if (within === ".." || within.startsWith(`..${sep}`) || join(root, within) !== file) {
      return undefined;
    }
    const { size } = statSync(regularFile(file));
    return size > MOST_BYTES ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
