import { listAt } from "../../../core/snapshot/read";
import { isAmong } from "../servers";
import type { Mount } from "./containers";
import { nameTextAt } from "./text";

/** The files of a mounted volume from which servers read their own passwords, by settings such as `POSTGRES_PASSWORD_FILE`. */
export function ownPasswordFiles(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap(({ container, mountPath = "", subPath }) => {
    const folder = `${mountPath.replace(/\/$/, "")}/`;
    return listAt(container.value, container.env).flatMap((variable) => {
      if (!isAmong(container.ownPasswords, nameTextAt(variable, "name"))) return [];
      const path = nameTextAt(variable, "value") ?? "";
      if (subPath !== undefined) return path === mountPath ? [subPath] : [];
      return path.startsWith(folder) ? [path.slice(folder.length)] : [];
    });
  });
}
