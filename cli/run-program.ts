import { Command, CommanderError } from "commander";
import { reportFailure, write } from "./console";
import { exitCodes } from "./exit-code";
import { failureOf } from "./failure";
import { packageVersion } from "./package-facts";
import { plain } from "./report/escape";

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** A command line. */
export interface Program {
  readonly name: string;
  readonly description: string;
  readonly addCommands: (program: Command, finish: Finish) => void;
}

/**
 * What is wrong with the arguments, on one line: an argument may be hostile, where a workflow takes it from a pull request.
 *
 * The parser's own suggestion is on a line of its own.
 */
function shownError(text: string): string {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text;
  const at = whole.endsWith("?)") ? whole.lastIndexOf("\n(Did you mean ") : -1;
  const lines = at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + 1)];
  return lines.map((line) => `${plain(line)}\n`).join("");
}

/** @param written takes what the parser itself writes: help, the version, and what is wrong with the arguments */
function parserOf({ name, description }: Program, written: Promise<void>[]): Command {
  return (
    new Command(name)
      .configureOutput({
        writeOut: (text) => written.push(write(process.stdout, text)),
        writeErr: (text) => written.push(write(process.stderr, text)),
        outputError: (text, put) => put(shownError(text)),
      })
      .description(description)
      .version(packageVersion(), "-V, --version", "print the version")
      // Commands made by `command()` take this over.
      .exitOverride()
      .showHelpAfterError("run with --help for what is allowed")
  );
}

/** Runs a command line with these arguments and answers its exit code; it reads and writes the streams of the process. */
export async function runProgram(program: Program, args: readonly string[]): Promise<number> {
  let code: number = exitCodes.couldNotRun;
  const written: Promise<void>[] = [];
  const couldNotRun = async (error: unknown): Promise<number> => {
    await reportFailure(failureOf(error), args.includes("--verbose"));
    return exitCodes.couldNotRun;
  };
  const finish = (ended: number): void => {
    code = ended;
  };
  try {
    const parser = parserOf(program, written);
    program.addCommands(parser, finish);
    await parser.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return couldNotRun(error);
    try {
      await Promise.all(written);
    } catch (unwritten) {
      return couldNotRun(unwritten);
    }
    return error.exitCode === 0 ? 0 : exitCodes.couldNotRun;
  }
}
