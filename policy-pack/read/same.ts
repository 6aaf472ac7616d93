/** What a program makes may be nested as deep as it likes; what is compared here is not. */
const deepest = 50;

/** Whether two values are equal as plain data; of anything else, and far down, only the thing itself is. */
export function isSame(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true;
  if (depth > deepest) return false;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1),
  );
}

/** How a list differs from another. */
export interface Change<T> {
  readonly gone: readonly T[];
  readonly added: readonly T[];
  /** The list as it is now, with the items of before where they are equal. */
  readonly now: readonly T[];
}

/** What a list has lost and gained; what both have in common at their starts and ends stays. */
export function replaced<T>(before: readonly T[], now: readonly T[]): Change<T> {
  let start = 0;
  while (start < before.length && start < now.length && isSame(before[start], now[start])) start++;
  let end = 0;
  const most = Math.min(before.length, now.length) - start;
  while (end < most && isSame(before.at(-1 - end), now.at(-1 - end))) end++;
  return {
    gone: before.slice(start, before.length - end),
    added: now.slice(start, now.length - end),
    now: [
      ...before.slice(0, start),
      ...now.slice(start, now.length - end),
      ...before.slice(before.length - end),
    ],
  };
}
