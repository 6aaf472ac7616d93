import type { TaskAccounts } from "./credentials/kubernetes";
import type { Accounts } from "./store/accounts";
import type { Tasks } from "./store/tasks";

/** What a reaper works on. */
export interface Reaped {
  readonly tasks: Tasks;
  readonly accounts: Accounts;
  readonly kubernetes: TaskAccounts;
}

/**
 * Removes credentials of ended calls that exist outside of the broker. What cannot be removed is tried again.
 *
 * @returns how many accounts were removed, and how many were not
 */
export async function reap(
  { accounts, kubernetes }: Reaped,
  now: number,
): Promise<{ readonly removed: number; readonly left: number }> {
  const taken = await accounts.take(now);
  const outcomes = await Promise.all(
    taken.map(async ({ id, txn, place, mayComeYet }) => {
      if (!(await kubernetes.remove(place))) return false;
      if (mayComeYet) return true;
      const of = { at: now, txn, chain: [], user: "", tool: "" };
      await accounts.gone(id, { ...of, record: { event: "removed", account: place.name } });
      return true;
    }),
  );
  const removed = outcomes.filter(Boolean).length;
  return { removed, left: outcomes.length - removed };
}

/** Seconds that an account may be known to the API server before the store shows it. */
const grace = 120;

/**
 * Removes accounts of this broker that its store does not know: a store may be lost, or be an older copy.
 *
 * @returns how many were removed
 */
export async function removeForgotten(
  { accounts, kubernetes }: Reaped,
  now: number,
): Promise<number> {
  const listed = (await kubernetes.list()) ?? [];
  const old = listed.filter(({ madeAt }) => madeAt <= now - grace);
  if (old.length === 0) return 0;
  const known = await accounts.names();
  const forgotten = old.filter(({ name }) => !known.has(name));
  const outcomes = await Promise.all(forgotten.map((each) => kubernetes.remove(each)));
  return outcomes.filter(Boolean).length;
}

/**
 * Ends the authority of pods that are gone, or that others of the same name have replaced.
 *
 * @returns statuses of the API server for the pods of which it does not say whether they exist
 */
export async function endOfPods(
  { tasks, kubernetes }: Reaped,
  now: number,
): Promise<readonly number[]> {
  const unknown: number[] = [];
  for (const pod of await tasks.pods(now)) {
    const found = await kubernetes.hasPod(pod);
    if (typeof found === "number") unknown.push(found);
    if (found !== false) continue;
    const of = { at: now, txn: "", chain: [], user: "", tool: "" };
    await tasks.revokePod(pod, now, { ...of, record: { event: "pod-gone", pod } });
  }
  return unknown;
}
