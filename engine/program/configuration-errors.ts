import { PLACEHOLDER, mayBeUnread } from "./configuration";

/** What follows the value in such a message. */
const problems = [
  "is not a valid ",
  "is not a legal enum value (",
  "is outside of the legal range (",
  "does not match the regular expression ",
];

/**
 * What an error of the SDK says of configuration, in one sentence and without the value, which may be a secret;
 * undefined for any other error.
 *
 * @param message the error's, as `ConfigMissingError`, `ConfigTypeError` and others in the SDK's `config.ts` write it
 * @param unread what may hold further values and was not read, in words
 */
export function configurationError(message: string, unread: string): string | undefined {
  const missing = /^Missing required configuration variable '([^']+)'\n/.exec(message)?.[1];
  if (missing !== undefined) {
    const given = `give it with --config ${missing}=VALUE or in the stack's file`;
    return `configuration \`${missing}\` is missing; ${given}${mayBeUnread(unread)}`;
  }
  // The value may hold what looks like the end of the message, whose last end is the real one.
  const [start = "", key] = /^Configuration '([^']+)' value '/.exec(message) ?? [];
  const end = Math.max(...problems.map((problem) => message.lastIndexOf(`' ${problem}`)));
  const value = message.slice(start.length, end);
  const problem = end < start.length ? undefined : message.slice(end + 2);
  if (key === undefined || problem === undefined) return undefined;
  return PLACEHOLDER.test(value)
    ? `configuration \`${key}\` is encrypted, and the program needs its form; give it with --config ${key}=VALUE`
    : `configuration \`${key}\` ${problem}`;
}
