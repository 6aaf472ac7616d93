import { matches, type Pattern } from "../../pattern";

/** `StringEquals`: wildcards stand for themselves. */
export function stringEquals(given: string, wanted: { text: string }): boolean {
  return given === wanted.text;
}

/** `StringEqualsIgnoreCase`: wildcards stand for themselves. */
export function stringEqualsIgnoringCase(given: string, wanted: { text: string }): boolean {
  return given.toLowerCase() === wanted.text.toLowerCase();
}

/** `StringLike`: `*` and `?` stand for other characters, colons and slashes included. */
export function stringLike(given: string, wanted: { pattern: Pattern }): boolean {
  return matches(wanted.pattern, given);
}
