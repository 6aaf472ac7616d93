/** Values by a key of each, in the order in which the keys come up. */
export function grouped<T, K = string>(
  values: Iterable<T>,
  keyOf: (value: T) => K,
): ReadonlyMap<K, readonly [T, ...T[]]> {
  const found = new Map<K, [T, ...T[]]>();
  for (const value of values) {
    const key = keyOf(value);
    const known = found.get(key);
    if (known === undefined) found.set(key, [value]);
    else known.push(value);
  }
  return found;
}
