import { tokenSeconds, type TaskAccount } from "../credentials/kubernetes";
import type { Line, Statement, Store } from "./store";
import { hasInChain } from "./tasks";

/** Seconds for which one replica alone tries to remove an account. */
const lease = 30;

/** The name of a revoked agent as a chain has it in JSON; it has no control characters (JSON, RFC 8259 section 7). */
const revokedInJson = String.raw`'"' || replace(replace(r.value, '\', '\\'), '"', '\"') || '"'`;

/** Accounts that one replica takes at a time. */
const most = 100;

/** Accounts whose call has ended, as SQL; `$1` is now. */
const ofEnded = `from account a left join credential c on c.id = a.id
  left join task t on t.txn = c.txn
  where a.state <> 'gone' and (a.until <= $1 or a.state = 'dropped' or c.revoked_at > 0 or exists (
    select 1 from revocation r where (r.until > $1 or r.at >= t.begun_at) and (
      (r.kind = 'task' and r.value = c.txn) or (r.kind = 'user' and r.value = c.user_name) or
      (r.kind = 'tool' and r.value = c.tool) or
      (r.kind = 'agent' and ${hasInChain("c.chain", revokedInJson)}))))`;

/** An account that a replica removes. */
export interface TakenAccount {
  readonly id: string;
  readonly txn: string;
  readonly place: TaskAccount;
  /** Whether a request of it may still come into effect, so that it has to be removed again. */
  readonly mayComeYet: boolean;
}

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

  /** Lets one that was not made be removed at once, and again until what was requested of it can come into effect no longer. */
  async drop(id: string): Promise<void> {
    await this.#store.write({
      statements: [{ sql: "update account set state = 'dropped' where id = $1", values: [id] }],
    });
  }

  /** Names of those that are not removed yet. */
  async names(): Promise<ReadonlySet<string>> {
    const rows = await this.#store.all("select place from account where state <> 'gone'", []);
    return new Set(rows.map(({ place }) => (JSON.parse(String(place)) as TaskAccount).name));
  }

  /** How many of ended calls are not removed yet, and when the last token of them ends. */
  async left(now: number): Promise<{ readonly count: number; readonly until: number }> {
    const [row] = await this.#store.allUrgent(
      `select count(*) as n, max(c.issued_at) as issued_at ${ofEnded}`,
      [now],
    );
    const count = Number(row?.["n"] ?? 0);
    return { count, until: count === 0 ? 0 : Number(row?.["issued_at"] ?? now) + tokenSeconds };
  }

  /** Those whose call has ended, by time or by revocation; each for one replica, and again after its lease. */
  async take(now: number): Promise<readonly TakenAccount[]> {
    const rows = await this.#store.allUrgent(
      `select a.id, a.txn, a.place, a.state, a.until ${ofEnded} and a.held_until <= $1
        order by a.until limit ${most}`,
      [now],
    );
    const taken = await Promise.all(
      rows.map(({ id = "" }) =>
        this.#store.write({
          guard: {
            sql: `update account set held_until = $1 where id = $2 and held_until <= $3 and state <> 'gone'`,
            values: [now + lease, id, now],
          },
          isUrgent: true,
        }),
      ),
    );
    return rows
      .filter((_, at) => taken[at] === true)
      .map(({ id, txn, place, state, until }) => ({
        id: String(id),
        txn: String(txn),
        place: JSON.parse(String(place)) as TaskAccount,
        mayComeYet: state === "dropped" && Number(until) > now,
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
      isUrgent: true,
    });
  }
}
