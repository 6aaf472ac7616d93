import type { Value } from "./value";

/** A record while it is being filled. */
export type OpenRecord = Record<string, Value>;

/** Sets an own property whatever its name: an assignment to `__proto__` would change the prototype instead. */
export function setOwn(record: OpenRecord, key: string, value: Value): void {
  if (key === "__proto__") {
    Object.defineProperty(record, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    record[key] = value;
  }
}
