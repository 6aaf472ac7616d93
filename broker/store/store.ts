import { hashOf } from "../hash";

/** A value of a row. */
export type Cell = string | number;

/** A statement of SQL, with `$1` and so on for its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Cell[];
}

/** A line of the trail, with what it is looked up by. */
export interface Line {
  /** Seconds since 1970. */
  readonly at: number;
  readonly txn: string;
  /** Names of the workloads that take part. */
  readonly chain: readonly string[];
  readonly user: string;
  readonly tool: string;
  /** Its content beside its time and its position in its chain. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** What is written together or not at all. */
export interface Change {
  /** If it changes no row, nothing of the change is written. */
  readonly guard?: Statement;
  readonly statements?: readonly Statement[];
  readonly lines?: readonly Line[];
}

/** One connection that writes, and what reads beside it. */
export interface Driver {
  /** Rows that a statement of the writing connection changed. */
  readonly run: (statement: Statement) => Promise<number> | number;
  readonly all: (statement: Statement) => Promise<readonly Row[]> | readonly Row[];
  readonly begin: string;
  readonly close: () => Promise<void> | void;
}

/** A row by names of its columns; PostgreSQL gives `bigint` as text. */
export type Row = Readonly<Record<string, Cell>>;

interface Waiting {
  readonly change: Change;
  readonly resolve: (isWritten: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What a broker keeps. A change is on disk before {@link write} resolves.
 *
 * Changes that wait at the same time share one transaction, and so one wait for the disk. One replica has one chain of the
 * trail, in the order of its transactions.
 */
export class Store {
  readonly #driver: Driver;
  readonly #chain: string;
  #head = { seq: 0, hash: "" };
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  /** @param chain name of this replica's chain of the trail */
  constructor(driver: Driver, chain: string) {
    this.#driver = driver;
    this.#chain = chain;
  }

  /** Writes a change; false if its guard changed no row. */
  write(change: Change): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /**
   * Begins this replica's chain of the trail by the latest lines of the others, so that lines cut off at their ends are missed.
   *
   * @param record the further content of the first line
   */
  async begin(at: number, record: Readonly<Record<string, unknown>>): Promise<void> {
    const rows = await this.all(
      `select chain, seq, hash from trail t
        where seq = (select max(seq) from trail u where u.chain = t.chain) order by at desc limit 50`,
      [],
    );
    const ends = rows.map(({ chain, seq, hash }) => ({ trail: chain, seq: Number(seq), hash }));
    const of = { at, txn: "", chain: [], user: "", tool: "" };
    await this.write({ lines: [{ ...of, record: { event: "started", ...record, ends } }] });
  }

  /** Rows of a query, of what is on disk. */
  async all(sql: string, values: readonly Cell[]): Promise<readonly Row[]> {
    return this.#driver.all({ sql, values });
  }

  /** Waits for what is being written, and closes. */
  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#driver.close();
  }

  async #flush(): Promise<void> {
    // Requests of the same turn of the event loop come along.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const isDone = await this.#transaction(batch);
      // What one change does wrong must not undo the others.
      if (!isDone) for (const each of batch) await this.#transaction([each], true);
    }
    // At once, with nothing awaited since the last look: a change that comes later begins anew.
    this.#flushing = undefined;
  }

  /** @param isLast whether an error is the change's own */
  async #transaction(batch: readonly Waiting[], isLast = batch.length === 1): Promise<boolean> {
    const before = this.#head;
    const outcomes: boolean[] = [];
    try {
      await this.#driver.run({ sql: this.#driver.begin, values: [] });
      for (const { change } of batch) outcomes.push(await this.#apply(change));
      await this.#driver.run({ sql: "commit", values: [] });
    } catch (error) {
      this.#head = before;
      await this.#rollback();
      if (isLast) for (const { reject } of batch) reject(error);
      return isLast;
    }
    batch.forEach(({ resolve }, at) => resolve(outcomes[at] === true));
    return true;
  }

  /** A transaction that never began cannot be rolled back, and need not. */
  async #rollback(): Promise<void> {
    try {
      await this.#driver.run({ sql: "rollback", values: [] });
    } catch {
      return;
    }
  }

  async #apply({ guard, statements = [], lines = [] }: Change): Promise<boolean> {
    if (guard !== undefined && (await this.#driver.run(guard)) === 0) return false;
    for (const statement of statements) await this.#driver.run(statement);
    for (const line of lines) await this.#append(line);
    return true;
  }

  async #append({ at, txn, chain, user, tool, record }: Line): Promise<void> {
    const { seq, hash: before } = this.#head;
    const place = { trail: this.#chain, seq: seq + 1, before };
    const time = new Date(at * 1000).toISOString();
    const line = JSON.stringify({ ...place, at: time, txn, ...record });
    const hash = hashOf(line);
    await this.#driver.run({
      sql: `insert into trail (chain, seq, at, line, hash, txn, names, user_name, tool)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [this.#chain, seq + 1, at, line, hash, txn, JSON.stringify(chain), user, tool],
    });
    this.#head = { seq: seq + 1, hash };
  }
}
