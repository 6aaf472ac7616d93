import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { MARK, endDescendants } from "./descendants";

/** How a child process ended. */
export interface Ending {
  /** `left-behind`: something that it started outlived all attempts to end it; `flooded`: it wrote too much to descriptor 3. */
  readonly kind: "exited" | "timed-out" | "not-started" | "left-behind" | "flooded";
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it printed, at most {@link KEPT_OUTPUT} bytes. */
  readonly output: string;
  /** All that it wrote to descriptor 3. */
  readonly reports: string;
}

/** The signals by which a terminal or a job's runner stops a process. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How much of a program's own output is stored, in bytes: it is shown, and nothing depends on it. */
const KEPT_OUTPUT = 64 * 1024;

/** How much a program may write to descriptor 3, in bytes: what is proven rests on all of it. */
const MOST_REPORTED = 64 * 1024 * 1024;

/** How long the output of a process that is gone may stay open, in milliseconds. */
const LONGEST_CLOSING = 5000;

/**
 * Runs Node in a process group of its own and waits for its end.
 *
 * The whole group is ended with it, and all else that it started, and when the time is up or this process is stopped. Where
 * this process is killed, the other end of descriptor 4 closes, for the child to notice.
 */
export function runNode(command: {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}): Promise<Ending> {
  const mark = randomUUID();
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    env: { ...command.env, [MARK]: mark },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const printed = new Tail(KEPT_OUTPUT);
  printed.follow(child.stdout);
  printed.follow(child.stderr);

  return new Promise((resolve) => {
    let stopped: "timed-out" | "flooded" | undefined;
    const endAll = (): void => {
      endDescendants(child.pid, mark);
      endProcessGroup(child.pid);
      endDescendants(undefined, mark);
    };
    const stopAs = (kind: typeof stopped): void => {
      stopped ??= kind;
      endAll();
    };
    const reported = new Whole(child.stdio[3] as Readable | null, MOST_REPORTED, () =>
      stopAs("flooded"),
    );
    const timer = setTimeout(() => stopAs("timed-out"), command.timeoutMs);
    let closing: NodeJS.Timeout | undefined;
    const stopWithUs = (signal: NodeJS.Signals): void => {
      endAll();
      process.kill(process.pid, signal);
    };
    process.once("exit", endAll);
    for (const signal of stopSignals) process.once(signal, stopWithUs);

    const finish = (kind: Ending["kind"], code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      clearTimeout(closing);
      process.off("exit", endAll);
      for (const signal of stopSignals) process.off(signal, stopWithUs);
      endAll();
      resolve({
        kind: stopped ?? kind,
        code,
        signal,
        output: printed.text(),
        reports: reported.text(),
      });
    };
    child.once("error", () => finish("not-started", null, null));
    child.once("exit", (code, signal) => {
      // Processes of the program may have its output open after its end: they end first.
      endAll();
      closing = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
        finish("left-behind", code, signal);
      }, LONGEST_CLOSING);
    });
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

/** All of a stream of bytes, up to a limit. */
class Whole {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  /** @param onMore is called where the stream has more than the limit */
  constructor(stream: Readable | null, limit: number, onMore: () => void) {
    stream?.on("data", (chunk: Buffer) => {
      this.#size += chunk.length;
      if (this.#size <= limit) this.#chunks.push(chunk);
      else onMore();
    });
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
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
