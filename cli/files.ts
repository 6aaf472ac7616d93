import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CouldNotRun, reasonOf } from "./failure";

/** Reads a text file, or says what it was wanted for and why it cannot be read. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CouldNotRun(`cannot read ${what} \`${file}\`: ${reasonOf(error)}`);
  }
}

/** Writes a file in one step: who reads it sees all of the old text or all of the new. */
export function writeText(file: string, what: string, text: string): void {
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}.partial`);
  try {
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new CouldNotRun(`cannot write ${what} \`${file}\`: ${reasonOf(error)}`);
  }
}

/** Removes a file that is to be written anew, so that a run that breaks off leaves no old answer behind. */
export function removeOld(file: string, what: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw new CouldNotRun(`cannot write ${what} \`${file}\`: ${reasonOf(error)}`);
  }
}
