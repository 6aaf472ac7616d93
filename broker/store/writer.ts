import { randomUUID } from "node:crypto";
import { hashOf } from "../hash";
import { Late, longestWait, within } from "../within";
import type { Change, Driver, Line, Statement, Writing } from "./driver";

/** Milliseconds after which what has failed with others is not tried by itself. */
const patience = 1_000;

interface Waiting {
  readonly change: Change;
  /** When nothing of it begins any longer, by the clock of `performance`. */
  readonly until: number;
  /** Ends its wait for its turn. */
  readonly timer: NodeJS.Timeout;
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
export class Writer implements Writing {
  readonly #driver: Driver;
  readonly #chain: string;
  /** Undefined where only the database knows it: at first, and after any error. */
  #head: Head | undefined;
  #waiting: Waiting[] = [];
  /** Whether the room that is kept may be in use. */
  #isFull: boolean;
  /** Whether this writer has given it free. */
  #isReleased = false;
  #flushing: Promise<void> | undefined;

  /** @param chain name of its chain of the trail */
  constructor(driver: Driver, chain: string) {
    this.#driver = driver;
    this.#chain = chain;
    this.#isFull = driver.reserve !== undefined;
  }

  /** As {@link Writing.write}. @param until when its turn is over, by the clock of `performance` */
  write(change: Change, until = performance.now() + longestWait): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(new Late("the store"));
      }, until - performance.now());
      const waiting = { change, until, timer, resolve, reject };
      this.#waiting.push(waiting);
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
      const batch = this.#next().filter((each) => this.#isInTime(each, 0));
      for (const { timer } of batch) clearTimeout(timer);
      if (batch.length === 0) continue;
      if (this.#isRefused(batch)) continue;
      const isOver = await this.#transaction(batch);
      // What one change does wrong must not undo the others.
      if (!isOver) for (const each of batch) await this.#alone(each);
    }
    // At once, with nothing awaited since the last look: a change that comes later begins anew.
    this.#flushing = undefined;
  }

  /** Tries one change of a batch by itself, unless its time is over. */
  async #alone(each: Waiting): Promise<void> {
    if (this.#isInTime(each, longestWait - patience)) await this.#transaction([each]);
  }

  /** Whether a change has so many milliseconds left; else it is refused. The timer is late where the thread was busy. */
  #isInTime({ until, reject }: Waiting, left: number): boolean {
    if (performance.now() + left < until) return true;
    reject(new Late("the store"));
    return false;
  }

  /** What is written next: what is urgent alone, so that nothing else of its transaction fails it. */
  #next(): readonly Waiting[] {
    const urgent = this.#waiting.filter(({ change }) => change.isUrgent);
    const isMixed = urgent.length > 0 && urgent.length < this.#waiting.length;
    const batch = isMixed ? urgent : this.#waiting;
    this.#waiting = isMixed ? this.#waiting.filter(({ change }) => !change.isUrgent) : [];
    return batch;
  }

  /** Refuses a batch that is not urgent while the room that is kept is in use. */
  #isRefused(batch: readonly Waiting[]): boolean {
    if (!this.#isFull || batch[0]?.change.isUrgent === true) return false;
    this.#isFull = this.#driver.reserve?.restore() === false;
    this.#isReleased &&= this.#isFull;
    if (this.#isFull) for (const { reject } of batch) reject(new Error("the store is full"));
    return this.#isFull;
  }

  /** Gives the room that is kept free for an urgent batch that found the disk full; false where that is none. */
  #releases([first]: readonly Waiting[], error: unknown): boolean {
    const { reserve } = this.#driver;
    if (reserve?.isFull(error) !== true) return false;
    if (first?.change.isUrgent !== true || this.#isReleased) return false;
    reserve.release();
    this.#isReleased = this.#isFull = true;
    return true;
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
      // What waited for it was answered that it is not done.
      if (batch.some(({ until }) => performance.now() >= until)) throw new Late("the store");
      isCommitted = undefined;
      await this.#run("commit");
      this.#head = head;
    } catch (error) {
      // A transaction that never began cannot be rolled back, and need not.
      await this.#run("rollback").catch(() => undefined);
      isCommitted ??= await this.#isLast(id);
      if (isCommitted === false && this.#releases(batch, error)) return this.#transaction(batch);
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

  /** The end of the chain after a change; undefined where a guard of it changed no row. */
  async #apply(
    { guard = [], statements = [], lines = [] }: Change,
    from: Head,
  ): Promise<Head | undefined> {
    const guards = [guard].flat();
    // What the guards before changed is undone with it.
    if (guards.length > 1) await this.#run("savepoint guarded");
    for (const { sql, values } of guards) {
      if ((await this.#run(sql, ...values)) > 0) continue;
      if (guards.length > 1) await this.#run("rollback to savepoint guarded");
      return undefined;
    }
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
