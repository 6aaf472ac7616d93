import { CouldNotRun } from "../failure";

/** A line of the trail, as far as it is shown. */
export interface Line {
  readonly trail: string;
  readonly seq: number;
  readonly before: string;
  readonly at: string;
  readonly txn: string;
  readonly event: string;
  readonly [key: string]: unknown;
}

/** A line of a trail; throws `CouldNotRun` where a text is none. @param from where it comes from, and its number there */
export function parsed(text: string, from: string, at: number): Line {
  try {
    const line = JSON.parse(text) as Line;
    if (typeof line.trail === "string" && typeof line.seq === "number") return line;
  } catch {
    // Reported below, as any other line that is none.
  }
  throw new CouldNotRun(`${from}:${at}: is no line of a trail`);
}
