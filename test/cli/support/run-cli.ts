import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What a run of the command line gave. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const environment = { ...process.env, TSX_TSCONFIG_PATH: resolve("tsconfig.json") };

/** Runs `agentid` from source in a process of its own. */
export function runCli(args: readonly string[], cwd: string = process.cwd()): Run {
  const loader = resolve("node_modules/tsx/dist/cli.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [loader, resolve("cli/main.ts"), ...args],
    { cwd, encoding: "utf8", env: environment },
  );
  return { code: status, out: stdout, err: stderr };
}

/**
 * What is compiled goes into a cache, of which a limit must leave no half for others, and what runs may be traced, of
 * which no file could be written.
 */
const unwritten = { ...environment, TSX_DISABLE_CACHE: "1", NODE_V8_COVERAGE: undefined };

/** `agentid` as one process, without the one that tsx would put around it. */
const asOneProcess = [
  "--import",
  pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href,
  resolve("cli/main.ts"),
];

/**
 * Runs `agentid` by a shell, such as for a limit or a redirection.
 *
 * @param script where `"$@"` stands for the command
 */
export function runInShell(script: string, args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", script, "sh", process.execPath, ...asOneProcess, ...args],
    { cwd, encoding: "utf8", env: unwritten },
  );
  return { code: status, out: stdout, err: stderr };
}

/** A run of `agentid` that is under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Run>;
}

/** Starts `agentid` from source. */
export function startCli(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [...asOneProcess, ...args], { cwd, env: environment });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Run>((onEnd) => {
    child.on("close", (code) => onEnd({ code, out, err }));
  });
  return { process: child, ended };
}
