import type { Writable } from "node:stream";
import { reasonOf } from "../policy-pack/files/system-reason";
import { CouldNotRun, type Failure } from "./failure";
import { plain } from "./report/escape";

/** Writes text and waits until it is out, so that the process can end; a reader that went away is no failure. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: NodeJS.ErrnoException | null): void => {
      // After an error its event follows.
      if (error === undefined || error === null) stream.off("error", done);
      if (error === undefined || error === null || error.code === "EPIPE") resolve();
      else reject(new CouldNotRun(`cannot write the output: ${reasonOf(error)}`));
    };
    // Without a listener a failed write would end the process with a stack trace.
    stream.once("error", done);
    stream.write(text, done);
  });
}

/** Prints on standard error what could not be run, what the sentence leads to and, where wanted, the details below it. */
export async function reportFailure(failure: Failure, verbose: boolean): Promise<void> {
  const details = verbose && failure.details !== undefined ? failure.details.split("\n") : [];
  const [sentence = "", ...more] = failure.reason.split("\n");
  const lines = [`agentid: ${sentence}`, ...[...more, ...details].map((line) => `    ${line}`)];
  await write(process.stderr, lines.map((line) => `${plain(line)}\n`).join(""));
}

/**
 * Whether standard output shows colours: as `--color` or `--no-color` has it, else as `FORCE_COLOR` has it, else on a terminal unless
 * `NO_COLOR` is set or `TERM` is `dumb`.
 */
export function showsColours(wanted?: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (wanted !== undefined) return wanted;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  return process.stdout.isTTY && (NO_COLOR ?? "") === "" && TERM !== "dumb";
}
