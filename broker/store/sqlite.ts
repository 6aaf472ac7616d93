import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { schema } from "./schema";
import type { Reserve } from "./driver";
import type { Cell, Driver, Row, Statement, ThreadedDriver } from "./store";
import { WriterThread } from "./writer-thread";

/**
 * SQLite in a file, for one replica; what it writes keeps this thread waiting.
 *
 * Two connections: what reads sees only what is on disk.
 */
export async function sqliteDriver(file: string): Promise<Driver> {
  const [writing, reading] = [await sqliteWriting(file), await sqliteReading(file)];
  return {
    ...{ ...writing, all: reading.all },
    close: async () => {
      await reading.close();
      await writing.close();
    },
  };
}

/** SQLite in a file, for one replica, written on a thread of its own. */
export async function threadedSqlite(file: string): Promise<ThreadedDriver> {
  // It makes the tables, and learns what keeps it from that, before anything reads.
  await (await sqliteWriting(file)).close();
  const reading = await sqliteReading(file);
  const threads: WriterThread[] = [];
  return {
    all: reading.all,
    writing: (chain) => {
      const thread = new WriterThread({ file, chain });
      threads.push(thread);
      return thread;
    },
    close: async () => {
      await Promise.all(threads.map((each) => each.close()));
      await reading.close();
    },
  };
}

/** The connection that writes. `synchronous = FULL` waits for the disk at each commit (source: sqlite.org, PRAGMA synchronous). */
export async function sqliteWriting(file: string): Promise<Driver> {
  const { default: Libsql } = await import("libsql");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Without a wait of SQLite's own, which would keep the whole thread waiting.
  const writing = new Libsql(file, { timeout: 0 });
  await patiently(() => {
    writing.pragma("journal_mode = WAL");
    writing.pragma("synchronous = FULL");
    // Together, since each transaction waits for the disk.
    writing.exec(["begin immediate", ...schema, "commit"].join(";\n"));
  });
  const of = prepared(writing);
  const begin = "begin immediate";
  return {
    ...{ begin, reserve: reserveBeside(file) },
    run: ({ sql, values }: Statement) => {
      const run = (): number => of(sql).run(...values).changes;
      return sql === begin ? patiently(run) : run();
    },
    all: ({ sql, values }: Statement) => of(sql).all(...values) as readonly Row[],
    close: () => void writing.close(),
  };
}

async function sqliteReading(file: string): Promise<Pick<Driver, "all" | "close">> {
  const { default: Libsql } = await import("libsql");
  const reading = new Libsql(file, { timeout: 1000 });
  const of = prepared(reading);
  return {
    all: ({ sql, values }: Statement) => of(sql).all(...values) as readonly Row[],
    close: () => void reading.close(),
  };
}

/** Bytes that are kept for what ends authority: room for some hundreds of revocations. */
const reserved = 8 * 1024 * 1024;

/** A file that keeps room beside a store. */
function reserveBeside(file: string): Reserve {
  const path = `${file}-reserve`;
  return {
    isFull: (error) => (error as { readonly code?: string }).code === "SQLITE_FULL",
    release: () => rmSync(path, { force: true }),
    restore: () => {
      if (statSync(path, { throwIfNoEntry: false })?.size === reserved) return true;
      const { bavail, bsize } = statfsSync(dirname(file));
      if (bavail * bsize < 2 * reserved) return false;
      // Not a hole: what is written takes its room.
      writeFileSync(path, Buffer.alloc(reserved), { mode: 0o600, flush: true });
      return true;
    },
  };
}

/** Milliseconds that another process may keep the file, and between looks. */
const longestWait = 5_000;
const pause = 2;

/** Does what another connection may keep from being done for a while. */
async function patiently<T>(work: () => T): Promise<T> {
  const end = Date.now() + longestWait;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const { code = "" } = error as { readonly code?: string };
      if (!code.startsWith("SQLITE_BUSY") || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function prepared(database: Database.Database): (sql: string) => Database.Statement<Cell[]> {
  const known = new Map<string, Database.Statement<Cell[]>>();
  return (sql) => {
    let statement = known.get(sql);
    if (statement === undefined) {
      statement = database.prepare<Cell[]>(sql.replace(/\$(\d+)/g, "?$1"));
      known.set(sql, statement);
    }
    return statement;
  };
}
