import { writeSync } from "node:fs";
import { refuseDebugger } from "../policy-pack/refuse-debugger";
import { exitCodes } from "./exit-code";
import { failureOf } from "./failure";
import { plain } from "./report/escape";

let statedLastWord = false;

/**
 * Has this process end in one sentence and with exit code 2 when it is told to stop, or when it fails or ends where nobody
 * looks: by Node's own exit codes either could be taken for a verdict.
 *
 * A file that is being written is written to its end before a signal is heard, since writing does not give way.
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
    // Where nobody can be told, the exit code still tells.
  }
}
