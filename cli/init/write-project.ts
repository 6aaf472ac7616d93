import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CouldNotRun, reasonOf } from "../failure";

/** Writes the files of a new project; where one of them is there already, nothing is written. */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  const there = Object.keys(files).filter((name) => isThere(join(folder, name)));
  if (there.length > 0) {
    const names = there.map((name) => `\`${name}\``).join(", ");
    throw new CouldNotRun(
      `\`${folder}\` has ${names} already, and nothing is overwritten; give an empty folder or a new one`,
    );
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      // Fails where the file has come into being meanwhile.
      writeFileSync(join(folder, name), text, { flag: "wx" });
    }
  } catch (error) {
    throw new CouldNotRun(`cannot write the project in \`${folder}\`: ${reasonOf(error)}`);
  }
}

/** Whether there is anything of a name, a link that leads nowhere included. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What cannot be looked at cannot be written either, and that tells why.
    return false;
  }
}
