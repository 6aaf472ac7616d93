import type { Store } from "./store";

/** What waits at a broker, in numbers that operators watch. */
export interface Waiting {
  /** Requests that wait for a person. */
  readonly approvals: number;
  /** Accounts of Kubernetes whose call has ended by time, and that are not removed yet. */
  readonly accounts: number;
}

/** Counts what waits. */
export async function waitingAt(store: Store, now: number): Promise<Waiting> {
  const [row] = await store.all(
    `select (select count(*) from approval where state = 'open' and until > $1) as approvals,
      (select count(*) from account where state <> 'gone' and until <= $1) as accounts`,
    [now],
  );
  return { approvals: Number(row?.["approvals"]), accounts: Number(row?.["accounts"]) };
}
