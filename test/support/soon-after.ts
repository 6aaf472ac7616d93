import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/**
 * What is awaited, or `late` half a second after a signal. Both run on the timers of one process, in the order in which they are
 * due, so a busy machine changes nothing.
 */
export function soonAfter<T>(signal: AbortSignal, awaited: Promise<T>): Promise<T | "late"> {
  return Promise.race([
    awaited,
    once(signal, "abort").then(() => setTimeout(500, "late" as const)),
  ]);
}
