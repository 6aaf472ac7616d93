import { readFileSync } from "node:fs";

/** Milliseconds of a tick, in which Linux counts processor time. */
const tick = 10;

/**
 * Milliseconds of processor time that this process has used, and the processes that it started and that have ended.
 *
 * Unlike elapsed time it does not grow on a busy machine. Elapsed time on a system without it.
 */
export function processorSoFar(): number {
  const times = timesOf("self");
  return times === undefined ? performance.now() : times.own + times.ended;
}

/** Processor time of a process that runs, in milliseconds; not a number on a system without it. */
export function processorOf(pid: number): number {
  return timesOf(String(pid))?.own ?? Number.NaN;
}

/** Source: proc_pid_stat(5): utime and stime, and cutime and cstime of children that were waited for. */
function timesOf(process: string): { readonly own: number; readonly ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${process}/stat`, "utf8");
    const ticks = text.slice(text.lastIndexOf(")")).split(" ").slice(12, 16).map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = ticks;
    return { own: (user + system) * tick, ended: (endedUser + endedSystem) * tick };
  } catch {
    return undefined;
  }
}
