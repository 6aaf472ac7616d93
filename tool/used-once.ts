/** Remembers identifiers until a moment after which they are refused anyway. */
export interface UsedOnce {
  /** Whether an identifier is used for the first time; moments are seconds since 1970. */
  isFirst(id: string, until: number, now: number): boolean;
}

/** Seconds between two sweeps, so that a use costs the same however many are remembered. */
const sweepSeconds = 60;

/** A memory of this process alone. */
export function usedOnce(): UsedOnce {
  const used = new Map<string, number>();
  let sweep = 0;
  return {
    isFirst(id, until, now) {
      if (now >= sweep) {
        for (const [each, end] of used) if (end < now) used.delete(each);
        sweep = now + sweepSeconds;
      }
      if (used.has(id)) return false;
      used.set(id, until);
      return true;
    },
  };
}
