/**
 * Why something could not be run: the message is one sentence for the user, without a stack trace.
 *
 * Where the judged program's own message has several lines, they follow the sentence line by line.
 */
export class CouldNotRun extends Error {
  override readonly name = "CouldNotRun";

  /**
   * @param reason lowercase, no final period
   * @param details what only `--verbose` shows
   */
  constructor(
    reason: string,
    readonly details?: string,
  ) {
    super(reason);
  }
}

/** Why something could not be run, as plain data. */
export interface Failure {
  /** One sentence, and on lines of their own what it leads to. */
  readonly reason: string;
  /** What only `--verbose` shows. */
  readonly details?: string;
}

/** By its name: once built, the command line and its commands are two files, each with a class of its own. */
function isCouldNotRun(thrown: unknown): thrown is CouldNotRun {
  return thrown instanceof Error && thrown.name === "CouldNotRun";
}

/** Anything thrown as a failure: our own sentence, or for an unexpected error its first line. */
export function failureOf(thrown: unknown): Failure {
  if (isCouldNotRun(thrown)) {
    const { message: reason, details } = thrown;
    return { reason, ...(details !== undefined && { details }) };
  }
  const [reason = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
  const details = thrown instanceof Error ? thrown.stack : undefined;
  return {
    reason: `agentid itself failed: ${reason}; run again with --verbose and report what it prints`,
    ...(details !== undefined && { details }),
  };
}
