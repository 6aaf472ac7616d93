import type { Head, Statement, Store } from "./store";
import { portion } from "./sweep";

/** What is pruned of one chain. */
export interface Cut {
  /** The last line that is removed. */
  readonly head: Head;
  readonly lines: number;
}

/** Whether a chain has the line of a head; a line that is pruned is one that it had. */
export async function hasHead(store: Store, { trail, seq, hash }: Head): Promise<boolean> {
  const [row] = await store.all(
    `select t.hash, (select min(seq) from trail where chain = $1) as least
      from (select 1 as one) o left join trail t on t.chain = $1 and t.seq = $2`,
    [trail, seq],
  );
  const { hash: found, least } = row as Readonly<Record<string, string | number | null>>;
  return typeof found === "string" ? found === hash : Number(least ?? 0) > seq;
}

/**
 * The first lines of a chain up to a head that were written before a time, at most `most` of them; undefined if there are none.
 *
 * Never its last line: the next one has to follow it.
 */
export async function cutOf(
  store: Store,
  { trail, seq }: Head,
  before: number,
  most: number = portion,
): Promise<Cut | undefined> {
  const rows = await store.all(
    `select seq, at, hash from trail where chain = $1 and seq <= $2
      and seq < (select max(seq) from trail where chain = $1) order by seq limit $3`,
    [trail, seq, most],
  );
  // Not by the time alone: where a clock was set back, a later line has an earlier time.
  const young = rows.findIndex(({ at }) => Number(at) >= before);
  const lines = young < 0 ? rows.length : young;
  const last = rows[lines - 1];
  if (last === undefined) return undefined;
  return { head: { trail, seq: Number(last["seq"]), hash: String(last["hash"]) }, lines };
}

/** What removes the lines of a cut. */
export function removing({ head: { trail, seq } }: Cut): readonly Statement[] {
  return ["trail", "trail_name"].map((table) => ({
    sql: `delete from ${table} where chain = $1 and seq <= $2`,
    values: [trail, seq],
  }));
}
