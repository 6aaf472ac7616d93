import type { Driver, Statement } from "../../../broker/store/store";

/** What goes wrong once, at the next statement that fits. */
export interface Fault {
  readonly at: RegExp;
  /** `before`: the statement is not done. `after`: it is done, and its answer is lost. `hangs`: it is not done, and never answers. */
  readonly how: "before" | "after" | "hangs";
  /** How many reads fail after it. */
  readonly reads?: number;
}

/** A driver in which a test breaks one statement. */
export interface FaultyDriver {
  readonly driver: Driver;
  /** The fault that is next; undefined once it has happened. */
  fault: Fault | undefined;
  /** Statements of the writing connections, in order. */
  readonly ran: string[];
}

/** A driver with a fault at a time of the test's choice. */
export function faultyDriver(real: Driver): FaultyDriver {
  let reads = 0;
  const faulty: FaultyDriver = {
    ...{ fault: undefined, ran: [] },
    driver: {
      ...real,
      run: (statement) => broken(statement, (each) => real.run(each)),
      all: (statement) => read(() => real.all(statement)),
    },
  };
  async function broken(
    statement: Statement,
    run: (statement: Statement) => number | Promise<number>,
  ): Promise<number> {
    faulty.ran.push(statement.sql);
    const { fault } = faulty;
    if (fault === undefined || !fault.at.test(statement.sql)) return run(statement);
    faulty.fault = undefined;
    reads = fault.reads ?? 0;
    if (fault.how === "hangs") return new Promise<number>(() => undefined);
    if (fault.how === "after") await run(statement);
    throw new Error(`Connection terminated (${fault.how})`);
  }
  function read<T>(work: () => T): T {
    if (reads-- > 0) throw new Error("Connection terminated (read)");
    return work();
  }
  return faulty;
}
