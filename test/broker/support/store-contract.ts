import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { hashOf } from "../../../broker/hash";
import { Accounts } from "../../../broker/store/accounts";
import { Approvals } from "../../../broker/store/approvals";
import { Store, type Driver, type Line, type ThreadedDriver } from "../../../broker/store/store";
import { cutOf, hasHead, removing } from "../../../broker/store/pruning";
import { portion } from "../../../broker/store/sweep";
import { Tasks, type Credential, type RevocationKind } from "../../../broker/store/tasks";
import { readLines, start } from "../../../broker/store/trail";

const now = 1_800_000_000;

/** A line of the trail about nothing in particular. */
const line = (event: string, parts: Partial<Line> = {}): Line => ({
  ...{ at: now, txn: "", chain: [], user: "", tool: "" },
  ...parts,
  record: { event },
});

function credential(parts: Partial<Credential> = {}): Credential {
  const id = randomUUID();
  return {
    ...{ id, kind: "call", hash: `hash of ${id}`, txn: `task of ${id}`, begunAt: now },
    ...{ chain: ["desk", "triage"], user: "alice", tool: "refunds", parent: "" },
    ...{ issuedAt: now, until: now + 60, instance: "" },
    ...parts,
  };
}

/**
 * The contract of a store.
 *
 * @param open opens a further connection to the same data, as another replica does
 */
