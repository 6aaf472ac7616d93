// Prints how much a broker over SQLite stores, by a clock that runs ahead: rows and bytes of what ends, and bytes of the trail.
//
//   npx --no-install tsx bench/state.ts [CALLS A SECOND] [HOURS]     default 4 and 30, some minutes
//
// Each call has a credential and two identifiers that count once, of a proof of possession and of a use. Ten calls have one task and one
// task token. What the broker itself runs writes, sweeps and measures. Figures for 100 calls a second are in proportion.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record, type Recorded } from "../broker/exchange/record";
import type { ProvenTask } from "../broker/exchange/subject";
import { hashOf } from "../broker/hash";
import type { Caller } from "../broker/identity/workloads";
import { sqliteDriver } from "../broker/store/sqlite";
import { Store, type Driver } from "../broker/store/store";
import { sweep } from "../broker/store/sweep";
import { Tasks } from "../broker/store/tasks";

const [rate = 4, hours = 30] = process.argv.slice(2).map(Number);
/** Seconds between sweeps, as `broker/start.ts` has it. */
const interval = 30;
const month = 30 * 86_400;
const begin = 1_800_000_000;

const caller: Caller = {
  credential: { text: "", until: 0 },
  workload: { name: "triage", subjects: [], clients: [] },
  proof: {
    ...{ issuer: "cluster", id: "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF" },
    subject: "system:serviceaccount:acme:triage",
    instance: `acme/triage-5d9c7b6f4-x2x9k/${randomUUID()}`,
  },
};

async function main(folder: string): Promise<void> {
  const file = join(folder, "state.db");
  const driver = await sqliteDriver(file);
  let longest = 0;
  const timed: Driver = {
    ...driver,
    run: async (statement) => {
      const from = performance.now();
      const changed = await driver.run(statement);
      if (/^(?:delete|update approval)/.test(statement.sql)) {
        longest = Math.max(longest, performance.now() - from);
      }
      return changed;
    },
  };
  const store = new Store(timed, randomUUID());
  const tasks = new Tasks(store);
  let calls = 0;
  for (let second = 0; second < hours * 3600; second += interval) {
    const now = begin + second;
    const count = rate * interval;
    await Promise.all(Array.from({ length: Math.ceil(count / 10) }, () => task(tasks, now)));
    calls += Math.ceil(count / 10) * 10;
    await sweep(store, now);
    if ((second + interval) % 21_600 === 0) print(await stateOf(store, (second + interval) / 3600));
  }
  const lines = await countOf(store, "trail");
  await store.close();
  const whole = await sizeOf(file, []);
  const trail = await sizeOf(file, ["credential", "task", "seen"]);
  const scale = 100 / rate;
  print(
    `${calls} calls, ${lines} lines of the trail; the longest statement of a sweep ${longest.toFixed(1)} ms`,
  );
  print(`a line of the trail: ${Math.round(trail / lines)} bytes, with its indexes`);
  print(
    `a call: ${Math.round(trail / calls)} bytes of the trail, and ${Math.round((whole - trail) / (rate * 86_400))} bytes for a day`,
  );
  print(
    `at 100 calls a second: ${gigabytes((whole - trail) * scale)} without the trail, and ${gigabytes((trail / calls) * 100 * month)} of the trail in 30 days`,
  );
}

/** Bytes of a file without what some tables have, and without room that is not used. */
async function sizeOf(file: string, without: readonly string[]): Promise<number> {
  const { default: Libsql } = await import("libsql");
  const database = new Libsql(file);
  for (const table of without) database.exec(`delete from ${table}`);
  database.exec("vacuum");
  database.pragma("wal_checkpoint(truncate)");
  database.close();
  return statSync(file).size;
}

/** A task with its token and ten calls, at one time. */
async function task(tasks: Tasks, now: number): Promise<void> {
  const user = `user-${Math.floor(Math.random() * 1000)}@acme.example`;
  const proven: ProvenTask = {
    ...{ txn: randomUUID(), begunAt: now, user, subject: user, until: now + 3600 },
    ...{ actors: ["desk"], lists: [], parent: "" },
  };
  const credential = (kind: "task" | "call", seconds: number): Recorded["credential"] => {
    const id = randomUUID();
    const tool = kind === "task" ? "" : "refunds";
    return { id, kind, hash: hashOf(id), chain: ["desk", "triage"], tool, until: now + seconds };
  };
  const token = credential("task", 3600);
  const passed = { audience: "acme.triage", grant: "acme/triage/refunds/acbc17cd87fa7067" };
  await record(
    tasks,
    {
      task: { ...proven, tokenUntil: now + 3600 },
      caller,
      credential: token,
      event: passed,
    },
    now,
  );
  const call = { type: "agentid_call", intent: "refund", sensitivity: "internal", context: {} };
  await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      const event = {
        ...{ ...call, target: `order-${at}`, seconds: 60 },
        ...{ grant: passed.grant, policy: "9dca5890dd4454f6" },
      };
      const made = credential("call", 60);
      await tasks.isFirst(hashOf(`proof ${made.id}`), now + 125);
      await record(
        tasks,
        { task: { ...proven, parent: token.id }, caller, credential: made, event },
        now,
      );
      await tasks.isFirst(hashOf(`use ${made.id}`), now + 60);
    }),
  );
}

async function stateOf(store: Store, hour: number): Promise<string> {
  const tables = ["credential", "task", "seen", "trail"];
  const counts = await Promise.all(
    tables.map(async (table) => `${table} ${await countOf(store, table)}`),
  );
  return `after ${hour} hours: ${counts.join(", ")} rows`;
}

async function countOf(store: Store, table: string): Promise<number> {
  const [row] = await store.all(`select count(*) as n from ${table}`, []);
  return Number(row?.["n"]);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "agentid-state-"));
main(folder)
  .catch((error: unknown) => {
    process.stderr.write(`state: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
