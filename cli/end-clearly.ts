import { writeSync } from "node:fs";
import { refuseDebugger } from "../policy-pack/crossguard/refuse-debugger";
import { exitCodes } from "./exit-code";
import { failureOf } from "./failure";
import { plain } from "./report/escape";

let statedLastWord = false;

/**
 * Ends this process in one sentence and with exit code 2 when it is stopped, or fails or ends unexpectedly: by Node's own exit
 * codes either could be mistaken for a verdict.
 *
 * A file is written to its end before a signal is handled, since writing is synchronous.
 */
export function endClearly(): void {
  refuseDebugger();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => end(`stopped by ${signal}, so there is no verdict`));
  }
  process.on("uncaughtException", (error) => end(failureOf(error).reason));
  process.on("exit", () => {
    if (statedLastWord) return;
    process.exitCode = exitCodes.couldNotRun;
    add("agentid ended before its last word, so there is no verdict; please report this");
  });
}

/**
 * Waits for SIGTERM or SIGINT, which from now on no longer end this process: the command ends its own work, and returns.
 *
 * The new listener comes first. Without any listener Node stops watching, and a signal that arrives then is lost.
 */
export function stopSignal(): Promise<string> {
  return new Promise((done) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const before = process.listeners(signal);
      process.once(signal, () => done(signal));
      for (const each of before) process.removeListener(signal, each);
    }
  });
}

/** Ends this process with a verdict. Without this call no exit code is one. */
export function endWith(code: number): never {
  statedLastWord = true;
  process.exit(code);
}

function end(reason: string): never {
  add(reason);
  endWith(exitCodes.couldNotRun);
}

function add(reason: string): void {
  const start = process.stderr.isTTY ? "\r\u001b[K" : "";
  try {
    writeSync(process.stderr.fd, `${start}agentid: ${plain(reason)}\n`);
  } catch {
    // Where no output is possible, the exit code still shows it.
  }
}
