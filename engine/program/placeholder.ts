/**
 * Whether a value is one that `missing-configuration.ts` prints for the user to replace.
 *
 * It counts as missing: a verdict never rests on it.
 */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === "string" && /^<(?:text|boolean|number|object)>$/.test(value);
}
