/** A value of a row. */
export type Cell = string | number;

/** A statement of SQL, with `$1` and so on for its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Cell[];
}

/** A row by names of its columns; PostgreSQL gives `bigint` as text. */
export type Row = Readonly<Record<string, Cell>>;

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
  /** If it changes no row, or one of several changes none, nothing of the change is written. */
  readonly guard?: Statement | readonly Statement[];
  readonly statements?: readonly Statement[];
  readonly lines?: readonly Line[];
  /** Whether it ends authority: it goes before what does not, and has room where that has none. Default: no. */
  readonly isUrgent?: boolean;
}

/** Writes changes, one transaction after the other. */
export interface Writing {
  /** Writes a change; false if its guard changed no row. What has not had its turn in time is never written. */
  readonly write: (change: Change) => Promise<boolean>;
  /** Waits for what is being written. */
  readonly idle: () => Promise<void>;
}

/** Room on a disk. */
export interface Reserve {
  /** Whether an error is about a full disk. */
  readonly isFull: (error: unknown) => boolean;
  /** Gives the room free. */
  readonly release: () => void;
  /** Takes the room again; false where there is not that much. */
  readonly restore: () => boolean;
}

/** What reads, beside what writes. */
interface Reading {
  readonly all: (statement: Statement) => Promise<readonly Row[]> | readonly Row[];
  readonly close: () => Promise<void> | void;
}

/** A database that is written on a thread of its own. */
export interface ThreadedDriver extends Reading {
  /** @param chain name of its chain of the trail */
  readonly writing: (chain: string) => Writing;
}

/** One connection that writes, and what reads beside it. */
export interface Driver extends Reading {
  /** Rows that a statement of the writing connection changed. */
  readonly run: (statement: Statement) => Promise<number> | number;
  readonly begin: string;
  /** Milliseconds since 1970 by the database's own clock; absent where that is this machine's. */
  readonly now?: () => Promise<number>;
  /** Connections of its own for what ends authority, where the database has several. */
  readonly urgent?: Pick<Driver, "run" | "all" | "begin">;
  /** Room that is kept on the disk for what ends authority; absent where the database keeps its own. */
  readonly reserve?: Reserve;
}
