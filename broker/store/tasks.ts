import type { Spending } from "../../core/grants/grant";
import type { Cell, Line, Row, Statement, Store } from "./store";
import { sweep } from "./sweep";

/** What ends, by one of these. */
export const revocationKinds = ["task", "agent", "user", "tool", "instance", "tenant"] as const;
/** What a revocation ends. */
export type RevocationKind = (typeof revocationKinds)[number];

/** Whose authority it is: what a revocation may be about. */
export interface Standing {
  readonly txn: string;
  /** When the task began, in seconds since 1970. */
  readonly begunAt: number;
  /** Names of the workloads: those before the caller in order, and the caller. */
  readonly chain: readonly string[];
  /** Empty where a workload acts for itself. */
  readonly user: string;
  /** Empty for a task token. */
  readonly tool: string;
  /** Which of several the caller is; empty where that is not known. */
  readonly instance: string;
}

/** Something issued. */
export interface Credential extends Standing {
  readonly id: string;
  readonly kind: "task" | "call" | "aws" | "kubernetes";
  /** SHA-256 of what was issued. */
  readonly hash: string;
  /** Id of the task token that it was made from; empty for the first of a task. */
  readonly parent: string;
  readonly issuedAt: number;
  readonly until: number;
}

/** Credentials that have not ended, by kind, with the latest end of each. */
export type Live = ReadonlyMap<string, { readonly count: number; readonly until: number }>;

/** An approval that is used up by what is issued. */
export interface UsedApproval {
  readonly id: string;
}

/** What a call takes of what its task may use up by a grant, until the task ends. */
export interface Spent {
  /** Name of the grant. */
  readonly grant: string;
  readonly of: readonly Spending[];
  readonly until: number;
}

/** Most workloads of a chain that a query has room for. */
export const longestChain = 8;

