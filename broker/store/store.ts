import type { Cell, Change, Driver, Row, ThreadedDriver, Writing } from "./driver";
import { within } from "../within";
import { Writer } from "./writer";

export type { Cell, Change, Driver, Line, Row, Statement, ThreadedDriver } from "./driver";

/** The last line of a chain of the trail, by its hash. */
export interface Head {
  readonly trail: string;
  readonly seq: number;
  readonly hash: string;
}

/** What a broker keeps. A change is on disk before {@link write} resolves. */
export class Store {
  readonly #driver: Driver | ThreadedDriver;
  readonly #writer: Writing;
  /** Of what is urgent, where the database has connections for that; in a chain of its own. */
  readonly #urgent: Writing;

  /** @param chain name of this replica's chain of the trail */
  constructor(driver: Driver | ThreadedDriver, chain: string) {
    this.#driver = driver;
    if ("writing" in driver) {
      this.#writer = this.#urgent = driver.writing(chain);
      return;
    }
    this.#writer = new Writer(driver, chain);
    const { urgent } = driver;
    this.#urgent =
      urgent === undefined ? this.#writer : new Writer({ ...driver, ...urgent }, `${chain}-ends`);
  }

  /**
   * Writes a change; false if its guard changed no row.
   *
   * Where it throws, the change may be on disk all the same: the database did not answer whether it is.
   */
  write(change: Change): Promise<boolean> {
    return (change.isUrgent === true ? this.#urgent : this.#writer).write(change);
  }

  /** Writes a row that is there already, all the way to the disk; throws where it cannot. */
  async check(): Promise<void> {
    await this.write({});
  }

  /**
   * Begins this replica's chain of the trail by the latest lines of the others, so that lines cut off at their ends are missed.
   *
   * @param record the further content of the first line
   */
  async begin(at: number, record: Readonly<Record<string, unknown>>): Promise<void> {
    const ends = await this.heads();
    const of = { at, txn: "", chain: [], user: "", tool: "" };
    const lines = [{ ...of, record: { event: "started", ...record, ends } }];
    // Also where the disk is full: a broker that does not start ends nothing.
    await this.write({ lines, isUrgent: true });
    if (this.#urgent !== this.#writer) await this.write({ lines });
  }

  /** The last line of each chain of the trail, the latest first; at most 50. */
  async heads(): Promise<readonly Head[]> {
    const rows = await this.all(
      // By the chains, of which there are few: the lines are as many as the calls of years.
      `select t.chain, t.seq, t.hash from chain c join trail t on t.chain = c.name
        and t.seq = (select max(seq) from trail u where u.chain = c.name) order by t.at desc limit 50`,
      [],
    );
    return rows.map(headOf);
  }

  /** The last lines of the next 200 chains after one, in the order of their names: of all chains, page by page. */
  async headsAfter(chain: string): Promise<readonly Head[]> {
    const rows = await this.all(
      `select t.chain, t.seq, t.hash from chain c join trail t on t.chain = c.name
        and t.seq = (select max(seq) from trail u where u.chain = c.name)
        where c.name > $1 order by c.name limit 200`,
      [chain],
    );
    return rows.map(headOf);
  }

  /** Rows of a query, of what is on disk. */
  async all(sql: string, values: readonly Cell[]): Promise<readonly Row[]> {
    return within("the store", this.#driver.all({ sql, values }));
  }

  /** Rows of a query that what ends authority waits for. */
  async allUrgent(sql: string, values: readonly Cell[]): Promise<readonly Row[]> {
    const urgent = "urgent" in this.#driver ? this.#driver.urgent : undefined;
    return within("the store", (urgent ?? this.#driver).all({ sql, values }));
  }

  /** Waits for what is being written, and closes. */
  async close(): Promise<void> {
    await this.#writer.idle();
    await this.#urgent.idle();
    await this.#driver.close();
  }
}

function headOf({ chain, seq, hash }: Row): Head {
  return { trail: String(chain), seq: Number(seq), hash: String(hash) };
}
