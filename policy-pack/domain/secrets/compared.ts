import { loginsInUrls, proofInHeader, shortestCredential } from "./value";

/** What of a PEM text only lays it out: line breaks, also written as `\n`, and blanks. */
const layout = /\s|\\[nrt]/g;

/**
 * The credentials in a text that is one, without their surroundings, so that equal ones are equal texts. Examples are the
 * password of a connection string and the token of an `Authorization` header.
 *
 * A password that is a word, or too short for a credential of its own, opens nothing without its user and host. Which server
 * has it is chance.
 */
export function comparedIn(text: string): readonly string[] {
  const value = text.trim();
  if (value.startsWith("-----BEGIN")) return [value.replace(layout, "")];
  const logins = loginsInUrls(value).map(({ user, password, host, isWord }) =>
    isWord || password.length < shortestCredential ? `${user}:${password}@${host}` : password,
  );
  if (logins.length > 0) return [...new Set(logins)];
  return [proofInHeader(value) ?? value];
}
