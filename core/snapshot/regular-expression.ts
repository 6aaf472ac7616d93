/** Longest text that is held against a pattern: nothing that names an object or an image is longer. */
const MAX_TEXT = 2048;

/** Longest pattern. */
const MAX_PATTERN = 1024;

/** Repetitions that a pattern may have: each multiplies how long a match takes. */
const MAX_REPETITIONS = 4;

/** What means something else, or nothing, in the regular expressions of JavaScript. */
const FOREIGN = /\(\?(?!:)|\[\[:|\\[0-9pPQEAzCkbBcux]/;

/** A repeated group, which may take a time that doubles with each character. */
const REPEATED_GROUP = /\)[*+?{]/;

/**
 * What tells whether a text fits a regular expression of Go, as kustomize and operators have them; undefined where it is one that is not
 * carried out here, since it means something else in JavaScript or could take long.
 */
export function patternOf(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > MAX_PATTERN || FOREIGN.test(pattern)) return undefined;
  const outsideSets = pattern.replace(/\\./g, "_").replace(/\[[^\]]+\]/g, "_");
  if (REPEATED_GROUP.test(outsideSets)) return undefined;
  // Of those alternatives that one text can fit, as the ends of an image's name, only one is tried to its end.
  const repeated = Math.max(
    ...outsideSets.split("|").map((part) => part.replace(/[^*+{]/g, "").length),
  );
  if (repeated > MAX_REPETITIONS) return undefined;
  try {
    const compiled = new RegExp(pattern);
    return (text) => text.length <= MAX_TEXT && compiled.test(text);
  } catch {
    return undefined;
  }
}

/** As {@link patternOf}, of the whole text; an empty pattern fits every text. */
export function wholePatternOf(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern === "") return () => true;
  // Nearly all are names, with nothing in them that means something.
  if (/^[\w/-]+$/.test(pattern)) return (text) => text === pattern;
  return patternOf(`^(?:${pattern})$`);
}
