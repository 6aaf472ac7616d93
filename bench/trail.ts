import { join } from "node:path";
import { sqliteDriver } from "../broker/store/sqlite";
import { Store, type Line } from "../broker/store/store";
import { linesAfter, lookups, start } from "../broker/store/trail";
import { median } from "./lines";

/** Milliseconds of one page of each lookup, from the beginning and from the middle of a chain; the slowest value of each. */
export interface TrailRun {
  readonly pages: Readonly<Record<string, number>>;
  /** Milliseconds to write a line, one of many in a transaction. */
  readonly write: number;
}

const chain = "bench";

/** Writes so many lines into SQLite, of few users and tools that have many lines each, and reads them by each lookup. */
export async function runTrail(folder: string, size: number): Promise<TrailRun> {
  const driver = await sqliteDriver(join(folder, "trail.db"));
  const store = new Store(driver, chain);
  try {
    const began = performance.now();
    for (let at = 0; at < size; at += 1000) {
      const lines = Array.from({ length: Math.min(1000, size - at) }, (_, index) =>
        lineOf(at + index),
      );
      await store.write({ lines });
    }
    const write = (performance.now() - began) / size;
    const values = {
      task: ["task-77", "none"],
      agent: ["triage", "agent-7", "none"],
      user: ["", "user-7", "none"],
      tool: ["refunds", "tool-7", "none"],
    } as const;
    const pages: Record<string, number> = {};
    for (const lookup of [undefined, ...lookups]) {
      const figures = (lookup === undefined ? [undefined] : values[lookup]).flatMap((value) =>
        [start, { chain, seq: Math.floor(size / 2) }].map((position) => {
          const about = lookup && { lookup, value: value ?? "" };
          const times = Array.from({ length: 9 }, () => {
            const from = performance.now();
            void driver.all(linesAfter(position, about));
            return performance.now() - from;
          });
          return median(times);
        }),
      );
      pages[lookup ?? "all"] = Math.max(...figures);
    }
    return { pages, write };
  } finally {
    await store.close();
  }
}

/** A line as an exchange writes it. Half are of `triage`, of `refunds` or of no user, the rest of a hundred others. */
function lineOf(at: number): Line {
  const isCommon = at % 2 === 0;
  const of = {
    txn: `task-${Math.floor(at / 10)}`,
    user: isCommon ? "" : `user-${at % 100}`,
    chain: isCommon ? ["desk", "triage"] : ["desk", `agent-${at % 100}`],
    tool: isCommon ? "refunds" : `tool-${at % 100}`,
  };
  const { user, tool } = of;
  const record = {
    ...{ user, chain: of.chain, tool, event: "issued", kind: "call", grant: "g-1", policy: "p" },
    proof: { issuer: "cluster", subject: "system:serviceaccount:acme:triage" },
    credential: { hash: "0".repeat(43), until: 1_800_000_000 + at },
  };
  return { at: 1_800_000_000 + at, ...of, record };
}
