import { compareText } from "../../../core/compare-text";
import { factTables, type FactRow } from "./schema";

/** An update of a stack. Author and message come from people: hostile wherever they are shown. */
export type Update = Omit<FactRow<"updates">, "stack" | "place">;

/** The columns of the table of updates that are about an update itself. */
export const updateColumns = factTables.updates.columns.filter(
  ({ name }) => name !== "stack" && name !== "place",
);

/** A stack that was audited, as far as another run is compared with it. */
export interface StackState {
  /** The stack, as `project/stack`. */
  readonly stack: string;
  /** SHA-256 of what its facts were read from. */
  readonly digest: string;
  /** Time of the update that wrote the state, as ISO 8601; empty where it is not known. */
  readonly updated: string;
  /** Updates up to that state, the newest first. None where no history is known. */
  readonly updates: readonly Update[];
}

/** Maximum updates of a stack that are stored. */
export const mostUpdates = 20;

/** A report keeps the updates of so many seconds before the newest of all stacks. */
const recently = 31 * 86_400;

/**
 * Updates up to a state, the newest first.
 *
 * A history is often read later than the state, so that it may have updates that the state does not show. By its number an
 * update is placed before its time: clocks of two machines differ.
 *
 * @param updated time of the update that wrote the state; empty where it is not known
 * @param updates those of one time in their order, the newest first
 */
export function updatesUpTo(updated: string, updates: readonly Update[]): readonly Update[] {
  const isNumbered = updates.every(({ version }) => version > 0);
  const inOrder = [...updates].sort((a, b) =>
    isNumbered ? b.version - a.version : compareText(b.started, a.started),
  );
  const first = inOrder.findIndex(({ started }) => updated === "" || !isLater(started, updated));
  return first < 0 ? [] : inOrder.slice(first, first + mostUpdates);
}

/** The updates that led from an earlier state of a stack to its state now. */
export interface UpdatesBetween {
  /** The newest first. */
  readonly updates: readonly Update[];
  /** Whether there may be earlier ones that are not known. */
  readonly isCut: boolean;
}

/** The updates of a stack that the earlier report does not have, and that began no earlier than its state was written. */
export function updatesBetween(before: StackState, after: StackState): UpdatesBetween {
  const left = new Map<string, number>();
  for (const update of before.updates) left.set(keyOf(update), (left.get(keyOf(update)) ?? 0) + 1);
  const updates: Update[] = [];
  // From the oldest on: of two that are equal in all of this, the older one is the one that was there.
  for (const update of [...after.updates].reverse()) {
    const count = left.get(keyOf(update)) ?? 0;
    left.set(keyOf(update), count - 1);
    const isEarlier = before.updated !== "" && isLater(before.updated, update.started);
    if (count <= 0 && !isEarlier) updates.unshift(update);
  }
  const isCut = updates.length > 0 && updates.length === after.updates.length;
  return { updates, isCut };
}

/** States with the updates of the last month, and the one before them: what a report of thousands of stacks has room for. */
export function recentOf(states: readonly StackState[]): readonly StackState[] {
  const newest = states.reduce(
    (most, { updates: [first] }) =>
      Math.max(most, first === undefined ? 0 : secondsOf(first.started)),
    0,
  );
  return states.map((state) => {
    const { updates } = state;
    const older = updates.findIndex(({ started }) => secondsOf(started) < newest - recently);
    return older < 0 ? state : { ...state, updates: updates.slice(0, older + 1) };
  });
}

/** What distinguishes an update from others of its stack. */
function keyOf({ version, started, ended, kind, revision, message }: Update): string {
  return version > 0 ? `${version}` : JSON.stringify([started, ended, kind, revision, message]);
}

/** Whether a time is later than another, in whole seconds: Pulumi writes when an update began in these. */
function isLater(time: string, other: string): boolean {
  return secondsOf(time) > secondsOf(other);
}

/** 0 where a text is no time. */
function secondsOf(time: string): number {
  return Math.floor((Date.parse(time) || 0) / 1000);
}
