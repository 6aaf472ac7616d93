/**
 * A text as a Cedar policy writes it, in quotes; whatever the text is, it stays one text.
 *
 * All but printable ASCII is escaped, so that nothing can look like what it is not. Half of a surrogate pair, which no
 * UTF-8 has, becomes U+FFFD as in decoders. Source: docs.cedarpolicy.com, grammar specification of the policy language, STR.
 */
export function cedarText(text: string): string {
  let written = "";
  for (const character of text) written += escaped(character);
  return `"${written}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character >= " " && character <= "~") return character;
  const code = character.codePointAt(0) ?? replacement;
  return `\\u{${(isHalf(code) ? replacement : code).toString(16)}}`;
}

/** U+FFFD, which replaces invalid characters. */
const replacement = 0xfffd;

function isHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}
