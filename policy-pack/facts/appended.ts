/** So long a list may be and is still made anew: one that grows in place has room for seventeen at once. */
const short = 8;

/**
 * A list with more at its end. A graph has several for each thing, so short ones are no larger than necessary.
 *
 * A long list is changed and returned itself, so the argument must not be used again.
 */
export function appended<T>(list: T[], more: readonly T[]): T[] {
  if (list.length <= short) return list.concat(more);
  for (const one of more) list.push(one);
  return list;
}
