import { hasWildcard } from "../pattern";

/** A value a claim may have. */
export interface ClaimPattern {
  readonly text: string;
  /** Whether its wildcards are literal, as under `StringEquals`. */
  readonly literal: boolean;
  /** Whether it is compared without regard to case, as under `StringEqualsIgnoreCase`. Default no. */
  readonly anyCase?: boolean;
  /** Whether it must not be shown. */
  readonly secret: boolean;
}

/** The text of a value as a grammar reads it, whose keys are all in lowercase. */
export function readable({ text, anyCase }: ClaimPattern): string {
  return anyCase === true ? text.toLowerCase() : text;
}

/**
 * A value's text with `${*}`, `${?}` and `${$}` as literal characters, and whether its wildcards are literal; undefined with a
 * variable, or wildcards of both kinds. Source: IAM user guide, policy variables.
 */
export function unescaped(
  text: string,
  literal: boolean,
): Pick<ClaimPattern, "text" | "literal"> | undefined {
  if (!text.includes("${")) return { text, literal };
  const rest = text.replace(/\$\{[*?$]\}/g, "");
  if (rest.includes("${")) return undefined;
  const plain = text.replace(/\$\{([*?$])\}/g, "$1");
  if (literal || !/\$\{[*?]\}/.test(text)) return { text: plain, literal };
  return hasWildcard(rest) ? undefined : { text: plain, literal: true };
}

/** A value whose wildcards match what differs, as authors mean them under `StringEquals` too. */
export function asIntended(value: ClaimPattern): ClaimPattern {
  return hasWildcard(value.text) ? { ...value, literal: false } : value;
}
