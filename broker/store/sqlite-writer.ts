/**
 * The thread that writes to SQLite, so that the wait for the disk holds no request up: `new Worker(<this file>, { workerData })`.
 *
 * Changes that arrive while it waits for the disk share the next transaction.
 */
import { parentPort, workerData } from "node:worker_threads";
import { sqliteWriting } from "./sqlite";
import { monotonic, type Asked, type Outcome, type WriterData } from "./writer-thread";
import { Writer } from "./writer";

function start({ file, chain }: WriterData): void {
  const opened = sqliteWriting(file).then((driver) => ({
    driver,
    writer: new Writer(driver, chain),
  }));
  // Ends the thread, and with it all that waits: the next change starts another.
  opened.catch((error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  });
  let outcomes: Outcome[] = [];
  const answer = (each: Outcome): void => {
    // Answers of one turn come along.
    if (outcomes.length === 0) {
      setImmediate(() => {
        parentPort?.postMessage(outcomes);
        outcomes = [];
      });
    }
    outcomes.push(each);
  };
  parentPort?.on("message", (asked: readonly Asked[] | "close") => {
    if (asked === "close") {
      void opened.then(async ({ driver, writer }) => {
        await writer.idle();
        await driver.close();
        parentPort?.close();
      });
      return;
    }
    for (const { id, change, until } of asked) {
      const write = ({ writer }: { readonly writer: Writer }): Promise<void> =>
        writer.write(change, performance.now() + until - monotonic()).then(
          (isWritten) => answer({ id, isWritten }),
          (error: unknown) => {
            const { message, code } = error as { readonly message: string; readonly code?: string };
            answer({ id, message, ...(code !== undefined && { code }) });
          },
        );
      opened.then(write, () => undefined);
    }
  });
}

start(workerData as WriterData);
