import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { schema } from "./schema";
import type { Reserve } from "./driver";
import type { Cell, Driver, Row, Statement } from "./store";

/**
 * SQLite in a file, for one replica.
 *
 * Two connections: what reads sees only what is on disk. `synchronous = FULL` waits for the disk at each commit (source:
 * sqlite.org, PRAGMA synchronous).
 */
export async function sqliteDriver(file: string): Promise<Driver> {
  const { default: Libsql } = await import("libsql");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Without a wait of SQLite's own, which would keep the whole process waiting.
  const writing = new Libsql(file, { timeout: 0 });
  await patiently(() => {
    writing.pragma("journal_mode = WAL");
    writing.pragma("synchronous = FULL");
    for (const sql of schema) writing.exec(sql);
  });
  const reading = new Libsql(file, { timeout: 1000 });
  const [write, read] = [prepared(writing), prepared(reading)];
  const begin = "begin immediate";
  const reserve = reserveBeside(file);
  reserve.restore();
  return {
    begin,
    reserve,
    run: ({ sql, values }: Statement) => {
      const run = (): number => write(sql).run(...values).changes;
      return sql === begin ? patiently(run) : run();
    },
    all: ({ sql, values }: Statement) => read(sql).all(...values) as readonly Row[],
    close: () => {
      reading.close();
      writing.close();
    },
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