export function storeContract(open: () => Promise<Driver | ThreadedDriver>): void {
  let stores: Store[];
  let store: Store;
  const replica = async (): Promise<Store> => {
    const opened = new Store(await open(), randomUUID());
    stores.push(opened);
    return opened;
  };
  beforeEach(async () => {
    stores = [];
    store = await replica();
    for (const table of [
      ...["credential", "task", "revocation", "approval", "seen", "trail", "account"],
      ...["trail_name", "signing_key", "spent"],
    ]) {
      await store.write({ statements: [{ sql: `delete from ${table}`, values: [] }] });
    }
  });
  afterEach(async () => {
    await Promise.all(stores.map((each) => each.close()));
  });

  const linesOf = async (of: Store): Promise<readonly Record<string, unknown>[]> => {
    const rows = await of.all("select chain, seq, line, hash from trail order by chain, seq", []);
    return rows.map((row) => ({
      ...(JSON.parse(String(row["line"])) as Record<string, unknown>),
      hash: hashOf(String(row["line"])),
      stored: row["hash"],
    }));
  };
  const issue = async (
    tasks: Tasks,
    parts: Partial<Credential> = {},
    isFirst = true,
  ): Promise<Credential | undefined> => {
    const made = credential(parts);
    const begins = isFirst ? { until: now + 3600, tokenUntil: now + 3600 } : undefined;
    return (await tasks.issue(made, line("issued"), begins, {})) ? made : undefined;
  };

  it("writes a change as a whole, or not at all", async () => {
    const insert = (id: string): { sql: string; values: (string | number)[] } => ({
      sql: "insert into seen (id, until) values ($1, $2)",
      values: [id, now],
    });
    assert.equal(await store.write({ statements: [insert("a"), insert("b")] }), true);
    const broken = store.write({ statements: [insert("c"), insert("a")], lines: [line("x")] });
    const whole = store.write({ statements: [insert("d")], lines: [line("y")] });
    await assert.rejects(broken);
    assert.equal(await whole, true);
    const rows = await store.all("select id from seen order by id", []);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ["a", "b", "d"],
    );
    assert.deepEqual(
      (await linesOf(store)).map(({ event }) => event),
      ["y"],
    );
  });

  it("writes nothing where the guard changes no row", async () => {
    const guard = { sql: "update seen set until = 1 where id = $1", values: ["nobody"] };
    assert.equal(await store.write({ guard, lines: [line("x")] }), false);
    assert.deepEqual(await linesOf(store), []);
  });

  it("keeps the trail a chain of hashes, whatever comes at once and whatever fails", async () => {
    const changes = Array.from({ length: 40 }, (_, at) =>
      store
        .write({
          ...(at % 5 === 0 && {
            guard: { sql: "update seen set until = 1 where id = $1", values: ["nobody"] },
          }),
          ...(at % 7 === 3 && {
            statements: [{ sql: "insert into nothing values (1)", values: [] }],
          }),
          lines: [line(String(at))],
        })
        .catch(() => false),
    );
    await Promise.all(changes);
    const lines = await linesOf(store);
    const kept = Array.from({ length: 40 }, (_, at) => at).filter(
      (at) => at % 5 !== 0 && at % 7 !== 3,
    );
    assert.deepEqual(
      lines.map(({ event }) => Number(event)).sort((a, b) => a - b),
      kept,
    );
    lines.forEach(({ seq, before, hash, stored }, at) => {
      assert.deepEqual(
        [seq, before, stored],
        [at + 1, at === 0 ? "" : lines[at - 1]?.["hash"], hash],
      );
    });
  });

  it("finds the lines of a task, a workload, a user and a tool, of all replicas and after any of them", async () => {
    const about = { txn: "t", chain: ["desk", "triage"], user: "alice", tool: "refunds" };
    const others = { txn: "tt", chain: ["Desk", 'desk","triage'], user: "alice%", tool: "refund" };
    // A workload that calls itself has its name twice in the chain.
    const twice = { ...about, chain: ["desk", "triage", "desk"] };
    for (const each of [store, await replica()]) {
      await each.write({ lines: [line("1", about), line("2", others), line("3", twice)] });
    }
    const eventsOf = (texts: readonly string[]): readonly unknown[] =>
      texts.map((text) => (JSON.parse(text) as Record<string, unknown>)["event"]);
    for (const [lookup, value, near] of [
      ["task", "t", "T"],
      ["agent", "desk", "des"],
      ["agent", "triage", "%"],
      ["user", "alice", "ALICE"],
      ["tool", "refunds", "_efunds"],
    ] as const) {
      const all = await readLines(store, start, { lookup, value });
      assert.deepEqual(eventsOf(all), ["1", "3", "1", "3"], lookup);
      const ends = all.map((text) => {
        const { trail: chain, seq } = JSON.parse(text) as { trail: string; seq: number };
        return { chain, seq };
      });
      for (const [at, end] of ends.entries()) {
        assert.deepEqual(await readLines(store, end, { lookup, value }), all.slice(at + 1), lookup);
      }
      assert.deepEqual(await readLines(store, start, { lookup, value: near }), [], near);
    }
    assert.deepEqual(eventsOf(await readLines(store, start)), ["1", "2", "3", "1", "2", "3"]);
  });

  it("cuts off the first lines of a chain up to a head, and nothing of another", async () => {
    const other = await replica();
    for (const each of [store, other]) {
      await each.write({
        lines: [1, 2, 3, 4].map((at) => line(String(at), { at, chain: ["triage"] })),
      });
    }
    const [own] = (await linesOf(store)).filter(({ seq }) => seq === 3);
    const head = { trail: String(own?.["trail"]), seq: 3, hash: String(own?.["hash"]) };
    assert.equal(await hasHead(other, head), true);
    for (const near of [
      { ...head, hash: "x" },
      { ...head, seq: 5 },
      { ...head, trail: "none" },
    ]) {
      assert.equal(await hasHead(other, near), false);
    }
    assert.equal(await cutOf(other, head, 1), undefined);
    const most = await cutOf(other, { ...head, seq: 4 }, 9);
    assert.deepEqual([most?.lines, most?.head], [3, head]);
    assert.equal((await cutOf(other, head, 9, 1))?.lines, 1);
    const cut = await cutOf(other, head, 3);
    assert.equal(cut?.lines, 2);
    await other.write({ statements: removing(cut) });
    const left = async (table: string): Promise<readonly number[]> =>
      (await store.all(`select seq from ${table} order by seq`, [])).map(({ seq }) => Number(seq));
    assert.deepEqual(await left("trail"), [1, 2, 3, 3, 4, 4]);
    assert.deepEqual(await left("trail_name"), [1, 2, 3, 3, 4, 4]);
    // What is pruned was there.
    assert.equal(await hasHead(store, { ...head, seq: 2, hash: "?" }), true);
    await store.write({ lines: [line("next")] });
    const next = (await linesOf(store)).find(({ event }) => event === "next");
    assert.equal(next?.["seq"], 5);
  });

  it("begins a chain with the ends of the others", async () => {
    await store.write({ lines: [line("one"), line("two")] });
    const other = await replica();
    await other.begin(now, { policy: "p" });
    const lines = await linesOf(other);
    const started = lines.find(({ event }) => event === "started");
    const two = lines.find(({ event }) => event === "two");
    assert.deepEqual(started?.["ends"], [{ trail: two?.["trail"], seq: 2, hash: two?.["hash"] }]);
  });

  it("takes an identifier once, of two replicas at the same moment", async () => {
    const [one, other] = [new Tasks(store), new Tasks(await replica())];
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      const answers = await Promise.all(
        [one, other, one, other].map((each) => each.isFirst(id, now + 60)),
      );
      assert.deepEqual(answers.filter(Boolean), [true]);
    }
  });

  it("finds what is stored under its hash, at every replica", async () => {
    const made = await issue(new Tasks(store));
    const other = new Tasks(await replica());
    assert.deepEqual(await other.standing(made?.hash ?? "", now), made);
    assert.equal(await other.standing(made?.hash ?? "", now + 60), undefined);
    assert.equal(await other.standing("another", now), undefined);
  });

  for (const [kind, value, near] of [
    ["task", "t1", "t10"],
    ["agent", "desk", "des"],
    ["agent", "triage", "riage"],
    ["agent", "desk", "%"],
    ["agent", "desk", "_esk"],
    ["agent", "desk", "DESK"],
    ["agent", "desk", 'desk","triage'],
    ["user", "alice", "lice"],
    ["tool", "refunds", "refund"],
  ] as const satisfies readonly (readonly [RevocationKind, string, string])[]) {
    it(`ends what is of a ${kind} ${value}, and nothing by ${near}`, async () => {
      const tasks = new Tasks(store);
      const made = await issue(tasks, { txn: "t1" });
      const other = await issue(tasks, {
        ...{ txn: "t2", chain: ["other"], user: "bob", tool: "crm" },
      });
      await tasks.revoke(kind, near, now, now + 60, line("revoked"));
      assert.notEqual(await tasks.standing(made?.hash ?? "", now), undefined);
      assert.deepEqual([...(await tasks.liveOf(kind, near, now)).keys()], []);
      const replicated = new Tasks(await replica());
      assert.deepEqual(
        await tasks.liveOf(kind, value, now),
        new Map([["call", { count: 1, until: now + 60 }]]),
      );
      await replicated.revoke(kind, value, now, now + 60, line("revoked"));
      assert.equal(await tasks.standing(made?.hash ?? "", now), undefined);
      assert.notEqual(await tasks.standing(other?.hash ?? "", now), undefined);
      assert.equal(await issue(tasks, { txn: "t1" }, false), undefined);
      assert.equal(await tasks.isEnded(credential({ txn: "t1" }), now), true);
      const later = { txn: "t3", begunAt: now + 61, issuedAt: now + 61, until: now + 90 };
      assert.notEqual(await issue(tasks, kind === "task" ? { ...later } : later), undefined);
      assert.equal(await issue(tasks, { txn: "t1", issuedAt: now + 61 }, false), undefined);
    });
  }

  it("revokes one thing by its owner, with everything made from it", async () => {
    const tasks = new Tasks(store);
    const first = await issue(tasks, { txn: "t", kind: "task" });
    const second = await issue(tasks, { txn: "t", kind: "task", parent: first?.id ?? "" }, false);
    const third = await issue(tasks, { txn: "t", parent: second?.id ?? "" }, false);
    const beside = await issue(tasks, { txn: "t" }, false);
    for (const other of ["other", "%", "TRIAGE", "riage", 'desk","triage']) {
      assert.equal(await tasks.revokeOne(second?.hash ?? "", other, now, line("x")), false, other);
      assert.deepEqual([...(await tasks.liveMadeOf(second?.hash ?? "", other, now))], [], other);
    }
    // Who is before the holder in the chain has handed it on.
    const live = await tasks.liveMadeOf(second?.hash ?? "", "desk", now);
    assert.deepEqual([...live].map(([kind, { count }]) => [kind, count]).sort(), [
      ["call", 1],
      ["task", 1],
    ]);
    assert.equal(await tasks.revokeOne(second?.hash ?? "", "desk", now, line("x")), true);
    assert.equal(await tasks.revokeOne(second?.hash ?? "", "triage", now, line("x")), false);
    const stands = await Promise.all(
      [first, second, third, beside].map(async (each) => {
        return (await tasks.standing(each?.hash ?? "", now)) !== undefined;
      }),
    );
    assert.deepEqual(stands, [true, false, false, true]);
    assert.equal(await issue(tasks, { txn: "t", parent: second?.id ?? "" }, false), undefined);
    assert.notEqual(await issue(tasks, { txn: "t", parent: first?.id ?? "" }, false), undefined);
  });

  it("ends a task by who began it alone, for as long as its token could begin it again", async () => {
    const tasks = new Tasks(await replica());
    const made = credential({ txn: "t" });
    const begins = { until: now + 60, tokenUntil: now + 500_000 };
    assert.equal(await tasks.issue(made, line("issued"), begins, {}), true);
    assert.deepEqual(await tasks.begun("t"), { begunAt: made.begunAt, until: now + 60 });
    assert.equal(await tasks.begun("u"), undefined);
    for (const other of ["triage", "%", "DESK"]) {
      assert.equal(await tasks.end("t", other, now, line("x")), false, other);
    }
    assert.equal(await tasks.end("u", "desk", now, line("x")), false);
    assert.notEqual(await tasks.standing(made.hash, now), undefined);
    assert.equal(await tasks.end("t", "desk", now, line("x")), true);
    assert.equal(await tasks.end("t", "desk", now - 10, line("x")), true);
    assert.equal(await tasks.standing(made.hash, now), undefined);
    const late = now + 400_000;
    await tasks.sweep(late);
    assert.notEqual(await tasks.begun("t"), undefined);
    assert.equal(await tasks.isEnded({ ...made, begunAt: made.begunAt }, late), true);
    await tasks.sweep(now + 600_000);
    assert.equal(await tasks.begun("t"), undefined);
    assert.deepEqual(await store.all("select value from revocation", []), []);
  });

  it("only ever makes a revocation later, also by a replica whose clock is behind", async () => {
    const [ahead, behind] = [new Tasks(store), new Tasks(await replica())];
    await ahead.revoke("agent", "desk", now + 60, now + 90, line("revoked"));
    await behind.revoke("agent", "desk", now - 60, now - 30, line("revoked"));
    const of = { txn: "t", user: "", tool: "", instance: "", chain: ["desk"] };
    const ended = await Promise.all(
      [now + 59, now + 61].map((begunAt) => behind.isEnded({ ...of, begunAt }, now + 100)),
    );
    assert.deepEqual(ended, [true, false]);
  });

  it("begins a task once, of two replicas", async () => {
    const begins = { until: now + 60, tokenUntil: now + 60 };
    const both = [new Tasks(store), new Tasks(await replica())];
    const made = await Promise.all(
      both.map((tasks) => tasks.issue(credential({ txn: "t" }), line("issued"), begins, {})),
    );
    assert.deepEqual(made, [true, true]);
    assert.equal((await store.all("select txn from task", [])).length, 1);
  });

  it("revokes what a pod received, and lists the pods that received something", async () => {
    const tasks = new Tasks(store);
    const one = await issue(tasks, { instance: "acme/triage-1/u1" });
    const two = await issue(tasks, { instance: "acme/triage-1/u2" });
    await issue(tasks, { instance: "acme/old/u3", until: now - 1 });
    await issue(tasks, { instance: "spiffe://acme.example/triage" });
    assert.deepEqual([...(await tasks.pods(now))].sort(), ["acme/triage-1/u1", "acme/triage-1/u2"]);
    assert.equal(await tasks.revokePod("acme/triage-1/u1", now, line("x")), true);
    assert.equal(await tasks.standing(one?.hash ?? "", now), undefined);
    assert.notEqual(await tasks.standing(two?.hash ?? "", now), undefined);
  });

  it("revokes what one instance received and all made from that, or all of the tenant", async () => {
    const tasks = new Tasks(store);
    const one = await issue(tasks, { instance: "acme/triage-1/u1" });
    const made = await issue(tasks, { instance: "acme/other/u9", parent: one?.id ?? "" });
    const two = await issue(tasks, { instance: "acme/triage-1/u2" });
    const counted = await tasks.liveOf("instance", "acme/triage-1/u1", now);
    assert.equal(
      [...counted.values()].reduce((sum, { count }) => sum + count, 0),
      2,
    );
    await tasks.revoke("instance", "acme/triage-1/u1", now, now + 60, line("revoked"));
    const standing = async (): Promise<readonly boolean[]> =>
      Promise.all(
        [one, made, two].map(
          async (each) => (await tasks.standing(each?.hash ?? "", now)) !== undefined,
        ),
      );
    assert.deepEqual(await standing(), [false, false, true]);
    assert.ok((await tasks.liveOf("tenant", "acme", now)).size > 0);
    await tasks.revoke("tenant", "acme", now, now + 60, line("revoked"));
    assert.deepEqual(await standing(), [false, false, false]);
  });

  it("opens one approval of a request at a time, and uses it up once, of two replicas", async () => {
    const replicas = [store, await replica()];
    const ask = (at: Store): Promise<void> =>
      new Approvals(at).ask(
        "request",
        {
          ...{ id: randomUUID(), txn: "t", summary: {}, chain: ["triage"], user: "alice" },
          ...{ askedAt: now, until: now + 900 },
        },
        line("asked"),
      );
    await Promise.all(replicas.map(ask));
    const open = await new Approvals(store).open(now);
    assert.equal(open.length, 1);
    const id = open[0]?.id ?? "";
    const decisions = await Promise.all(
      replicas.map((at, index) =>
        new Approvals(at).decide(
          ...([
            id,
            index === 0 ? "approved" : "denied",
            `p${index}`,
            now,
            line("decided"),
          ] as const),
        ),
      ),
    );
    assert.deepEqual(decisions.filter(Boolean), [true]);
    await store.write({
      statements: [{ sql: "update approval set state = 'approved' where id = $1", values: [id] }],
    });
    const used = await Promise.all(
      replicas.map((at) =>
        new Tasks(at).issue(
          credential(),
          line("issued"),
          { until: now + 60, tokenUntil: now + 60 },
          { approval: { id } },
        ),
      ),
    );
    assert.deepEqual(used.filter(Boolean), [true]);
    const issued = await store.all("select id from credential", []);
    assert.equal(issued.length, 1);
    await ask(store);
    assert.equal((await new Approvals(store).open(now)).length, 1);
    assert.equal((await new Approvals(store).open(now + 900)).length, 0);
  });

  it("lets a task use up no more than it may, of two replicas at the same moment", async () => {
    const other = await replica();
    const begins = { until: now + 3600, tokenUntil: now + 3600 };
    const calls = [store, other].flatMap((each) =>
      Array.from({ length: 10 }, async () => {
        const of = [
          { key: "", amount: 1, most: 100 },
          { key: "cents", amount: 7, most: 50 },
        ];
        const spent = { grant: "g", of, until: now + 3600 };
        const made = credential({ txn: "one" });
        return new Tasks(each).issue(made, line("issued", { txn: "one" }), begins, {
          spent: [spent],
        });
      }),
    );
    const issued = (await Promise.all(calls)).filter(Boolean).length;
    const spent = await new Tasks(store).spent("one");
    // What the first guard counted is undone where the second refuses.
    assert.deepEqual([issued, spent("g", ""), spent("g", "cents")], [7, 7, 49]);
    assert.equal((await linesOf(store)).length, 7);
    assert.equal((await store.all("select id from credential", [])).length, 7);
  });

  it("hands an account whose call has ended to one replica, again after its lease, until it is gone", async () => {
    const other = await replica();
    const [tasks, one, two] = [new Tasks(store), new Accounts(store), new Accounts(other)];
    const place = { name: "task-1", namespace: "acme", role: "refunds" };
    const made = credential({ kind: "kubernetes" });
    await one.plan(made.id, made.txn, place, now + 30);
    assert.deepEqual(await one.take(now), []);
    const also = [one.live(made.id, made.until)];
    await tasks.issue(
      made,
      line("issued"),
      { until: now + 3600, tokenUntil: now + 3600 },
      { also },
    );
    assert.deepEqual(await one.take(now + 59), []);
    const taken = await Promise.all([one.take(now + 60), two.take(now + 60)]);
    assert.deepEqual(taken.flat(), [{ id: made.id, txn: made.txn, place, mayComeYet: false }]);
    assert.deepEqual(await two.take(now + 89), []);
    assert.equal((await two.take(now + 90)).length, 1);
    await two.gone(made.id, line("removed"));
    assert.deepEqual(await one.take(now + 1000), []);
  });

  it("hands over an account at once where its call is revoked, or was only planned", async () => {
    const [tasks, accounts] = [new Tasks(store), new Accounts(store)];
    const place = { name: "task", namespace: "acme", role: "refunds" };
    for (const [kind, value, ...near] of [
      ["task", "t", "%"],
      ["agent", "desk", "%", "_esk", "DESK", 'desk","triage'],
      ["agent", 'the "desk" \\', 'the \\"desk\\" \\\\'],
      ["user", "alice", "%"],
      ["tool", "refunds", "%"],
    ] as const) {
      const chain = kind === "agent" ? [value, "triage"] : ["desk", "triage"];
      const made = credential({ txn: "t", begunAt: now, chain });
      await accounts.plan(made.id, made.txn, place, now + 30);
      const also = [accounts.live(made.id, made.until)];
      await tasks.issue(
        made,
        line("issued"),
        kind === "task" ? { until: now + 3600, tokenUntil: now + 3600 } : undefined,
        {
          also,
        },
      );
      for (const other of near) await tasks.revoke(kind, other, now, now, line("revoked"));
      assert.deepEqual(await accounts.take(now), []);
      await tasks.revoke(kind, value, now, now, line("revoked"));
      assert.equal((await accounts.take(now)).length, 1, kind);
      await accounts.gone(made.id, line("removed"));
      await store.write({ statements: [{ sql: "delete from revocation", values: [] }] });
    }
    await accounts.plan("planned", "t", place, now + 30);
    assert.deepEqual(await accounts.take(now + 29), []);
    assert.equal((await accounts.take(now + 30)).length, 1);
    await accounts.plan("dropped", "t", place, now + 30);
    await accounts.drop("dropped");
    const mayComeYet = (await accounts.take(now)).map((each) => each.mayComeYet);
    const again = (await accounts.take(now + 30)).filter(({ id }) => id === "dropped");
    assert.deepEqual([mayComeYet, again.map((each) => each.mayComeYet)], [[true], [false]]);
  });

  it("removes what no answer needs, and nothing else", async () => {
    const tasks = new Tasks(store);
    await tasks.isFirst("old", now - 1);
    await tasks.isFirst("new", now + 1);
    const old = await issue(tasks, { until: now + 60 });
    const live = await issue(tasks, { until: now + 200_000 });
    await tasks.revoke("user", "bob", now, now + 60, line("revoked"));
    await tasks.revoke("user", "ben", now, now + 200_000, line("revoked"));
    await tasks.sweep(now);
    assert.deepEqual(
      [await tasks.isFirst("old", now + 1), await tasks.isFirst("new", now + 1)],
      [true, false],
    );
    assert.equal((await store.all("select id from credential", [])).length, 2);
    await tasks.sweep(now + 86_400 + 60);
    const left = async (sql: string): Promise<readonly unknown[]> =>
      (await store.all(sql, [])).map((row) => Object.values(row)[0]);
    assert.notEqual(old, undefined);
    assert.deepEqual(await left("select id from credential"), [live?.id]);
    assert.deepEqual(await left("select value from revocation"), ["ben"]);
    assert.ok((await left("select line from trail")).length > 0);
  });

  it("removes more than a portion at once", async () => {
    const many = (name: string, until: number): { sql: string; values: (string | number)[] } => ({
      sql: `insert into seen (id, until) with recursive numbers (n) as
        (select 1 union all select n + 1 from numbers where n < ${portion * 2 + 1})
        select cast($1 as text) || n, cast($2 as bigint) from numbers`,
      values: [name, until],
    });
    await store.write({ statements: [many("old", now), many("new", now + 1)] });
    await new Tasks(store).sweep(now);
    const rows = await store.all("select count(*) as n, min(until) as until from seen", []);
    assert.deepEqual(
      rows.map(({ n, until }) => [Number(n), Number(until)]),
      [[portion * 2 + 1, now + 1]],
    );
  });
}
