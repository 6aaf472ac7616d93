import { mayBeUnread } from "./configuration";

/** What follows the value in such a message. */
const problems = [
  "is not a valid ",
  "is not a legal enum value (",
  "is outside of the legal range (",
  "does not match the regular expression ",
];

/** The full key of configuration that an error of the SDK reports as missing; undefined for any other error. */
export function missingKey(message: string): string | undefined {
  return /^Missing required configuration variable '([^']+)'\n/.exec(message)?.[1];
}

/**
 * An error of the SDK about configuration, in one sentence and without the value, which may be a secret; undefined for any
 * other error.
 *
 * @param message the error's, as `ConfigMissingError`, `ConfigTypeError` and others in the SDK's `config.ts` write it
 * @param unread the sources of further values that were not read, in words
 */
export function configurationError(message: string, unread: string): string | undefined {
  const missing = missingKey(message);
  if (missing !== undefined) {
    const given = `give it with --config ${missing}=VALUE or in the stack's file`;
    return `configuration \`${missing}\` is missing; ${given}${mayBeUnread(unread)}`;
  }
  // The value may contain what looks like the end of the message, whose last end is the real one.
  const [start = "", key] = /^Configuration '([^']+)' value '/.exec(message) ?? [];
  const end = Math.max(...problems.map((problem) => message.lastIndexOf(`' ${problem}`)));
  const problem = end < start.length ? undefined : message.slice(end + 2);
  if (key === undefined || problem === undefined) return undefined;
  return `configuration \`${key}\` ${problem}`;
}
