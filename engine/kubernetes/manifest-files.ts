import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { notRegular } from "../regular-file";
import { messageOf, type Parsed, type Problem } from "../yaml-text";
import { isUtf8 } from "node:buffer";

/** A file of a manifest folder. */
export interface ManifestFile {
  readonly path: string;
  /** As messages and source positions show it, with `/` between folders. */
  readonly shown: string;
  /** Whether it is in a folder whose name begins with a dot, where tools keep files of their own. */
  readonly isHidden?: boolean;
  /** Whether it is a folder of which nothing is read although kubectl reads it: what npm installs. */
  readonly isInstalled?: boolean;
  /** Why it is not read although kubectl reads it. */
  readonly refused?: string;
  /** Its content, where that was read already. */
  readonly bytes?: Buffer;
}

/** No manifest is larger. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 50_000;

/**
 * Lists the YAML and JSON files under the given paths, and kustomizations without an extension, sorted.
 *
 * They are those that `kubectl apply --recursive --filename` reads: files in hidden folders too, links to files, no links to
 * folders. A link that leads out of its folder is refused: it may lead to any file of this machine. Left out are `.git` and
 * `node_modules`.
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
    const files = isFolder ? filesUnder(path) : [{ path }];
    if (found.length + files.length > MAX_FILES) {
      return { kind: "problem", problem: `more than ${MAX_FILES} files under \`${path}\`` };
    }
    for (const file of files) {
      found.push({ ...file, shown: relative(root, file.path).split(sep).join("/") });
    }
  }
  return { kind: "ok", value: found };
}

/** Reads the text of a file unless it is none, or larger than any manifest. */
export function readManifestFile(file: ManifestFile): Parsed<string> {
  if (file.refused !== undefined) return notRead(file, file.refused);
  if (file.bytes !== undefined) return textOf(file, file.bytes);
  try {
    const stats = statSync(file.path);
    const reason = notRegular(stats);
    if (reason !== undefined) return notRead(file, reason);
    if (stats.size > MAX_FILE_BYTES) {
      return notRead(file, `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
    }
    return textOf(file, readFileSync(file.path));
  } catch (error) {
    return notRead(file, `cannot be read: ${messageOf(error)}`);
  }
}

function textOf(file: ManifestFile, bytes: Buffer): Parsed<string> {
  const text = manifestText(bytes);
  return text === undefined
    ? notRead(file, "its bytes are no text in UTF-8; save it as UTF-8")
    : { kind: "ok", value: text };
}

function notRead(file: ManifestFile, message: string): Problem {
  const source = { file: file.shown, line: 1 };
  return { kind: "problem", problem: `${file.shown}: ${message}`, at: { source, message } };
}

/** The name of the input: the folder's or file's own. */
export function nameOfPaths(paths: readonly string[]): string {
  const [first = "manifests"] = paths;
  const name = basename(first);
  return name === "" || name === "." || name === ".." ? basename(process.cwd()) : name;
}

/** Whether a folder in a folder of manifests has none: what Git and npm keep for themselves. */
export function isLeftOut(folder: string): boolean {
  return folder === ".git" || folder === "node_modules";
}

type FoundFile = Omit<ManifestFile, "shown">;

function filesUnder(root: string): FoundFile[] {
  const found: FoundFile[] = [];
  const links: string[] = [];
  const walk = (folder: string, isHidden: boolean): void => {
    const names = readdirSync(folder).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    for (const name of names) {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isDirectory()) {
        if (!isLeftOut(name)) walk(path, isHidden || name.startsWith("."));
        else if (name !== ".git") found.push({ path, isInstalled: true });
      } else if (/\.(ya?ml|json)$/i.test(name) || name === "Kustomization") {
        if (stats.isSymbolicLink()) links.push(path);
        found.push({ path, ...(isHidden && { isHidden }) });
      }
    }
  };
  walk(root, false);
  if (links.length === 0) return found;
  const real = realpathSync(root);
  const own = new Set(links);
  const read = new Set(found.flatMap(({ path }) => (own.has(path) ? [] : [realpathSync(path)])));
  return found.flatMap((file) => {
    if (!own.has(file.path)) return [file];
    const linked = linkedFile(file, real);
    if (linked.target === undefined) return [linked.file];
    // What it leads to is read in its own place.
    if (read.has(linked.target)) return [];
    read.add(linked.target);
    return [file];
  });
}

function linkedFile(
  file: FoundFile,
  root: string,
): { readonly file: FoundFile; readonly target?: string } {
  let target: string;
  try {
    target = realpathSync(file.path);
  } catch {
    return { file: { ...file, refused: "a link to a file that is not there" } };
  }
  if (target !== root && !resolve(target).startsWith(root + sep)) {
    const refused =
      "a link out of the folder, which kubectl follows; put the file into the folder, or judge a folder that has both";
    return { file: { ...file, refused } };
  }
  return { file, target };
}

/**
 * The text of a manifest, with kubectl's encodings by its byte order mark: UTF-16, and UTF-8 with one or none.
 *
 * Source: https://github.com/kubernetes/cli-runtime/blob/v0.36.3/pkg/resource/visitor.go, `FileVisitor`.
 *
 * @returns undefined where it is no text
 */
export function manifestText(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes.subarray(2));
  if (first === 0xfe && second === 0xff) {
    const even = bytes.length % 2 === 0 ? Buffer.from(bytes.subarray(2)).swap16() : undefined;
    return even === undefined ? undefined : utf16(even);
  }
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function utf16(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf16le");
  return bytes.length % 2 === 0 && !/\p{Surrogate}/u.test(text) ? text : undefined;
}
