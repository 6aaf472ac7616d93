import { didYouMean, listed } from "../../yaml/problems";

/** What is wrong with a name that nothing has: what is declared, and what may have been meant. */
export function unknownName(
  name: string,
  what: string,
  known: readonly string[],
  where: string,
): string {
  const allowed =
    known.length === 0 ? `none is declared in ${where}` : `declared are ${listed(known, "and")}`;
  return `no ${what} is called \`${name}\`; ${allowed}${didYouMean(name, known)}`;
}
