import type { TaskAccount } from "../credentials/kubernetes";
import type { Line, Statement, Store } from "./store";
import { hasInChain } from "./tasks";

/** Seconds for which one replica alone tries to remove an account. */
const lease = 30;

/** The name of a revoked agent as a chain has it in JSON; it has no control characters (JSON, RFC 8259 section 7). */
const revokedInJson = String.raw`'"' || replace(replace(r.value, '\', '\\'), '"', '\"') || '"'`;

/** Accounts of Kubernetes that calls have, so that none is forgotten: each is on disk before it is made. */
export class Accounts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes one that is about to be made. Unless it becomes live before `until`, it is removed. */
  async plan(id: string, txn: string, place: TaskAccount, until: number): Promise<void> {
    await this.#store.write({
      statements: [
        {
          sql: "insert into account (id, txn, place, state, until) values ($1, $2, $3, 'planned', $4)",
          values: [id, txn, JSON.stringify(place), until],
        },
      ],
    });
  }

  /** What makes a planned one live, until its call ends. */
  live(id: string, until: number): Statement {
    return {
      sql: "update account set state = 'live', until = $1 where id = $2",
      values: [until, id],
    };
  }

  /** Lets one be removed at once. */
  async drop(id: string): Promise<void> {
    await this.#store.write({
      statements: [{ sql: "update account set until = 0 where id = $1", values: [id] }],
    });
  }

  /** Those whose call has ended, by time or by revocation; each for one replica, and again after its lease. */
  async take(
    now: number,
  ): Promise<
    readonly { readonly id: string; readonly txn: string; readonly place: TaskAccount }[]
  > {
    const rows = await this.#store.all(
      `select a.id, a.txn, a.place from account a left join credential c on c.id = a.id
        left join task t on t.txn = c.txn
        where a.state <> 'gone' and a.held_until <= $1 and (a.until <= $1 or c.revoked_at > 0 or exists (
          select 1 from revocation r where (r.until > $1 or r.at >= t.begun_at) and (
            (r.kind = 'task' and r.value = c.txn) or (r.kind = 'user' and r.value = c.user_name) or
            (r.kind = 'tool' and r.value = c.tool) or
            (r.kind = 'agent' and ${hasInChain("c.chain", revokedInJson)}))))
        order by a.until limit 100`,
      [now],
    );
    const taken = await Promise.all(
      rows.map(({ id = "" }) =>
        this.#store.write({
          guard: {
            sql: `update account set held_until = $1 where id = $2 and held_until <= $3 and state <> 'gone'`,
            values: [now + lease, id, now],
          },
        }),
      ),
    );
    return rows
      .filter((_, at) => taken[at] === true)
      .map(({ id, txn, place }) => ({
        id: String(id),
        txn: String(txn),
        place: JSON.parse(String(place)) as TaskAccount,
      }));
  }

  /** Notes that one is removed. */
  async gone(id: string, line: Line): Promise<void> {
    await this.#store.write({
      guard: {
        sql: "update account set state = 'gone' where id = $1 and state <> 'gone'",
        values: [id],
      },
      lines: [line],
    });
  }
}
