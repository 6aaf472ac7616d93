import { listAt } from "../../../core/snapshot/read";
import { checkedIn, type Container, type Mount } from "./containers";
import { nameTextAt } from "./text";
import type { Checked } from "../verifiers";

/** Longest path of a file, in characters. Source: Linux, `PATH_MAX`. */
const longestPath = 4_096;

/** The files from which containers read a credential that they check themselves; those of a container are found once. */
export class VerifiedFiles {
  readonly #checked = new Map<Container, CheckedFiles>();

  /**
   * Whether the container of one of the mounts reads whom it lets in from what is mounted; what stands beside it has that of the server's.
   *
   * @param file the one that counts; else all that is mounted
   */
  areIn(mounts: readonly Mount[], file?: string): boolean {
    return mounts.some(({ container, mountPath, subPath }) => {
      if (mountPath === undefined) return false;
      const { checked, told } = this.#checkedIn(container);
      if (checked.reads(mountPath) || told.has(mountPath)) return true;
      const folder = folderOf(mountPath);
      if (file === undefined || subPath !== undefined) return told.has(folder);
      return checked.reads(folder + file) || told.has(folder + file);
    });
  }

  /** The files of a whole volume from which a container reads whom it lets in, as its image has them. */
  filesOf(mounts: readonly Mount[]): readonly string[] {
    return mounts.flatMap(({ container, mountPath, subPath }) => {
      if (mountPath === undefined || subPath !== undefined) return [];
      const folder = folderOf(mountPath);
      return this.#checkedIn(container).checked.files.flatMap((path) => {
        const file = path.startsWith(folder) ? path.slice(folder.length) : "";
        return file === "" || file.includes("/") ? [] : [file];
      });
    });
  }

  #checkedIn(container: Container): CheckedFiles {
    let found = this.#checked.get(container);
    if (found === undefined) {
      const checked = checkedIn(container);
      this.#checked.set(container, (found = { checked, told: toldIn(container, checked) }));
    }
    return found;
  }
}

/** What a container checks, and where its settings tell it to read that from. */
interface CheckedFiles {
  readonly checked: Checked;
  readonly told: ReadonlySet<string>;
}

function folderOf(mountPath: string): string {
  return `${mountPath.replace(/\/$/, "")}/`;
}

/** The files, and with a slash at the end each folder that one is in. */
function toldIn(container: Container, checked: Checked): ReadonlySet<string> {
  const places = new Set<string>();
  for (const variable of listAt(container.value, container.env)) {
    const setting = nameTextAt(variable, "name") ?? "";
    if (!setting.endsWith("_FILE") || !checked.has(setting)) continue;
    const file = nameTextAt(variable, "value") ?? "";
    if (file.length > longestPath) continue;
    places.add(file);
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
      places.add(file.slice(0, at + 1));
    }
  }
  return places;
}
