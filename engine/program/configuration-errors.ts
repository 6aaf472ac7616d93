import { PLACEHOLDER } from "./configuration";

/**
 * What an error of the SDK says of configuration, in one sentence and without the value, which may be a secret;
 * undefined for any other error.
 *
 * @param message the error's, as `ConfigMissingError`, `ConfigTypeError` and others in the SDK's `config.ts` write it
 */
export function configurationError(message: string): string | undefined {
  const missing = /^Missing required configuration variable '([^']+)'\n/.exec(message)?.[1];
  if (missing !== undefined) {
    return `configuration \`${missing}\` is missing; give it with --config ${missing}=VALUE or in the stack's file`;
  }
  // The value may hold what looks like the end of the message, whose last end is the real one.
  const [, key, value = "", problem] =
    /^Configuration '([^']+)' value '([^]*)' (is not a valid [\w ]+|is not a legal enum value \(.*\)|is outside of the legal range \(.*\)|does not match the regular expression .*)$/.exec(
      message,
    ) ?? [];
  if (key === undefined || problem === undefined) return undefined;
  return PLACEHOLDER.test(value)
    ? `configuration \`${key}\` is encrypted, and the program needs its form; give it with --config ${key}=VALUE`
    : `configuration \`${key}\` ${problem}`;
}
