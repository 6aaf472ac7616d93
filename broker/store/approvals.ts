import type { Line, Row, Store } from "./store";

/** A request that a person decides on. */
export interface Approval {
  readonly id: string;
  readonly state: "open" | "approved" | "denied" | "used" | "expired";
  /** The task; empty where the request would begin one. */
  readonly txn: string;
  /** The request, for the person who decides. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly chain: readonly string[];
  /** Empty where a workload acts for itself. */
  readonly user: string;
  readonly askedAt: number;
  readonly until: number;
  /** Name of the person; empty while open. */
  readonly decidedBy: string;
}

/** Requests for approval. */
export class Approvals {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The approval of exactly this request that is open, or decided on and not used; undefined if there is none. */
  async of(request: string, now: number): Promise<Approval | undefined> {
    const [row] = await this.#store.all(
      `select * from approval where request = $1 and until > $2 and state in ('open', 'approved', 'denied')
        order by asked_at desc`,
      [request, now],
    );
    return row === undefined ? undefined : approvalOf(row);
  }

  /** One that is open, or decided on and not used. */
  async byId(id: string, now: number): Promise<Approval | undefined> {
    const [row] = await this.#store.all(
      `select * from approval where id = $1 and until > $2 and state in ('open', 'approved', 'denied')`,
      [id, now],
    );
    return row === undefined ? undefined : approvalOf(row);
  }

  /** One, whatever became of it. */
  async find(id: string, now: number): Promise<Approval | undefined> {
    const [row] = await this.#store.all("select * from approval where id = $1", [id]);
    if (row === undefined) return undefined;
    const approval = approvalOf(row);
    const isOver = approval.until <= now && ["open", "approved"].includes(approval.state);
    return isOver ? { ...approval, state: "expired" } : approval;
  }

  /** All that are open, the newest first; at most 100. */
  async open(now: number): Promise<readonly Approval[]> {
    const rows = await this.#store.all(
      "select * from approval where state = 'open' and until > $1 order by asked_at desc, id limit 100",
      [now],
    );
    return rows.map(approvalOf);
  }

  /** How many requests of one chain and user are open. */
  async openOf(chain: readonly string[], user: string, now: number): Promise<number> {
    const [row] = await this.#store.all(
      `select count(*) as n from approval
        where state = 'open' and until > $1 and chain = $2 and user_name = $3`,
      [now, JSON.stringify(chain), user],
    );
    return Number(row?.["n"] ?? 0);
  }

  /** Requests one; of several equal concurrent requests the first is stored. */
  async ask(
    request: string,
    { id, txn, summary, chain, user, askedAt, until }: Omit<Approval, "state" | "decidedBy">,
    line: Line,
  ): Promise<void> {
    await this.#store.write({
      statements: [
        {
          sql: `update approval set state = 'expired'
            where request = $1 and until <= $2 and state in ('open', 'approved')`,
          values: [request, askedAt],
        },
      ],
    });
    await this.#store.write({
      guard: {
        sql: `insert into approval (id, request, txn, summary, chain, user_name, state, asked_at, until)
          values ($1, $2, $3, $4, $5, $6, 'open', $7, $8) on conflict do nothing`,
        values: [
          ...[id, request, txn, JSON.stringify(summary), JSON.stringify(chain), user],
          ...[askedAt, until],
        ],
      },
      lines: [line],
    });
  }

  /** Decides on one that is open; false if it is not, or no longer. */
  decide(
    id: string,
    state: "approved" | "denied",
    by: string,
    now: number,
    line: Line,
  ): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: `update approval set state = $1, decided_by = $2
          where id = $3 and state = 'open' and until > $4`,
        values: [state, by, id, now],
      },
      lines: [line],
    });
  }
}

function approvalOf(row: Row): Approval {
  const text = (name: string): string => String(row[name] ?? "");
  return {
    id: text("id"),
    state: text("state") as Approval["state"],
    txn: text("txn"),
    summary: JSON.parse(text("summary")) as Approval["summary"],
    chain: JSON.parse(text("chain")) as readonly string[],
    user: text("user_name"),
    askedAt: Number(row["asked_at"]),
    until: Number(row["until"]),
    decidedBy: text("decided_by"),
  };
}
