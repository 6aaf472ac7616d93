import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { schema } from "./schema";
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
  const writing = new Libsql(file, { timeout: 5000 });
  writing.pragma("journal_mode = WAL");
  writing.pragma("synchronous = FULL");
  for (const sql of schema) writing.exec(sql);
  const reading = new Libsql(file, { timeout: 5000 });
  const [write, read] = [prepared(writing), prepared(reading)];
  return {
    begin: "begin immediate",
    run: ({ sql, values }: Statement) => write(sql).run(...values).changes,
    all: ({ sql, values }: Statement) => read(sql).all(...values) as readonly Row[],
    close: () => {
      reading.close();
      writing.close();
    },
  };
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
