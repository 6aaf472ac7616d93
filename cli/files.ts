import { closeSync, openSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { regularFile } from "../engine/regular-file";
import { mayBeReplaced } from "../policy-pack/files/own-file";
import { reasonOf } from "../policy-pack/files/system-reason";
import { removeFile, replaceFile } from "../policy-pack/files/whole-file";
import { CouldNotRun } from "./failure";

/** A file that is to be written. */
export interface WantedFile {
  readonly file: string;
  /** Its readable content in errors: `the report`. */
  readonly what: string;
}

/** A file with its intended content. */
export interface TextFile extends WantedFile {
  readonly text: string;
}

/** How long a run waits for another that changes the same file, in milliseconds. */
const longestWait = 2000;

/** Reads a text file, or reports its purpose and why it cannot be read. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(regularFile(file), "utf8");
  } catch (error) {
    throw new CouldNotRun(`cannot read ${what} \`${file}\`: ${reasonOf(error)}`);
  }
}

/** Writes a file in one step: who reads it sees all of the old text or all of the new. */
export function writeText(file: string, what: string, text: string): void {
  try {
    replaceFile(file, text);
  } catch (error) {
    throw cannotWrite({ file, what }, error);
  }
}

/** That a file cannot be written, and why. */
export function cannotWrite({ file, what }: WantedFile, error: unknown): CouldNotRun {
  return new CouldNotRun(`cannot write ${what} \`${file}\`: ${reasonOf(error)}`);
}

/**
 * Removes what is to be written anew, so that a run that breaks off leaves no old answer behind. What agentid did not write
 * is never removed: it may be what is judged.
 *
 * @param read files that the run reads, which it must not remove
 */
export function clearFiles(
  wanted: readonly WantedFile[],
  read: readonly (string | undefined)[],
): void {
  const taken = new Set(read.flatMap((file) => (file === undefined ? [] : [placeOf(file)])));
  const seen = new Set<string>();
  for (const { file, what } of wanted) {
    const place = placeOf(file);
    if (taken.has(place)) {
      throw new CouldNotRun(`\`${file}\` is what this run reads; give ${what} another file`);
    }
    if (seen.has(place)) {
      throw new CouldNotRun(`\`${file}\` is to be written twice; give each a file of its own`);
    }
    seen.add(place);
    if (!mayReplace({ file, what })) {
      throw new CouldNotRun(
        `\`${file}\` was not written by agentid; remove it, or give ${what} another file`,
      );
    }
  }
  for (const one of wanted) clearFile(one);
}

function mayReplace(wanted: WantedFile): boolean {
  try {
    return mayBeReplaced(wanted.file);
  } catch (error) {
    throw cannotWrite(wanted, error);
  }
}

function clearFile(wanted: WantedFile): void {
  try {
    // A missing folder is reported before a long run, not after it.
    statSync(dirname(wanted.file));
    removeFile(wanted.file);
  } catch (error) {
    const { message } = cannotWrite(wanted, error);
    const found = statSync(wanted.file, { throwIfNoEntry: false });
    const isOld = found !== undefined && found.isFile() && found.size > 0;
    throw new CouldNotRun(isOld ? `${message}; its content is of an earlier run` : message);
  }
}

/** Where a path leads, so that two spellings of one file are known to be one. */
function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

/**
 * Changes a file by its content. A second run that changes the same file waits for the first, so that neither change is lost.
 *
 * @param change the new text, given the old one or undefined where there is no file
 */
export async function changeText(
  wanted: WantedFile,
  change: (before: string | undefined) => string,
): Promise<void> {
  const { file, what } = wanted;
  const lock = lockOf(file);
  await takeLock(lock, wanted);
  try {
    const exists = statSync(file, { throwIfNoEntry: false }) !== undefined;
    writeText(file, what, change(exists ? readText(file, what) : undefined));
  } finally {
    rmSync(lock, { force: true });
  }
}

function lockOf(file: string): string {
  const place = placeOf(file);
  return join(dirname(place), `.${basename(place)}.lock`);
}

async function takeLock(lock: string, wanted: WantedFile): Promise<void> {
  for (const deadline = Date.now() + longestWait; ;) {
    try {
      closeSync(openSync(lock, "wx"));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw cannotWrite(wanted, error);
    }
    if (Date.now() > deadline) {
      throw new CouldNotRun(
        `another run is changing ${wanted.what} \`${wanted.file}\`; wait for its end, or remove \`${lock}\` if none runs`,
      );
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
