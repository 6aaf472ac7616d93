/**
 * What a value is, as people say it, that no format tells: by the name under which it stands; else a secret where the
 * program or a generator makes it one, and a text that may be any where nothing says so.
 */
export function describedValue(under: string | undefined, isSecret: boolean): string {
  if (under !== undefined) return `value of ${under}`;
  return isSecret ? "a secret value" : "a credential";
}
