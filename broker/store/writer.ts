import { randomUUID } from "node:crypto";
import { hashOf } from "../hash";
import { within } from "../within";
import type { Driver, Statement } from "./driver";

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

interface Waiting {
  readonly change: Change;
  readonly resolve: (isWritten: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The end of a chain of the trail. */
interface Head {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Writes changes by one connection, in one chain of the trail.
 *
 * Changes that wait at the same time share one transaction, and so one wait for the disk. Each transaction leaves its id in the row
 * of the chain: after an error only the database knows whether it was done.
 */
export class Writer {
  readonly #driver: Driver;
  readonly #chain: string;
  /** Undefined where only the database knows it: at first, and after any error. */
  #head: Head | undefined;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  /** @param chain name of its chain of the trail */
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

  /** Waits for what is being written. */
  async idle(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  async #flush(): Promise<void> {
    // Requests of the same turn of the event loop come along.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const isOver = await this.#transaction(batch);
      // What one change does wrong must not undo the others.
      if (!isOver) for (const each of batch) await this.#transaction([each]);
    }
    // At once, with nothing awaited since the last look: a change that comes later begins anew.
    this.#flushing = undefined;
  }

  /** Answers all of a batch, or returns false where nothing of it is written and each change has to be tried alone. */
  async #transaction(batch: readonly Waiting[]): Promise<boolean> {
    const id = randomUUID();
    const outcomes: boolean[] = [];
    let isCommitted: boolean | undefined = false;
    try {
      let head = this.#head ?? (await this.#settle()).head;
      this.#head = undefined;
      await this.#run(this.#driver.begin);
      const mark = "update chain set last = $1 where name = $2";
      if ((await this.#run(mark, id, this.#chain)) !== 1) throw new Error("the chain has no row");
      for (const { change } of batch) {
        const ended = await this.#apply(change, head);
        outcomes.push(ended !== undefined);
        head = ended ?? head;
      }
      isCommitted = undefined;
      await this.#run("commit");
      this.#head = head;
    } catch (error) {
      // A transaction that never began cannot be rolled back, and need not.
      await this.#run("rollback").catch(() => undefined);
      isCommitted ??= await this.#isLast(id);
      if (isCommitted !== true) {
        // Whether it is done is not known: to try it again could do it twice.
        const isOver = batch.length === 1 || isCommitted === undefined;
        if (isOver) for (const { reject } of batch) reject(error);
        return isOver;
      }
    }
    batch.forEach(({ resolve }, at) => resolve(outcomes[at] === true));
    return true;
  }

  /** Whether a transaction is the last one of the chain that was done; undefined where the database does not answer. */
  async #isLast(id: string): Promise<boolean | undefined> {
    try {
      const { last, head } = await this.#settle();
      this.#head = head;
      return last === id;
    } catch {
      return undefined;
    }
  }

  /**
   * Reads what was done last, once nothing of this chain is under way any longer.
   *
   * A connection that is lost may still be at work in the database. It has locked the row of the chain, for which this waits.
   */
  async #settle(): Promise<{ readonly last: string; readonly head: Head }> {
    const { begin } = this.#driver;
    try {
      await this.#run(begin);
      await this.#run(
        "insert into chain (name, last) values ($1, '') on conflict (name) do update set last = chain.last",
        this.#chain,
      );
      await this.#run("commit");
    } catch (error) {
      await this.#run("rollback").catch(() => undefined);
      throw error;
    }
    const read = this.#driver.all({
      sql: `select c.last, t.seq, t.hash from chain c left join trail t on t.chain = c.name
        and t.seq = (select max(seq) from trail u where u.chain = c.name) where c.name = $1`,
      values: [this.#chain],
    });
    const [row] = await within("the store", read);
    const { last = "", seq, hash } = row ?? {};
    return { last: String(last), head: { seq: Number(seq ?? 0), hash: String(hash ?? "") } };
  }

  async #run(sql: string, ...values: Statement["values"]): Promise<number> {
    return within("the store", this.#driver.run({ sql, values }));
  }

  /** The end of the chain after a change; undefined where its guard changed no row. */
  async #apply(
    { guard, statements = [], lines = [] }: Change,
    from: Head,
  ): Promise<Head | undefined> {
    if (guard !== undefined && (await this.#run(guard.sql, ...guard.values)) === 0)
      return undefined;
    for (const { sql, values } of statements) await this.#run(sql, ...values);
    let head = from;
    for (const line of lines) head = await this.#append(line, head);
    return head;
  }

  async #append(
    { at, txn, chain, user, tool, record }: Line,
    { seq, hash: before }: Head,
  ): Promise<Head> {
    const place = { trail: this.#chain, seq: seq + 1, before };
    const time = new Date(at * 1000).toISOString();
    const line = JSON.stringify({ ...place, at: time, txn, ...record });
    const hash = hashOf(line);
    await this.#run(
      `insert into trail (chain, seq, at, line, hash, txn, names, user_name, tool)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      ...[this.#chain, seq + 1, at, line, hash, txn, JSON.stringify(chain), user, tool],
    );
    const names = [...new Set(chain)];
    if (names.length > 0) {
      const rows = names.map((_, index) => `($${index + 3}, $1, $2)`).join(", ");
      const sql = `insert into trail_name (name, chain, seq) values ${rows}`;
      await this.#run(sql, this.#chain, seq + 1, ...names);
    }
    return { seq: seq + 1, hash };
  }
}
