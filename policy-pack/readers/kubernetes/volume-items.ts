import { listAt } from "../../../core/snapshot/read";
import type { Urn, Value } from "../../../core/snapshot/value";
import type { Mount } from "./containers";
import { nameTextAt, waitingAt } from "./text";

/** A key that a volume takes of a Secret or ConfigMap, and the file that it says the key becomes. */
export interface Item {
  readonly key: string | undefined;
  /** Where it is not known which key: what that waits for. */
  readonly keyDependsOn?: readonly Urn[] | undefined;
  readonly file: string | undefined;
}

/** All keys, each in a file of its own name. */
export const whole: Item = { key: undefined, file: undefined };

/** The keys a volume takes one by one, or undefined where it takes all. */
export function itemsOf(value: Value, from: string): readonly Item[] | undefined {
  const dependsOn = waitingAt(value, from, "items");
  if (dependsOn !== undefined)
    return [{ key: undefined, keyDependsOn: dependsOn, file: undefined }];
  const items = listAt(value, from, "items").map((item) => ({
    key: nameTextAt(item, "key"),
    keyDependsOn: waitingAt(item, "key"),
    file: nameTextAt(item, "path"),
  }));
  const isReported = ({ key, keyDependsOn }: Item): boolean => (key ?? keyDependsOn) !== undefined;
  return items.length > 0 && items.every(isReported) ? items : undefined;
}

/** The keys that are mounted one by one with `subPath`, or undefined where a mount shows the whole volume. */
export function mountedItems(mounts: readonly Mount[]): readonly Item[] | undefined {
  const isReported = ({ subPath, subPathDependsOn }: Mount): boolean =>
    (subPath ?? subPathDependsOn) !== undefined;
  if (mounts.length === 0 || !mounts.every(isReported)) return undefined;
  const items = mounts.map(({ subPath: key, subPathDependsOn: keyDependsOn }) => ({
    key,
    keyDependsOn,
    file: undefined,
  }));
  return [...new Map(items.map((item) => [item.key, item])).values()];
}
