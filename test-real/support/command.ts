import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { checkout } from "./checkout";

/** How a command ended. */
export interface CommandResult {
  /** The exit code; -1 when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/** Has all that is Node start in half the time. */
const quickStart = `--require ${join(checkout, "test/support/quick-start.cjs")}`;

/**
 * Runs a command to its end.
 *
 * @param timeout milliseconds after which it is ended; by default four minutes
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly timeout?: number;
    /** Takes the process id of the command. */
    readonly onStart?: (pid: number) => void;
  },
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { NODE_OPTIONS: quickStart, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const timer = setTimeout(() => child.kill("SIGTERM"), options.timeout ?? 540_000);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        resolve(code ?? -1);
      });
    });
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** Ends what {@link runCommand} started and is still running. */
export function stopCommands(): void {
  for (const child of running) child.kill("SIGKILL");
}
