import { longestText } from "./longest-text";
import type { Piece } from "./piece";

const inArguments = /\bConvertTo-SecureString\b([^\n;|]{1,600})/gi;
const piped =
  /(?:'([^'\n]{1,256})'|"([^"\n]{1,256})")\s*\|\s*ConvertTo-SecureString\b([^\n;|]{1,200})/gi;
const literal = /(?:^|\s)(?:-String\s+)?(?:'([^'\n]{1,256})'|"([^"\n]{1,256})")/i;

/**
 * The texts that a script of PowerShell makes passwords of, whatever it calls them. A text between double quotes into which a
 * variable is put is none.
 *
 * Source: PowerShell documentation, `ConvertTo-SecureString`, `-AsPlainText`, and `about_Quoting_Rules`.
 */
export function secureStringsIn(text: string): readonly Piece[] {
  const start = text.slice(0, longestText);
  const found: Piece[] = [];
  const add = (single: string | undefined, double: string | undefined): void => {
    const value = single ?? (double !== undefined && /[$`]/.test(double) ? undefined : double);
    if (value !== undefined) found.push({ text: value, under: "password" });
  };
  for (const [, given = ""] of start.matchAll(inArguments)) {
    const match = isPlain(given) ? literal.exec(given) : null;
    if (match !== null) add(match[1], match[2]);
  }
  for (const [, single, double, given = ""] of start.matchAll(piped)) {
    if (isPlain(given)) add(single, double);
  }
  return found;
}

/** Without it the text is an encrypted one. */
function isPlain(given: string): boolean {
  return /-AsPlainText\b/i.test(given);
}
