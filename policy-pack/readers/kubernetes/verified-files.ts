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
   * Whether of all mounts, at least one, the container reads whom it lets in from what is mounted; what waits beside a program has the
   * file of its first user as well.
   *
   * @param file the one that counts; else all that is mounted
   */
  areIn(mounts: readonly Mount[], file?: string): boolean {
    const isRead = ({ container, mountPath, subPath }: Mount): boolean => {
      if (mountPath === undefined) return false;
      const { checked, reported } = this.#checkedIn(container);
      if (checked.reads(mountPath) || reported.has(mountPath)) return true;
      const folder = folderOf(mountPath);
      if (file === undefined || subPath !== undefined) return reported.has(folder);
      return checked.reads(folder + file) || reported.has(folder + file);
    };
    const isOfFirstUser = ({ container, mountPath = "", subPath }: Mount): boolean =>
      file !== undefined &&
      subPath === undefined &&
      this.#checkedIn(container).ofFirstUser.has(folderOf(mountPath) + file);
    return mounts.length > 0 && (mounts.every(isRead) || mounts.some(isOfFirstUser));
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
      this.#checked.set(container, (found = { checked, ...reportedIn(container, checked) }));
    }
    return found;
  }
}

/** What a container checks, and where its settings tell it to read that from. */
interface CheckedFiles {
  readonly checked: Checked;
  /** The files, and with a slash at the end each folder that one is in. */
  readonly reported: ReadonlySet<string>;
  /** The files of the program's own first user. */
  readonly ofFirstUser: ReadonlySet<string>;
}

function folderOf(mountPath: string): string {
  return `${mountPath.replace(/\/$/, "")}/`;
}

function reportedIn(container: Container, checked: Checked): Omit<CheckedFiles, "checked"> {
  const reported = new Set<string>();
  const ofFirstUser = new Set<string>();
  for (const variable of listAt(container.value, container.env)) {
    const setting = nameTextAt(variable, "name") ?? "";
    if (!setting.endsWith("_FILE") || !checked.has(setting)) continue;
    const file = nameTextAt(variable, "value") ?? "";
    if (file.length > longestPath) continue;
    reported.add(file);
    if (checked.isFirstUser(setting.slice(0, -"_FILE".length))) ofFirstUser.add(file);
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
      reported.add(file.slice(0, at + 1));
    }
  }
  return { reported, ofFirstUser };
}
