/** How much work something may still take: reads of the graph and comparisons of patterns, whatever the machine. */
export interface WorkLeft {
  left: number;
}

/** Thrown where something takes more work than it may. */
export class WorkExceeded extends Error {
  override readonly name = "WorkExceeded";
}

/** Of what runs now; nothing bounds what runs by itself. */
let left = Infinity;

/** Counts work that is done; throws a {@link WorkExceeded} where what runs may do no more. */
export function countWork(units: number): void {
  left -= units;
  if (left < 0) throw new WorkExceeded();
}

/** Runs something that may take no more than the work that is left, from which it is taken, as from what runs it. */
export function withinWork<T>(work: WorkLeft, run: () => T): T {
  const before = left;
  const given = work.left;
  left = given;
  try {
    return run();
  } finally {
    work.left = left;
    left = before - (given - left);
  }
}
