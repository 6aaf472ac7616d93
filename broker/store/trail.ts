import type { Cell, Statement, Store } from "./store";

/** Most lines of the trail in one answer. */
export const mostLines = 1000;

/** What selects lines of the trail. */
export const lookups = ["task", "agent", "user", "tool"] as const;
/** Selects lines of the trail. */
export type Lookup = (typeof lookups)[number];

/** A position in the trail: after the line `seq` of a chain. */
export interface Position {
  readonly chain: string;
  readonly seq: number;
}

/** Before the first line of all chains. */
export const start: Position = { chain: "", seq: 0 };

const columns = { task: "txn", user: "user_name", tool: "tool" } as const;

/**
 * What reads the next lines of the trail, in the order of each replica's chain.
 *
 * One index has the lines of each lookup in this order, so that a page costs as much as it has lines, however long the trail is.
 */
export function linesAfter(
  { chain, seq }: Position,
  about?: { readonly lookup: Lookup; readonly value: string },
): Statement {
  const values: readonly Cell[] = [chain, seq, mostLines];
  if (about === undefined) {
    return {
      sql: "select line from trail where (chain, seq) > ($1, $2) order by chain, seq limit $3",
      values,
    };
  }
  const { lookup, value } = about;
  if (lookup === "agent") {
    return {
      sql: `select t.line from trail_name n join trail t on t.chain = n.chain and t.seq = n.seq
        where n.name = $4 and (n.chain, n.seq) > ($1, $2) order by n.chain, n.seq limit $3`,
      values: [...values, value],
    };
  }
  return {
    sql: `select line from trail where ${columns[lookup]} = $4 and (chain, seq) > ($1, $2)
      order by chain, seq limit $3`,
    values: [...values, value],
  };
}

/** Lines of the trail, as they were written. */
export async function readLines(
  store: Store,
  ...of: Parameters<typeof linesAfter>
): Promise<readonly string[]> {
  const { sql, values } = linesAfter(...of);
  return (await store.all(sql, values)).map(({ line }) => String(line));
}
