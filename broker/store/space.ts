import { stat, statfs } from "node:fs/promises";
import type { Configuration } from "../configuration/configuration";
import type { Store } from "./store";

/** How full a store is, in bytes. */
export interface Space {
  /** What its tasks and its trail take. */
  readonly used: number;
  /** What it may still take; undefined for a database without a configured maximum. */
  readonly free?: number;
  /** What it may take at most, with what else is on the file system; undefined as `free` is. */
  readonly capacity?: number;
}

/**
 * Measures how full a store is: of SQLite by the file system of its file, of PostgreSQL by `stateBytes` of the configuration.
 *
 * `stateBytes` also limits SQLite, where the file system has more. Throws where the store or its file system does not answer.
 */
export async function spaceOf(
  store: Store,
  { state, stateBytes }: Pick<Configuration, "state" | "stateBytes">,
): Promise<Space> {
  if (state.kind === "sqlite") {
    // The write-ahead log is copied into the file, and takes as much until then.
    const [file, log, system] = await Promise.all([
      stat(state.file),
      stat(`${state.file}-wal`).catch(() => ({ size: 0 })),
      statfs(state.file),
    ]);
    const ofSystem = { free: system.bavail * system.bsize, capacity: system.blocks * system.bsize };
    return atMost(file.size + log.size, stateBytes, ofSystem);
  }
  const [row] = await store.all("select pg_database_size(current_database()) as used", []);
  return atMost(Number(row?.["used"]), stateBytes);
}

function atMost(
  used: number,
  limit: number | undefined,
  system?: { readonly free: number; readonly capacity: number },
): Space {
  if (limit === undefined) return { used, ...system };
  const left = { free: Math.max(0, limit - used), capacity: limit };
  return { used, ...(system !== undefined && system.free < left.free ? system : left) };
}
