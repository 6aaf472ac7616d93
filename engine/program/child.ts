import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** How a child process ended. */
export interface Ending {
  readonly kind: "exited" | "timed-out" | "not-started";
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it printed, at most {@link KEPT_OUTPUT} bytes. */
  readonly output: string;
  /** What it wrote to descriptor 3, at most as much. */
  readonly reports: string;
}

/** By these a terminal or a job's runner tells a process to stop. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How much of a program's own output is kept, in bytes. */
const KEPT_OUTPUT = 64 * 1024;

/**
 * Runs Node in a process group of its own and waits for its end.
 *
 * The whole group is ended with it, and when the time is up or this process is told to stop. Where this process is
 * killed, the other end of descriptor 4 closes, for the child to see.
 */
export function runNode(command: {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}): Promise<Ending> {
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const printed = new Tail(KEPT_OUTPUT);
  printed.follow(child.stdout);
  printed.follow(child.stderr);
  const reported = new Tail(KEPT_OUTPUT);
  reported.follow(child.stdio[3] as Readable);

  return new Promise((resolve) => {
    let timedOut = false;
    const endGroup = (): void => {
      endProcessGroup(child.pid);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup();
    }, command.timeoutMs);
    const stopWithUs = (signal: NodeJS.Signals): void => {
      endGroup();
      process.kill(process.pid, signal);
    };
    process.once("exit", endGroup);
    for (const signal of stopSignals) process.once(signal, stopWithUs);

    const finish = (kind: Ending["kind"], code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      process.off("exit", endGroup);
      for (const signal of stopSignals) process.off(signal, stopWithUs);
      endGroup();
      resolve({
        kind: timedOut ? "timed-out" : kind,
        code,
        signal,
        output: printed.text(),
        reports: reported.text(),
      });
    };
    child.once("error", () => finish("not-started", null, null));
    // The program's own children may hold its output open after it is gone: they go first.
    child.once("exit", endGroup);
    child.once("close", (code, signal) => finish("exited", code, signal));
  });
}

function endProcessGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

/** The end of a stream of bytes. */
class Tail {
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(readonly limit: number) {}

  follow(stream: Readable | null): void {
    stream?.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.#size > 2 * this.limit) this.#trim();
    });
  }

  text(): string {
    this.#trim();
    return Buffer.concat(this.#chunks).toString("utf8");
  }

  #trim(): void {
    const all = Buffer.concat(this.#chunks);
    const end = all.subarray(Math.max(0, all.length - this.limit));
    this.#chunks = [Buffer.from(end)];
    this.#size = end.length;
  }
}
