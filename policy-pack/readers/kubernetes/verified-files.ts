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
   * Whether of all mounts, at least one, the container reads such a file in what is mounted.
   *
   * @param file the one that counts; else any below the mount
   */
  areAllOf(mounts: readonly Mount[], file?: string): boolean {
    return (
      mounts.length > 0 &&
      mounts.every(({ container, mountPath, subPath }) => {
        if (mountPath === undefined) return false;
        const { checked, places } = this.#checkedIn(container);
        if (checked.reads(mountPath)) return true;
        const folder = `${mountPath.replace(/\/$/, "")}/`;
        if (file !== undefined && subPath === undefined) {
          return checked.reads(folder + file) || places.has(folder + file);
        }
        return places.has(mountPath) || places.has(folder);
      })
    );
  }

  #checkedIn(container: Container): CheckedFiles {
    let found = this.#checked.get(container);
    if (found === undefined) {
      const checked = checkedIn(container);
      this.#checked.set(container, (found = { checked, places: placesOf(container, checked) }));
    }
    return found;
  }
}

/** What a container checks, and where it reads that from. */
interface CheckedFiles {
  readonly checked: Checked;
  readonly places: ReadonlySet<string>;
}

/** The files, and with a slash at the end each folder that one is in. */
function placesOf(container: Container, checked: Checked): ReadonlySet<string> {
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
