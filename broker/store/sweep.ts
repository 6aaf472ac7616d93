import type { Statement, Store } from "./store";

/** Most rows that one statement removes: meanwhile SQLite answers no request, and PostgreSQL keeps a lock. */
export const portion = 1000;

/** Seconds for which ended entries stay, so that a replica whose clock is behind finds them. */
const stays = 86_400;

/** Rows of one table that no answer needs any longer. */
interface Swept {
  readonly table: string;
  readonly key: string;
  /** As SQL; `$1` is the time of the sweep, or the day before it. */
  readonly where: string;
  /** Default: the day before. */
  readonly isAtOnce?: boolean;
}

const removed: readonly Swept[] = [
  { table: "credential", key: "id", where: "until <= $1" },
  { table: "task", key: "txn", where: "until <= $1 and token_until <= $1" },
  { table: "spent", key: "(txn, grant_id, entry)", where: "until <= $1" },
  { table: "approval", key: "id", where: "until <= $1" },
  { table: "account", key: "id", where: "state = 'gone' and until <= $1" },
  {
    ...{ table: "revocation", key: "(kind, value)" },
    // No task lasts longer than a day, so that none is left that it ended; but its token might begin it again.
    where: `until <= $1 and at <= $1
      and not (kind = 'task' and exists (select 1 from task where txn = value))`,
  },
  { table: "seen", key: "id", where: "until <= $1", isAtOnce: true },
  // By no replica's own clock while a token that is signed by it may live.
  { table: "signing_key", key: "kid", where: "until <= $1" },
  { table: "session", key: "id", where: "until <= $1", isAtOnce: true },
];

/** What removes one portion of each table, and marks one of the requests for approval whose time is over. */
export function portionsAt(now: number): readonly Statement[] {
  const expired = "state in ('open', 'approved') and until <= $1";
  return [
    ...removed.map(({ table, key, where, isAtOnce = false }) => ({
      sql: `delete from ${table} where ${key} in (${first(table, key, where)})`,
      values: [isAtOnce ? now : now - stays],
    })),
    {
      sql: `update approval set state = 'expired' where id in (${first("approval", "id", expired)})`,
      values: [now],
    },
  ];
}

function first(table: string, key: string, where: string): string {
  return `select ${key.replace(/[()]/g, "")} from ${table} where ${where} limit ${portion}`;
}

/** Removes what no answer needs any longer; ended entries stay for a day. Between its portions requests are answered. */
export async function sweep(store: Store, now: number): Promise<void> {
  for (const guard of portionsAt(now)) {
    while (await store.write({ guard }));
  }
}
