import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { Late, longestWait } from "../within";
import type { Change, Writing } from "./driver";

/** What the thread is started with. */
export interface WriterData {
  readonly file: string;
  /** Name of its chain of the trail. */
  readonly chain: string;
}

/** A change that the thread is asked to write. */
export interface Asked {
  readonly id: number;
  readonly change: Change;
  /** When nothing of it begins any longer, by {@link monotonic}. */
  readonly until: number;
}

/** What became of a change. */
export type Outcome =
  | { readonly id: number; readonly isWritten: boolean }
  | { readonly id: number; readonly message: string; readonly code?: string };

/** Milliseconds within which the commit of a change begins, so that its outcome is known before the wait for it is over. */
const turn = longestWait - 250;

interface Pending {
  readonly timer: NodeJS.Timeout;
  readonly resolve: (isWritten: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds by a clock that all threads of a process share, and that cannot be set. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Writes to SQLite on a thread of its own. */
export class WriterThread implements Writing {
  readonly #data: WriterData;
  readonly #pending = new Map<number, Pending>();
  #asked: Asked[] = [];
  #last = 0;
  /** Undefined after the thread has failed. */
  #worker: Worker | undefined;
  #isIdle: (() => void) | undefined;

  constructor(data: WriterData) {
    this.#data = data;
    // At once, so that it opens the file while a broker compiles its grants.
    this.#worker = this.#start();
  }

  /** As {@link Writing.write}; also rejects where the disk does not answer in time, which holds up only this thread. */
  write(change: Change): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const timer = setTimeout(
        () => this.#settle(id, ({ reject: late }) => late(new Late("the store"))),
        longestWait,
      );
      this.#pending.set(id, { timer, resolve, reject });
      // Changes of one turn come along.
      if (this.#asked.length === 0) setImmediate(() => this.#send());
      this.#asked.push({ id, change, until: monotonic() + turn });
    });
  }

  /** Waits for what is being written. */
  async idle(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#isIdle = resolve));
  }

  /** Waits for what is being written, and ends the thread. */
  async close(): Promise<void> {
    await this.idle();
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close");
    await ended;
  }

  #send(): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(this.#asked);
    this.#asked = [];
  }

  #start(): Worker {
    const extension = extname(__filename);
    const worker = new Worker(join(__dirname, `sqlite-writer${extension}`), {
      workerData: this.#data,
      // It keeps little: of each change a few texts, until they are on disk.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 },
      ...(extension === ".ts" && { execArgv: ["--require", "tsx/cjs"] }),
    });
    worker.on("message", (outcomes: readonly Outcome[]) => {
      for (const each of outcomes) {
        this.#settle(each.id, ({ resolve, reject }) => {
          if ("isWritten" in each) resolve(each.isWritten);
          else reject(Object.assign(new Error(each.message), { code: each.code }));
        });
      }
    });
    const fail = (error: Error): void => {
      // After an error comes its end, when another thread may have begun.
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const id of [...this.#pending.keys()]) this.#settle(id, ({ reject }) => reject(error));
    };
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("the thread that writes has ended")));
    return worker;
  }

  #settle(id: number, by: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    by(pending);
    if (this.#pending.size === 0) this.#isIdle?.();
  }
}
