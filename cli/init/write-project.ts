import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { CouldNotRun } from "../failure";

/** Writes the files of a new project by path in its folder; where one of them is there already or cannot be written, none is. */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  const there = Object.keys(files).filter((name) => isThere(join(folder, name)));
  if (there.length > 0) {
    const names = there.map((name) => `\`${name}\``).join(", ");
    throw new CouldNotRun(
      `\`${folder}\` has ${names} already, and nothing is overwritten; give an empty folder or a new one`,
    );
  }
  const made: string[] = [];
  const folders: { readonly folder: string; readonly topmost: string }[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      const parent = dirname(join(folder, name));
      const topmost = mkdirSync(parent, { recursive: true });
      if (topmost !== undefined) folders.push({ folder: parent, topmost });
      // Fails where the file has come into being meanwhile.
      const descriptor = openSync(join(folder, name), "wx");
      made.push(join(folder, name));
      writeFully(descriptor, text);
    }
  } catch (error) {
    for (const path of made) rmSync(path, { force: true });
    for (const each of folders.reverse()) removeEmpty(resolve(each.folder), each.topmost);
    throw new CouldNotRun(`cannot write the project in \`${folder}\`: ${reasonOf(error)}`);
  }
}

/** Removes a folder and those around it up to the topmost, as far as nothing is in them. */
function removeEmpty(folder: string, topmost: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
  if (folder !== resolve(topmost)) removeEmpty(dirname(folder), topmost);
}

/** @param descriptor of a file that is closed then */
function writeFully(descriptor: number, text: string): void {
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether there is anything of a name, a link that leads nowhere included. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What cannot be read cannot be written either, and has the reason.
    return false;
  }
}
