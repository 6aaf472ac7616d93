import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readDocuments, type Documents } from "../../kubernetes/documents";
import { messageOf, type Parsed } from "../../yaml-text";
import { readManifestFile, type ManifestFile } from "../manifest-files";
import {
  kustomizationNames,
  readKustomizationFile,
  type KustomizationFile,
} from "./kustomization-file";

/** Largest file that becomes the contents of a ConfigMap or Secret: no cluster takes a larger one. */
const MAX_CONTENT_BYTES = 4 * 1024 * 1024;

/** The files that kustomizations are made of, each read once. */
export class Workspace {
  readonly #documents = new Map<string, Parsed<Documents>>();
  readonly #kustomizations = new Map<string, Parsed<KustomizationFile>>();

  /**
   * @param shownOf how messages and source positions show a path
   * @param read what has been read of files, by path
   */
  constructor(
    private readonly shownOf: (path: string) => string,
    read: ReadonlyMap<string, Documents> = new Map(),
  ) {
    for (const [path, value] of read) this.#documents.set(path, { kind: "ok", value });
  }

  /** What is at a path; what is neither a file nor a folder is nothing. */
  kindOf(path: string): "file" | "folder" | undefined {
    try {
      const stats = statSync(path);
      return stats.isDirectory() ? "folder" : stats.isFile() ? "file" : undefined;
    } catch {
      return undefined;
    }
  }

  /** A path without links in it. */
  real(path: string): string {
    try {
      return realpathSync(path);
    } catch {
      return resolve(path);
    }
  }

  /** Whether a file is in a folder, or below, links followed: kustomize reads no others. */
  isWithin(folder: string, path: string): boolean {
    return this.real(path).startsWith(this.real(folder) + sep);
  }

  fileAt(path: string): ManifestFile {
    return { path, shown: this.shownOf(path) };
  }

  text(path: string): Parsed<string> {
    return readManifestFile(this.fileAt(path));
  }

  bytes(path: string): Buffer | undefined {
    try {
      return statSync(path).size > MAX_CONTENT_BYTES ? undefined : readFileSync(path);
    } catch {
      return undefined;
    }
  }

  /** The objects in a file. */
  documents(path: string): Parsed<Documents> {
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    const text = this.text(path);
    const read = text.kind === "problem" ? text : readDocuments(text.value, this.shownOf(path));
    this.#documents.set(path, read);
    return read;
  }

  /** The kustomization of a folder. */
  kustomization(folder: string): Parsed<KustomizationFile> {
    const known = this.#kustomizations.get(folder);
    if (known !== undefined) return known;
    const read = this.#readKustomization(folder);
    this.#kustomizations.set(folder, read);
    return read;
  }

  #readKustomization(folder: string): Parsed<KustomizationFile> {
    const paths = kustomizationNames
      .map((name) => join(folder, name))
      .filter((path) => this.kindOf(path) === "file");
    const [path] = paths;
    const shown = this.shownOf(folder) || ".";
    if (path === undefined) return problem(`\`${shown}\` holds no kustomization`);
    if (paths.length > 1) return problem(`\`${shown}\` holds more than one kustomization`);
    try {
      const text = this.text(path);
      if (text.kind === "problem") return text;
      const read = readKustomizationFile(this.fileAt(path), text.value);
      if (read.kind === "problem") return read;
      return read.value === undefined
        ? problem(`\`${shown}\` holds no kustomization`)
        : { kind: "ok", value: read.value };
    } catch (thrown) {
      return problem(messageOf(thrown));
    }
  }
}

function problem(text: string): Parsed<never> {
  return { kind: "problem", problem: text };
}

/** How a path is shown where that of another file is known. */
export function shownBeside({ path, shown }: ManifestFile): (other: string) => string {
  const folder = dirname(resolve(path));
  return (other) =>
    relative(join(folder, relative(dirname(shown) || ".", ".")), other)
      .split(sep)
      .join("/");
}
