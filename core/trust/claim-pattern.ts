/** A value a claim may have. */
export interface ClaimPattern {
  readonly text: string;
  /** Whether its wildcards stand for themselves, as under `StringEquals`. */
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
