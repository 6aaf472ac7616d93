import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** A text that is on the disk beside its file and not yet in its place. */
export interface StagedFile {
  /** Puts it in place of whatever is there. */
  replace(): void;
  /** Puts it in place, or throws an error of code `EEXIST` where something is there already. */
  create(): void;
  /** Takes it away again: the text, and the file where it was put in place. */
  discard(): void;
}

/** Writes a file in one step: who reads it sees all of the old text or all of the new, never a part. */
export function replaceFile(file: string, text: string): void {
  placed(stageFile(file, text), (staged) => staged.replace());
}

/** Writes a file in one step where there is none; where there is one, throws an error of code `EEXIST`. */
export function createFile(file: string, text: string | Uint8Array): void {
  placed(stageFile(file, text), (staged) => staged.create());
}

function placed(staged: StagedFile, place: (staged: StagedFile) => void): void {
  try {
    place(staged);
  } catch (error) {
    staged.discard();
    throw error;
  }
}

/**
 * Writes a text to the disk beside the file that it is for, so that all that can fail has failed before the file changes.
 *
 * A link is followed. What is no file, such as a pipe or `/dev/stdout`, is written to when the text is put in place.
 */
export function stageFile(file: string, text: string | Uint8Array): StagedFile {
  const target = targetOf(file);
  if (target.kind === "stream") {
    const write = (): void => writeFileSync(file, text);
    return { replace: write, create: write, discard: () => {} };
  }
  const { path, mode } = target;
  const unique = `${process.pid}.${randomBytes(6).toString("hex")}`;
  const partial = join(dirname(path), `.agentid.${unique}.partial`);
  writePartial(partial, text, mode);
  let inPlace = false;
  return {
    replace: () => {
      renameSync(partial, path);
      inPlace = true;
    },
    create: () => {
      moveToFree(partial, path);
      inPlace = true;
    },
    discard: () => rmSync(inPlace ? path : partial, { force: true }),
  };
}

/**
 * Removes a file before it is written anew, so that an earlier run's file is not mistaken for this one's.
 *
 * Where the folder does not allow that, it is at least emptied before the error is thrown.
 */
export function removeFile(file: string): void {
  const target = targetOf(file);
  if (target.kind === "stream") return;
  try {
    rmSync(target.path, { force: true });
  } catch (error) {
    try {
      truncateSync(target.path);
    } catch {
      // Then it can be neither removed nor changed, and the first reason is reported.
    }
    throw error;
  }
}

type Target =
  | { readonly kind: "file"; readonly path: string; readonly mode?: number }
  | { readonly kind: "stream" };

function targetOf(file: string): Target {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return { kind: "file", path: file };
  if (found.isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
  if (!found.isFile()) return { kind: "stream" };
  return { kind: "file", path: realpathSync(file), mode: found.mode & 0o777 };
}

function writePartial(partial: string, text: string | Uint8Array, mode: number | undefined): void {
  const descriptor = openSync(partial, "wx");
  try {
    try {
      writeFileSync(descriptor, text);
      if (mode !== undefined) fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** A link is made only where there is nothing, in one step; some file systems have no links. */
function moveToFree(partial: string, path: string): void {
  try {
    linkSync(partial, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST" || existsSync(path)) {
      throw Object.assign(new Error("exists already"), { code: "EEXIST" });
    }
    renameSync(partial, path);
    return;
  }
  rmSync(partial, { force: true });
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}
