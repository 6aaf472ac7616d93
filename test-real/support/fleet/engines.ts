import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../checkout";
import { runCommand } from "../command";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";

/** What an engine answers to a query: its rows, each cell as text, or why it refuses the query. */
export type Answer =
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly refused: string };

/** What queries are run over. */
export interface Fleet {
  /** A folder in which each folder is a table of facts with its Parquet files. */
  readonly facts: string;
  /** Tables that are made of these, in this order. */
  readonly joined: readonly { readonly name: string; readonly sql: string }[];
}

/** Runs queries; starts once for all of them. */
export type Engine = (fleet: Fleet, queries: readonly string[]) => Promise<readonly Answer[]>;

type Run = (statements: readonly string[]) => Promise<readonly RawAnswer[]>;

/** The engine's own answer, whose cells can be NULL. */
type RawAnswer =
  | { readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly refused: string };

/** The embedded engine. */
export const duckdb: Engine = ({ facts, joined }, queries) =>
  withDuckdb((connection) =>
    answersOf((statements) => inTurn(statements, (sql) => onDuckdb(connection, sql)), {
      tables: [
        ...tablesOf(facts).map((table) => viewInDuckdb(facts, table)),
        ...joined.map(tableAs),
      ],
      queries,
    }),
  );

/** Spark in local mode. */
export const spark: Engine = async ({ facts, joined }, queries) => {
  const [python] = builtPrograms(["spark"]);
  const run = (statements: readonly string[]) =>
    inOneProcess(python, [support("spark.py")], statements);
  const tables = await withDuckdb((connection) =>
    inTurn(tablesOf(facts), (table) => viewInSpark(connection, facts, table)),
  );
  const stored = joined.map(({ name, sql }) => `CACHE TABLE ${name} AS ${sql}`);
  return answersOf(run, { tables: [...tables, ...stored], queries });
};

/** Trino in one process. Its own Parquet reader cannot be had, so its tables are filled from the same files. */
export const trino: Engine = async ({ facts, joined }, queries) => {
  const [archives] = builtPrograms(["trino"]);
  const run = (statements: readonly string[]) =>
    inOneProcess("java", ["-cp", join(archives, "*"), support("Trino.java")], statements);
  const tables = await withDuckdb((connection) =>
    inTurn(tablesOf(facts), (table) => tableInTrino(connection, facts, table)),
  );
  return answersOf(run, { tables: [...tables, ...joined.map(tableAs)], queries });
};

function support(name: string): string {
  return join(checkout, "test-real/support/fleet", name);
}

function tableAs({ name, sql }: Fleet["joined"][number]): string {
  return `CREATE TABLE ${name} AS ${sql}`;
}

function tablesOf(facts: string): readonly string[] {
  const entries = readdirSync(facts, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function answersOf(
  run: Run,
  { tables, queries }: { readonly tables: readonly string[]; readonly queries: readonly string[] },
): Promise<readonly Answer[]> {
  const answers = await run([...tables, ...queries]);
  const unmade = answers.slice(0, tables.length).find((answer) => "refused" in answer);
  if (unmade !== undefined) throw new Error(`a table of facts was refused: ${unmade.refused}`);
  return answers.slice(tables.length).map(withoutNull);
}

/** Facts have no NULL, and what is made of them has none. */
function withoutNull(answer: RawAnswer): Answer {
  if ("refused" in answer) return answer;
  return {
    rows: answer.rows.map((row) =>
      row.map((cell) => {
        if (cell === null) throw new Error(`a row has a NULL: ${JSON.stringify(row)}`);
        return cell;
      }),
    ),
  };
}

async function inTurn<From, To>(
  items: readonly From[],
  make: (item: From) => Promise<To>,
): Promise<readonly To[]> {
  const made: To[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

/** Most of the time goes into compiling what then runs once: the quick compiler alone takes half of it. */
export const settings = {
  JDK_JAVA_OPTIONS: "-Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
  SPARK_LOCAL_IP: "127.0.0.1",
};

/** Has a program run statements that it reads from a file, and reads the last line that it prints. */
async function inOneProcess(
  command: string,
  args: readonly string[],
  statements: readonly string[],
): Promise<readonly RawAnswer[]> {
  const folder = temporaryFolder();
  const file = join(folder, "statements.json");
  writeFileSync(file, JSON.stringify(statements));
  const { exitCode, stdout, stderr } = await runCommand(command, [...args, file], {
    cwd: folder,
    env: { PATH: process.env["PATH"], JAVA_HOME: process.env["JAVA_HOME"], ...settings },
    timeout: 540_000,
  });
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${stderr.slice(-4000)}`);
  return JSON.parse(String(stdout.trimEnd().split("\n").at(-1))) as readonly RawAnswer[];
}

async function withDuckdb<Thing>(
  use: (connection: DuckDBConnection) => Promise<Thing>,
): Promise<Thing> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "512MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function onDuckdb(connection: DuckDBConnection, sql: string): Promise<RawAnswer> {
  try {
    return { rows: await rowsOf(connection, sql) };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly (string | null)[])[]> {
  const rows = (await connection.runAndReadAll(sql)).getRows();
  return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
}

function parquet(facts: string, table: string): string {
  return `read_parquet('${join(facts, table, "*.parquet")}')`;
}

function viewInDuckdb(facts: string, table: string): string {
  return `CREATE VIEW ${table} AS SELECT * FROM ${parquet(facts, table)}`;
}

/** A table over the files. Spark gets the columns: to find them out itself it would read the files. */
async function viewInSpark(
  connection: DuckDBConnection,
  facts: string,
  table: string,
): Promise<string> {
  const columns = await columnsOf(connection, facts, table);
  const typed = columns.map(({ name, type }) => `${name} ${type === "VARCHAR" ? "STRING" : type}`);
  return `CREATE TEMPORARY VIEW ${table} (${typed.join(", ")}) USING parquet OPTIONS (path '${join(facts, table)}')`;
}

/** A table of the rows that its files have. They come as one JSON text: of a list of values Trino would compile each. */
async function tableInTrino(
  connection: DuckDBConnection,
  facts: string,
  table: string,
): Promise<string> {
  const columns = await columnsOf(connection, facts, table);
  const names = columns.map(({ name }) => name);
  const typed = columns.map(({ name, type }) => `${name} ${type}`);
  const rows = JSON.stringify(await rowsOf(connection, `SELECT * FROM ${parquet(facts, table)}`));
  const listed = `CAST(json_parse('${rows.replaceAll("'", "''")}') AS ARRAY(ROW(${typed.join(", ")})))`;
  return `CREATE TABLE ${table} AS SELECT * FROM UNNEST(${listed}) AS fact (${names.join(", ")})`;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(
  connection: DuckDBConnection,
  facts: string,
  table: string,
): Promise<readonly Column[]> {
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${parquet(facts, table)}`);
  return described.map(([name, type]) => ({ name: String(name), type: String(type) }));
}
