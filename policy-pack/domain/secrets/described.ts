/**
 * The readable kind of a value without a known format: by the name of its setting. Else a secret where the program or a
 * generator makes it one, and any text otherwise.
 */
export function describedValue(under: string | undefined, isSecret: boolean): string {
  if (under !== undefined) return `value of ${under}`;
  return isSecret ? "a secret value" : "a credential";
}