/** Tasks, what is issued for them, and how they end. */
export class Tasks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether a revocation ends a task, or keeps a new one from beginning. */
  async isEnded(standing: Standing, now: number): Promise<boolean> {
    const { sql, values } = revoked(standing, now, 0);
    const rows = await this.#store.all(`select 1 as found where ${sql}`, values);
    return rows.length > 0;
  }

  /**
   * Records what is about to be issued; false if its task has ended meanwhile, or its approval or what its task may spend is used up.
   *
   * @param begins when the task ends, and the token that begins it, where no task token continues it
   */
  issue(
    credential: Credential,
    line: Line,
    begins: { readonly until: number; readonly tokenUntil: number } | undefined,
    {
      approval,
      spent = [],
      also = [],
    }: {
      readonly approval?: UsedApproval;
      readonly spent?: readonly Spent[];
      readonly also?: readonly Statement[];
    },
  ): Promise<boolean> {
    const { issuedAt, parent } = credential;
    const record = credentialRow(credential);
    const before = approval === undefined ? record.length : 2;
    const of = revoked(credential, issuedAt, before);
    const parentAt = before + of.values.length + 1;
    const ended = {
      sql: `(${of.sql} or exists (select 1 from credential p where p.id = $${parentAt} and p.revoked_at > 0))`,
      values: [...of.values, parent],
    };
    const guard: Statement =
      approval === undefined
        ? {
            sql: `insert into credential (${credentialColumns}) select ${cast} where not ${ended.sql}`,
            values: [...record, ...ended.values],
          }
        : {
            sql: `update approval set state = 'used'
              where id = $1 and state = 'approved' and until > $2 and not ${ended.sql}`,
            values: [approval.id, issuedAt, ...ended.values],
          };
    const statements: Statement[] = [...also];
    if (begins !== undefined) {
      const [begunBy = ""] = credential.chain;
      statements.push({
        sql: `insert into task (txn, user_name, begun_by, begun_at, until, token_until)
          values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        values: [
          ...[credential.txn, credential.user, begunBy, credential.begunAt],
          ...[begins.until, begins.tokenUntil],
        ],
      });
    }
    if (approval !== undefined) {
      const places = record.map((_, at) => `$${at + 1}`).join(", ");
      statements.push({
        sql: `insert into credential (${credentialColumns}) values (${places})`,
        values: record,
      });
    }
    const guards = [...spent.flatMap((each) => spendingOf(credential.txn, each)), guard];
    return this.#store.write({ guard: guards, statements, lines: [line] });
  }

  /** What a task has used up, by grant and entry. */
  async spent(txn: string): Promise<(grant: string, entry: string) => number> {
    const rows = await this.#store.all("select grant_id, entry, amount from spent where txn = $1", [
      txn,
    ]);
    const key = (grant: string, entry: string): string => JSON.stringify([grant, entry]);
    const amounts = new Map(
      rows.map(({ grant_id: grant, entry, amount }) => [
        key(String(grant), String(entry)),
        Number(amount),
      ]),
    );
    return (grant, entry) => amounts.get(key(grant, entry)) ?? 0;
  }

  /** When a task began and ends; undefined where none of the identifier has begun. */
  async begun(
    txn: string,
  ): Promise<{ readonly begunAt: number; readonly until: number } | undefined> {
    const [row] = await this.#store.all("select begun_at, until from task where txn = $1", [txn]);
    return row && { begunAt: Number(row["begun_at"]), until: Number(row["until"]) };
  }

  /** Ends a task that a workload has begun; false where it has begun none of the identifier. */
  end(txn: string, by: string, now: number, line: Line): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: `insert into revocation (kind, value, at, until)
          select 'task', txn, cast($1 as bigint), cast($1 as bigint) from task where txn = $2 and begun_by = $3
          on conflict (kind, value) do update set
          at = case when excluded.at > revocation.at then excluded.at else revocation.at end`,
        values: [now, txn, by],
      },
      lines: [line],
      isUrgent: true,
    });
  }

  /** A valid credential, by its hash: neither it nor its task is revoked. */
  async standing(hash: string, now: number): Promise<Credential | undefined> {
    const [row] = await this.#store.all(
      `select c.*, t.begun_at as begun_at from credential c join task t on t.txn = c.txn
        where c.hash = $1 and c.until > $2 and c.revoked_at = 0`,
      [hash, now],
    );
    if (row === undefined) return undefined;
    const credential = credentialOf(row);
    return (await this.isEnded(credential, now)) ? undefined : credential;
  }

  /** Revokes a credential in whose chain a workload is, and with it all that was made from it; false if there is none. */
  revokeOne(hash: string, by: string, now: number, line: Line): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: withAllMadeOf(`hash = $2 and ${hasInChain("chain", "$3")}`),
        values: [now, hash, JSON.stringify(by)],
      },
      lines: [line],
      isUrgent: true,
    });
  }

  /** Live credentials that {@link revokeOne} would end, as {@link liveOf} counts them. */
  liveMadeOf(hash: string, by: string, now: number): Promise<Live> {
    return this.#counted(`id in (${allMadeOf(`hash = $2 and ${hasInChain("chain", "$3")}`)})`, [
      now,
      hash,
      JSON.stringify(by),
    ]);
  }

  /** Revokes what a pod received, and all that was made from it; false if there is none. */
  revokePod(pod: string, now: number, line: Line): Promise<boolean> {
    return this.#store.write({
      guard: { sql: withAllMadeOf("pod = $2"), values: [now, pod] },
      lines: [line],
      isUrgent: true,
    });
  }

  /** Pods with a valid credential. */
  async pods(now: number): Promise<readonly string[]> {
    const rows = await this.#store.all(
      `select distinct pod from credential
        where until > $1 and revoked_at = 0 and pod <> '' and pod not like 'spiffe:%'`,
      [now],
    );
    return rows.map(({ pod }) => String(pod));
  }

  /** Ends all of one, and keeps new tasks of it off before `until`. Repeating it changes nothing but to lengthen it. */
  async revoke(
    kind: RevocationKind,
    value: string,
    at: number,
    until: number,
    line: Line,
  ): Promise<void> {
    await this.#store.write({
      statements: [
        // What other workloads made from what it received names their instances.
        ...(kind === "instance" ? [{ sql: withAllMadeOf("pod = $2"), values: [at, value] }] : []),
        {
          sql: `insert into revocation (kind, value, at, until) values ($1, $2, $3, $4)
            on conflict (kind, value) do update set
            at = case when excluded.at > revocation.at then excluded.at else revocation.at end,
            until = case when excluded.until > revocation.until then excluded.until else revocation.until end`,
          values: [kind, value, at, until],
        },
      ],
      lines: [line],
      isUrgent: true,
    });
  }

  /** Live credentials that a revocation would end, by kind, with the latest end of each. */
  liveOf(kind: RevocationKind, value: string, now: number): Promise<Live> {
    switch (kind) {
      case "tenant":
        return this.#counted("1 = 1", [now]);
      case "agent":
        return this.#counted(hasInChain("chain", "$2"), [now, JSON.stringify(value)]);
      case "instance":
        return this.#counted(`id in (${allMadeOf("pod = $2")})`, [now, value]);
      case "task":
      case "user":
      case "tool": {
        const column = { task: "txn", user: "user_name", tool: "tool" }[kind];
        return this.#counted(`${column} = $2`, [now, value]);
      }
    }
  }

  async #counted(fits: string, values: readonly Cell[]): Promise<Live> {
    const rows = await this.#store.allUrgent(
      `select kind, count(*) as n, max(until) as until from credential
        where ${fits} and until > $1 and revoked_at = 0 group by kind`,
      values,
    );
    return new Map(
      rows.map(({ kind: of = "", n = 0, until = 0 }) => [
        String(of),
        { count: Number(n), until: Number(until) },
      ]),
    );
  }

  /** Whether an identifier is new, until a time; of several concurrent calls only one returns true. */
  isFirst(id: string, until: number): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: "insert into seen (id, until) values ($1, $2) on conflict (id) do nothing",
        values: [id, until],
      },
    });
  }

  /** Removes what no answer needs any longer. */
  async sweep(now: number): Promise<void> {
    await sweep(this.#store, now);
  }
}

const credentialColumns =
  "id, kind, hash, txn, chain, user_name, tool, parent, issued_at, until, revoked_at, pod";
/** PostgreSQL needs the types of selected values. */
const cast = [
  ...Array.from({ length: 8 }, (_, at) => `cast($${at + 1} as text)`),
  ...[9, 10, 11].map((at) => `cast($${at} as bigint)`),
  "cast($12 as text)",
].join(", ");

function credentialRow(credential: Credential): readonly Cell[] {
  const { id, kind, hash, txn, chain, user, tool, parent, issuedAt, until, instance } = credential;
  const names = JSON.stringify(chain);
  return [id, kind, hash, txn, names, user, tool, parent, issuedAt, until, 0, instance];
}

/** Revokes at `$1` what fits, and what was made from that, as SQL. */
function withAllMadeOf(fits: string): string {
  return `update credential set revoked_at = $1 where revoked_at = 0 and id in (${allMadeOf(fits)})`;
}

/** Ids of what fits, and of what was made from that, as SQL. */
function allMadeOf(fits: string): string {
  return `with recursive down (id) as (select id from credential where revoked_at = 0 and ${fits}
    union select c.id from credential c join down on c.parent = down.id) select id from down`;
}

function credentialOf(row: Row): Credential {
  const text = (name: string): string => String(row[name] ?? "");
  return {
    id: text("id"),
    kind: text("kind") as Credential["kind"],
    hash: text("hash"),
    txn: text("txn"),
    begunAt: Number(row["begun_at"]),
    chain: JSON.parse(text("chain")) as readonly string[],
    user: text("user_name"),
    tool: text("tool"),
    parent: text("parent"),
    issuedAt: Number(row["issued_at"]),
    until: Number(row["until"]),
    instance: text("pod"),
  };
}

/** Adds what a call takes; each changes a row only where the whole does not come to more than it may. */
function spendingOf(txn: string, { grant, of, until }: Spent): readonly Statement[] {
  return of.map(({ key, amount, most }) => ({
    sql: `insert into spent (txn, grant_id, entry, amount, until)
      select cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as bigint), cast($5 as bigint)
      where cast($4 as bigint) <= cast($6 as bigint)
      on conflict (txn, grant_id, entry) do update set amount = spent.amount + excluded.amount
      where spent.amount <= cast($6 as bigint) - excluded.amount`,
    values: [txn, grant, key, amount, until, most],
  }));
}

/** Whether any revocation is about a task, as SQL. @param from how many values come before */
function revoked(
  { txn, begunAt, chain, user, tool, instance }: Standing,
  now: number,
  from: number,
): Statement {
  if (chain.length > longestChain) throw new RangeError(`a chain of ${chain.length} workloads`);
  const at = (index: number): string => `$${from + index}`;
  const agents = Array.from({ length: longestChain }, (_, index) => at(7 + index)).join(", ");
  return {
    sql: `exists (select 1 from revocation r where (r.until > ${at(1)} or r.at >= ${at(2)}) and (
      (r.kind = 'task' and r.value = ${at(3)}) or (r.kind = 'user' and r.value = ${at(4)}) or
      (r.kind = 'tool' and r.value = ${at(5)}) or (r.kind = 'instance' and r.value = ${at(6)}) or
      (r.kind = 'agent' and r.value in (${agents})) or r.kind = 'tenant'))`,
    values: [
      ...[now, begunAt, txn, user, tool, instance],
      ...Array.from({ length: longestChain }, (_, index) => chain[index] ?? ""),
    ],
  };
}

/**
 * Whether a chain, in JSON, has an agent. `like` has patterns, and SQLite compares by it without regard to case.
 *
 * @param agent the agent's name in JSON, as SQL
 */
export function hasInChain(chain: string, agent: string): string {
  return `replace(${chain}, ${agent}, '') <> ${chain}`;
}
