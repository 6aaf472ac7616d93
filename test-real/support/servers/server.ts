import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** A program that serves until it is stopped. */
export interface Server {
  /** What it has printed so far. */
  printed(): string;
  /** Ends it by its process id, and waits for that. */
  stop(): Promise<void>;
}

/** A program that serves until it is stopped, or ended in the middle of what it does. */
export interface KillableServer extends Server {
  /** Ends it without letting it finish anything, and waits for that. */
  kill(): Promise<void>;
}

/** How to start a server. */
export interface ServerArgs {
  /** How errors name it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The folder it keeps its things in. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it answers; tried until it does. A rejection counts as no. */
  readonly isReady: () => Promise<boolean>;
  /** Milliseconds it may take until then. Default: one minute. */
  readonly timeout?: number;
  /** The signal by which it ends in order. Default: SIGTERM. */
  readonly stopBy?: NodeJS.Signals;
  /** Milliseconds that it may take to end in order. Default: five seconds. */
  readonly stopTimeout?: number;
  /** Who runs it. Default: who runs the tests. */
  readonly uid?: number;
  readonly gid?: number;
}

const running = new Set<ChildProcess>();

/** Starts a server and waits until it answers; fails with what it printed when it ends before, or takes too long. */
export async function startServer(args: ServerArgs): Promise<KillableServer> {
  const { uid, gid, stopBy = "SIGTERM", stopTimeout = 5_000 } = args;
  const child = spawn(args.command, args.args, {
    cwd: args.cwd,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    // There is room for more garbage, and less time goes into collecting it.
    env: { PATH: process.env["PATH"], GOGC: "400", ...args.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let printed = "";
  const keep = (text: string) => (printed = (printed + text).slice(-100_000));
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const closed = new Promise<void>((resolve) => {
    child.on("error", (error) => keep(error.message));
    child.on("close", () => {
      running.delete(child);
      resolve();
    });
  });
  const deadline = Date.now() + (args.timeout ?? 300_000);
  while (!(await args.isReady().catch(() => false))) {
    if (!running.has(child)) throw new Error(`${args.name} ended before it answered:\n${printed}`);
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${args.name} does not answer:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    printed: () => printed,
    stop: async () => {
      child.kill(stopBy);
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeout);
      await closed;
      clearTimeout(timer);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Ends what {@link startServer} started and is still running. */
export function stopServers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Ports of this machine that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  return ports;
}
