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
    taken.map(async ({ id, txn, place }) => {
      if (!(await kubernetes.remove(place))) return false;
      const of = { at: now, txn, chain: [], user: "", tool: "" };
      await accounts.gone(id, { ...of, record: { event: "removed", account: place.name } });
      return true;
    }),
  );
  const removed = outcomes.filter(Boolean).length;
  return { removed, left: outcomes.length - removed };
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
