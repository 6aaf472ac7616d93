/**
 * What a pattern of EventBridge asks of one field of an event: patterns of texts, of which `*` and `?` stand for others;
 * undefined where any text, or one that no pattern says, may fit.
 *
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
export function textsRequested(
  pattern: unknown,
  ...path: readonly string[]
): readonly string[] | undefined {
  let here: unknown = pattern;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  if (!Array.isArray(here)) return undefined;
  const texts: string[] = [];
  for (const each of here) {
    const text = textRequested(each);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function textRequested(matcher: unknown): string | undefined {
  if (typeof matcher === "string") return matcher;
  if (!isObject(matcher)) return undefined;
  const { prefix, suffix, wildcard } = matcher;
  if (typeof prefix === "string") return `${prefix}*`;
  if (typeof suffix === "string") return `*${suffix}`;
  if (typeof wildcard === "string") return wildcard;
  return undefined;
}

/** Whether a value is an object of a pattern. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A pattern of events as JSON; undefined where it is none. */
export function parsedPattern(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
