/** So long a list may be and is still made anew: one that grows in place has room for seventeen at once. */
const short = 8;

/**
 * A list with more at its end: a graph has several for each thing, so short ones are no larger than need be.
 *
 * A long list is changed and answered itself, so the list given is to be used no more.
 */
export function appended<T>(list: T[], more: readonly T[]): T[] {
  if (list.length <= short) return list.concat(more);
  for (const one of more) list.push(one);
  return list;
}
