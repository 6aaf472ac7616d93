import { lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { regularFile } from "../regular-file";
import { messageOf, type Parsed, type Problem } from "../yaml-text";

/** A file of a manifest folder. */
export interface ManifestFile {
  readonly path: string;
  /** As messages and source positions show it, with `/` between folders. */
  readonly shown: string;
}

const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 50_000;

/**
 * Lists the YAML and JSON files under the given paths, and kustomizations without an ending, sorted; links in folders are not followed, hidden folders and
 * `node_modules` left out.
 */
export function listManifestFiles(paths: readonly string[]): Parsed<readonly ManifestFile[]> {
  const found: ManifestFile[] = [];
  for (const path of paths) {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch {
      return { kind: "problem", problem: `no file or folder \`${path}\`` };
    }
    const root = paths.length > 1 ? process.cwd() : isFolder ? path : dirname(path);
    const files = isFolder ? filesUnder(path) : [path];
    if (found.length + files.length > MAX_FILES) {
      return { kind: "problem", problem: `more than ${MAX_FILES} files under \`${path}\`` };
    }
    for (const file of files) {
      found.push({ path: file, shown: relative(root, file).split(sep).join("/") });
    }
  }
  return { kind: "ok", value: found };
}

/** Reads a file unless it is larger than any manifest. */
export function readManifestFile(file: ManifestFile): Parsed<string> {
  try {
    const { size } = statSync(file.path);
    if (size > MAX_FILE_BYTES) {
      return notRead(file, `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
    }
    return { kind: "ok", value: readFileSync(regularFile(file.path), "utf8") };
  } catch (error) {
    return notRead(file, `cannot be read: ${messageOf(error)}`);
  }
}

function notRead(file: ManifestFile, message: string): Problem {
  const source = { file: file.shown, line: 1 };
  return { kind: "problem", problem: `${file.shown}: ${message}`, at: { source, message } };
}

/** The name of what the paths hold: the folder's or file's own. */
export function nameOfPaths(paths: readonly string[]): string {
  const [first = "manifests"] = paths;
  const name = basename(first);
  return name === "" || name === "." || name === ".." ? basename(process.cwd()) : name;
}

function filesUnder(folder: string): string[] {
  const names = readdirSync(folder).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) {
      return name.startsWith(".") || name === "node_modules" ? [] : filesUnder(path);
    }
    const isRead = /\.(ya?ml|json)$/i.test(name) || name === "Kustomization";
    return stats.isFile() && isRead ? [path] : [];
  });
}
