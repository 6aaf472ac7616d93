/** A value of a row. */
export type Cell = string | number;

/** A statement of SQL, with `$1` and so on for its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Cell[];
}

/** A row by names of its columns; PostgreSQL gives `bigint` as text. */
export type Row = Readonly<Record<string, Cell>>;

/** One connection that writes, and what reads beside it. */
export interface Driver {
  /** Rows that a statement of the writing connection changed. */
  readonly run: (statement: Statement) => Promise<number> | number;
  readonly all: (statement: Statement) => Promise<readonly Row[]> | readonly Row[];
  readonly begin: string;
  readonly close: () => Promise<void> | void;
}
