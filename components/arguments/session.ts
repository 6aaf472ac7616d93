import { parseDuration, printDuration } from "../../core/duration";
import { argumentError } from "./argument-error";

/** Shortest and longest maximum of a role in IAM, in seconds. Source: IAM API, CreateRole, MaxSessionDuration. */
const shortestSession = 3600;
const longestSession = 43_200;

/** Reads a session's length into seconds, within what IAM allows for a role. */
export function readSession(subject: string, argument: string, text: string): number {
  // The value of an output is not checked by the type.
  if (typeof text !== "string" && !Number.isInteger(text)) {
    throw argumentError(subject, `${argument} is no text; give a length such as \`1h\``);
  }
  const parsed = parseDuration(text);
  if (!parsed.ok) throw argumentError(subject, `${argument}: ${parsed.problem}`);
  if (parsed.seconds < shortestSession || parsed.seconds > longestSession) {
    throw argumentError(
      subject,
      `${argument} \`${text}\` is outside what IAM allows a role; give \`1h\` to \`12h\``,
    );
  }
  return parsed.seconds;
}

/** Refuses a session that is longer than the tenant's maximum. */
export function checkSession(subject: string, session: string, maximum: string): number {
  const seconds = readSession(subject, "session", session);
  const longest = readSession(subject, "the tenant's maxSession", maximum);
  if (seconds > longest) {
    throw argumentError(
      subject,
      `session \`${session}\` exceeds the tenant maximum \`${printDuration(longest)}\`; choose a shorter session`,
    );
  }
  return seconds;
}
