import { isScalar, visit, type Document } from "yaml";

/**
 * The positions of keys that their map has already, from the start of the text, in its order.
 *
 * The parser finds them too (`uniqueKeys`), by comparing each key with all before it: of many keys that takes minutes.
 */
export function repeatedKeys(document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return found.sort((a, b) => a - b);
}
