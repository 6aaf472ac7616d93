/** The key of an item; without one it is of the whole. */
type Keyed<Property extends string> = { readonly [K in Property]?: string | undefined };

/** The places in a list of what is of the whole and of each key, as far as it was looked at. */
interface Filed {
  until: number;
  readonly whole: number[];
  readonly byKey: Map<string, number[]>;
}

/** So short lists are looked through as fast as they are filed. */
const short = 16;

const filed = new Map<string, WeakMap<readonly object[], Filed>>();

/**
 * The items of a list for one key or for the whole, in the order of the list; all of it without a key. The list only grows at
 * its end.
 *
 * A long list is indexed by keys once, so that a look-up of each key takes no longer than the list.
 *
 * @param property the property with the key
 */
export function ofKey<Property extends string, T extends Keyed<Property>>(
  list: readonly T[],
  property: Property,
  key: string | undefined,
): readonly T[] {
  if (key === undefined) return list;
  if (list.length <= short) {
    return list.filter((each) => each[property] === undefined || each[property] === key);
  }
  const { whole, byKey } = filedBy(list, property);
  const own = byKey.get(key) ?? [];
  const places = whole.length === 0 ? own : [...whole, ...own].sort((a, b) => a - b);
  return places.flatMap((at) => list[at] ?? []);
}

/** Of such a list what is of the whole, in the order of the list. */
export function ofWhole<Property extends string, T extends Keyed<Property>>(
  list: readonly T[],
  property: Property,
): readonly T[] {
  if (list.length <= short) return list.filter((each) => each[property] === undefined);
  return filedBy(list, property).whole.flatMap((at) => list[at] ?? []);
}

function filedBy<Property extends string>(
  list: readonly Keyed<Property>[],
  property: Property,
): Filed {
  let lists = filed.get(property);
  if (lists === undefined) filed.set(property, (lists = new WeakMap<readonly object[], Filed>()));
  let known = lists.get(list);
  if (known === undefined) {
    known = { until: 0, whole: [], byKey: new Map<string, number[]>() };
    lists.set(list, known);
  }
  for (; known.until < list.length; known.until += 1) {
    const key = list[known.until]?.[property];
    const places = key === undefined ? known.whole : known.byKey.get(key);
    if (places !== undefined) places.push(known.until);
    else if (key !== undefined) known.byKey.set(key, [known.until]);
  }
  return known;
}
