import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import * as child from "../../engine/program/child";

type Command = Parameters<typeof child.runNode>[0];

/** The line after the output of a program, on each descriptor. */
const END = "\0end of the program\n";

const { runNode } = child;
let host: Host | undefined;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs the Pulumi programs of a suite in one process, one after another: that process has the SDKs loaded.
 *
 * A suite about processes does not use it: how they start and end, and what programs do to them.
 */
export function inProgramHost(): void {
  before(() => replaceRunNode(runInHost));
  after(() => replaceRunNode(runNode));
}

function replaceRunNode(value: typeof runNode): void {
  Object.defineProperty(child, "runNode", { value, configurable: true, enumerable: true });
}

function runInHost(command: Command): Promise<child.Ending> {
  // Options of Node need a process of their own.
  if (command.args[0] !== "-e") return runNode(command);
  const ended = turn.then(() => (host ??= new Host()).run(command));
  turn = ended.catch(() => undefined);
  return ended;
}

/** A process that runs `program-host.cjs`. */
class Host {
  readonly #process: ChildProcess;
  readonly #outputs: readonly Output[];

  constructor() {
    const quickStart = ["--require", require.resolve("./quick-start.cjs")];
    this.#process = spawn(process.execPath, [...quickStart, join(__dirname, "program-host.cjs")], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "ignore", "ipc"],
    });
    const streams = [1, 2, 3].map((descriptor) => this.#process.stdio[descriptor] as Socket);
    this.#outputs = streams.map((stream) => new Output(stream));
    // Mocha does not wait for it.
    this.#process.unref();
    this.#process.channel?.unref();
    for (const stream of streams) stream.unref();
  }

  run({ args: [, prelude, , ...args], cwd, env, timeoutMs }: Command): Promise<child.Ending> {
    return new Promise((resolve) => {
      let kind: child.Ending["kind"] = "exited";
      const timer = setTimeout(() => {
        kind = "timed-out";
        this.#process.kill("SIGKILL");
      }, timeoutMs);
      const finish = (code: number | null, signal: string | null): void => {
        clearTimeout(timer);
        this.#process.off("message", onDrained).off("close", onClose);
        const [out = "", err = "", reports = ""] = this.#outputs.map((output) => output.take());
        resolve({ kind, code, signal, output: out + err, reports });
      };
      const onClose = (code: number | null, signal: string | null): void => {
        host = undefined;
        finish(code, signal);
      };
      const onDrained = (code: number): void => {
        const whole = this.#outputs.map((output) => output.ended());
        void Promise.all(whole).then(() => finish(code, null));
      };
      this.#process.once("message", onDrained).once("close", onClose);
      this.#process.send({ prelude, args, cwd, env });
    });
  }
}

/** The output of a program on one descriptor. */
class Output {
  #text = "";
  #onEnd = (): void => undefined;

  constructor(stream: Socket) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      if (this.#isWhole()) this.#onEnd();
    });
  }

  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      if (this.#isWhole()) resolve();
    });
  }

  take(): string {
    const text = this.#isWhole() ? this.#text.slice(0, -END.length) : this.#text;
    this.#text = "";
    return text;
  }

  #isWhole(): boolean {
    return this.#text.endsWith(END);
  }
}
