import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factTables, type FactRow, type FactTableName } from "../../policy-pack/views/fleet/schema";
import { CouldNotRun } from "../failure";

/** How much the database may use. */
export interface DatabaseLimits {
  /** Memory, such as `512MiB`. */
  readonly memory: string;
  /** Disk for what does not fit in memory, such as `10GiB`. */
  readonly disk: string;
}

export const defaultLimits: DatabaseLimits = { memory: "512MiB", disk: "10GiB" };

/** An embedded database with tables of facts, which ends with the process. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #removeOverflow: () => void;
  readonly #appenders = new Map<FactTableName, DuckDBAppender>();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    removeOverflow: () => void,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#removeOverflow = removeOverflow;
  }

  /** Opens an empty database; loads DuckDB, or reports how to install it. */
  static async open({ memory, disk }: DatabaseLimits): Promise<Database> {
    const { DuckDBInstance: Instance } = await load();
    const overflow = mkdtempSync(join(tmpdir(), "agentid-fleet-"));
    const removeOverflow = () => rmSync(overflow, { recursive: true, force: true });
    // A run that is interrupted ends here too.
    process.once("exit", removeOverflow);
    try {
      const instance = await Instance.create(":memory:", {
        memory_limit: memory,
        temp_directory: overflow,
        max_temp_directory_size: disk,
        // Nothing is fetched at run time.
        autoinstall_known_extensions: "false",
        autoload_known_extensions: "false",
      });
      return new Database(instance, await instance.connect(), removeOverflow);
    } catch (error) {
      removeOverflow();
      throw error;
    }
  }

  /** Runs a statement. */
  async run(sql: string): Promise<void> {
    this.#addAppended();
    await this.#connection.run(sql);
  }

  /** The rows of a query, each value as text. */
  async rows(sql: string): Promise<readonly Readonly<Record<string, string>>[]> {
    this.#addAppended();
    const reader = await this.#connection.runAndReadAll(sql);
    const names = reader.columnNames();
    return reader
      .getRows()
      .map((row) => Object.fromEntries(names.map((name, at) => [name, String(row[at] ?? "")])));
  }

  /** Makes the empty table of facts of a name. */
  async create(table: FactTableName): Promise<void> {
    const columns = factTables[table].columns.map(
      ({ name, type }) => `${name} ${type === "integer" ? "INTEGER" : "VARCHAR"} NOT NULL`,
    );
    await this.run(`CREATE TABLE ${table} (${columns.join(", ")})`);
  }

  /** Adds rows to a table of facts. */
  async append<Table extends FactTableName>(
    table: Table,
    rows: readonly FactRow<Table>[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const known = this.#appenders.get(table);
    const appender = known ?? (await this.#connection.createAppender(table));
    this.#appenders.set(table, appender);
    for (const row of rows) {
      for (const { name, type } of factTables[table].columns) {
        const value: unknown = row[name as keyof typeof row];
        if (type === "integer") appender.appendInteger(Number(value));
        else appender.appendVarchar(String(value));
      }
      appender.endRow();
    }
  }

  /** Makes a part of the tables what was appended: few rows at a time would take longer than to read what they are made of. */
  #addAppended(): void {
    for (const appender of this.#appenders.values()) appender.closeSync();
    this.#appenders.clear();
  }

  /** Ends it, and removes what it wrote to disk. */
  close(): void {
    this.#appenders.clear();
    this.#connection.closeSync();
    this.#instance.closeSync();
    this.#removeOverflow();
    process.off("exit", this.#removeOverflow);
  }
}

async function load(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CouldNotRun(
      "the package `@duckdb/node-api` is not installed; run `npm install @duckdb/node-api`",
    );
  }
}

/** A text as SQL has it. */
export function quoted(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
