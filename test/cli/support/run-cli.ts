import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";

/** What a run of the command line gave. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The arguments of Node for `agentid`: in CI as users have it, elsewhere from source, which nobody has to build first. */
const agentid =
  process.env["CI"] === undefined
    ? ["--require", resolve("test/support/from-source.cjs"), resolve("cli/main.ts")]
    : [resolve("dist/cli/main.js")];

/** What tests start is not traced: it slows them, and where a limit is set its file could not be written. */
const untraced = { ...process.env, NODE_V8_COVERAGE: undefined };

/**
 * Runs `agentid` in a process of its own.
 *
 * @param piped what it reads from standard input; nothing by default
 */
export function runCli(
  args: readonly string[],
  cwd: string = process.cwd(),
  piped: string = "",
): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...agentid, ...args], {
    cwd,
    encoding: "utf8",
    env: untraced,
    input: piped,
  });
  return { code: status, out: stdout, err: stderr };
}

/**
 * Runs `agentid` by a shell, such as for a limit or a redirection.
 *
 * @param script where `"$@"` stands for the command
 */
export function runInShell(script: string, args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", script, "sh", process.execPath, ...agentid, ...args],
    { cwd, encoding: "utf8", env: untraced },
  );
  return { code: status, out: stdout, err: stderr };
}

/** A run of `agentid` that is under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Run>;
}

/**
 * Starts `agentid`.
 *
 * @param variables of its environment, besides those of the test's own
 */
export function startCli(
  args: readonly string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = {},
): Running {
  const env = { ...untraced, ...variables };
  const child = spawn(process.execPath, [...agentid, ...args], { cwd, env });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Run>((onEnd) => {
    child.on("close", (code) => onEnd({ code, out, err }));
  });
  return { process: child, ended };
}
