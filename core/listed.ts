/** Texts as one phrase: `a, b and c`. */
export function listOf(texts: readonly string[]): string {
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} and ${last}`;
}

/** The first texts of a list and the number of the others: `a, b and 3 more`, or `a; b; and 3 more`. */
export function firstOf(
  texts: readonly string[],
  most: number,
  separator: ", " | "; " = ", ",
): string {
  const more = texts.length - most;
  const end = separator === ", " ? " " : separator;
  return texts.slice(0, most).join(separator) + (more > 0 ? `${end}and ${more} more` : "");
}

/** A noun with `a` or `an`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

/** A text as the start of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
