import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { run } from "../../../cli/command-line";

/** What a run of the command line gave. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The arguments of Node for `agentid`: in CI as users have it, otherwise from source, without a build. */
export const commandLine: readonly string[] =
  process.env["CI"] === undefined
    ? ["--require", resolve("test/support/from-source.cjs"), resolve("cli/main.ts")]
    : [resolve("dist/cli/main.js")];

/** What tests start is not traced: it slows them, and where a limit is set its file could not be written. */
const untraced = { ...process.env, NODE_V8_COVERAGE: undefined };

/** What else a run has. */
interface RunOptions {
  /** What it reads from standard input. Default nothing. */
  readonly piped?: string;
  /** Of its environment, besides those of the test's own; `undefined` takes one away. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Ends when the run before has: folder, environment and streams are of the whole process. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `agentid` in this process, which has for that time its folder, environment and streams.
 *
 * It ends the process nowhere: what is about signals, limits of a process or its end is for {@link startCli}.
 */
export function runCli(
  args: readonly string[],
  cwd: string = process.cwd(),
  options: RunOptions = {},
): Promise<Run> {
  const ended = turn.then(() => runHere(args, cwd, options));
  turn = ended.catch(() => undefined);
  return ended;
}

async function runHere(
  args: readonly string[],
  cwd: string,
  { piped = "", variables = {} }: RunOptions,
): Promise<Run> {
  const [out, err] = [new Kept(), new Kept()];
  const undo = [
    inFolder(cwd),
    inEnvironment(variables),
    withStream("stdin", Readable.from([Buffer.from(piped)])),
    withStream("stdout", out),
    withStream("stderr", err),
  ];
  try {
    return { code: await run(args), out: out.text(), err: err.text() };
  } finally {
    for (const each of undo) each();
  }
}

/** What was written to it. */
class Kept extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}

function inFolder(path: string): () => void {
  const before = process.cwd();
  process.chdir(path);
  return () => process.chdir(before);
}

function inEnvironment(variables: NodeJS.ProcessEnv): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = ([name, value]: readonly [string, string | undefined]): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  Object.entries(variables).forEach(set);
  return () => before.forEach(set);
}

function withStream(name: "stdin" | "stdout" | "stderr", value: Readable | Writable): () => void {
  const before = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
  return () => {
    if (before !== undefined) Object.defineProperty(process, name, before);
  };
}

/**
 * Runs `agentid` by a shell, such as for a limit or a redirection.
 *
 * @param script with `"$@"` for the command
 */
export function runInShell(script: string, args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", script, "sh", process.execPath, ...commandLine, ...args],
    { cwd, encoding: "utf8", env: untraced },
  );
  return { code: status, out: stdout, err: stderr };
}

/** A running `agentid`. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Run>;
}

/**
 * Starts `agentid` in a process of its own.
 *
 * @param variables of its environment, besides those of the test's own
 */
export function startCli(
  args: readonly string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = {},
): Running {
  const env = { ...untraced, ...variables };
  const child = spawn(process.execPath, [...commandLine, ...args], { cwd, env });
  child.stdin.end();
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Run>((onEnd) => {
    child.on("close", (code) => onEnd({ code, out, err }));
  });
  return { process: child, ended };
}
