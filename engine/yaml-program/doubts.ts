import type { SnapshotNote } from "../../core/snapshot/resource";
import { PROVIDERS } from "./providers";
import { doubtOfType } from "./sdk-types";
import { CUSTOM_OBJECT, kindOf } from "./tokens";

/**
 * Why a resource may be something else than it is taken for, so that it was not judged; undefined where nothing speaks for
 * that.
 *
 * @param type as it is written, in full
 * @param packages those that the program declares by a source of their own
 * @param directory the program's folder
 */
export function doubtOf(
  type: string,
  packages: ReadonlySet<string>,
  directory: string,
): Pick<SnapshotNote, "kind" | "message"> | undefined {
  if (type === CUSTOM_OBJECT || type.startsWith(PROVIDERS)) return undefined;
  switch (kindOf(type, packages)) {
    case "component":
      return undefined;
    case "custom": {
      const message = doubtOfType(type, directory);
      return message === undefined ? undefined : { kind: "unrendered", message };
    }
    case "unclear":
      return {
        kind: "opaque-component",
        message: `\`${type}\` is of a package that agentid does not know: where it is a component, what it makes was not judged`,
      };
  }
}
