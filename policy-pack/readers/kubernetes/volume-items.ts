import { listAt } from "../../../core/snapshot/read";
import type { Urn, Value } from "../../../core/snapshot/value";
import type { Mount } from "./containers";
import { nameTextAt, waitingAt } from "./text";

/** A key that a volume takes of a Secret or ConfigMap, and the file that it says the key becomes. */
export interface Item {
  readonly key: string | undefined;
  /** Where it is not known which key: what that waits for. */
  readonly keyWaitsFor?: readonly Urn[] | undefined;
  readonly file: string | undefined;
}

/** All keys, each in a file of its own name. */
export const whole: Item = { key: undefined, file: undefined };

/** The keys a volume takes one by one, or undefined where it takes all. */
export function itemsOf(value: Value, from: string): readonly Item[] | undefined {
  const items = listAt(value, from, "items").map((item) => ({
    key: nameTextAt(item, "key"),
    keyWaitsFor: waitingAt(item, "key"),
    file: nameTextAt(item, "path"),
  }));
  const isTold = ({ key, keyWaitsFor }: Item): boolean => (key ?? keyWaitsFor) !== undefined;
  return items.length > 0 && items.every(isTold) ? items : undefined;
}

/** The keys that are mounted one by one with `subPath`, or undefined where a mount shows the whole volume. */
export function mountedItems(mounts: readonly Mount[]): readonly Item[] | undefined {
  const keys = mounts.map((mount) => mount.subPath);
  if (keys.length === 0 || keys.some((key) => key === undefined)) return undefined;
  return [...new Set(keys)].map((key) => ({ key, file: undefined }));
}
