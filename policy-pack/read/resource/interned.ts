/** Maximum texts in the cache. */
const mostTexts = 10_000;

const texts = new Map<string, string>();

/**
 * The same text, as one string for all that are alike.
 *
 * Properties of facts are few texts, which are put together anew for each resource: as many strings, of several parts each,
 * would be a good part of what a large stack takes.
 */
export function interned(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= mostTexts) texts.clear();
  texts.set(text, text);
  return text;
}
