import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { hashOf } from "../../../broker/hash";
import { Store, type Change, type Driver, type Row } from "../../../broker/store/store";
import { faultyDriver, type Fault, type FaultyDriver } from "./faulty-driver";

const now = 1_800_000_000;

/** A change that can be done once, and is seen in a table and in the trail. */
function change(id: string): Change {
  return {
    guard: {
      sql: "insert into seen (id, until) values ($1, $2) on conflict (id) do nothing",
      values: [id, now],
    },
    lines: [{ ...{ at: now, txn: id, chain: [], user: "", tool: "" }, record: { event: "seen" } }],
  };
}

/** A change that can be done twice: each time adds one to a number, without a line. */
const counted = (id: string): Change => ({
  statements: [
    {
      sql: "insert into seen (id, until) values ($1, 1) on conflict (id) do update set until = seen.until + 1",
      values: [id],
    },
  ],
});

/**
 * The contract of a store whose connection breaks: no fault outlives itself, and no change is done twice.
 *
 * @param open opens a connection to the same data
 */
export function faultContract(open: () => Promise<Driver>): void {
  let faulty: FaultyDriver;
  let store: Store;
  beforeEach(async () => {
    faulty = faultyDriver(await open());
    store = new Store(faulty.driver, randomUUID());
    await store.write({ lines: change("first").lines ?? [] });
    for (const table of ["seen", "trail"]) {
      await store.write({ statements: [{ sql: `delete from ${table}`, values: [] }] });
    }
    // The chain goes on after lines that the test has removed.
    store = new Store(faulty.driver, randomUUID());
  });
  afterEach(() => store.close());

  const rows = (sql: string): Promise<readonly Row[]> => store.all(sql, []);
  const outcomeOf = (each: Change): Promise<boolean | "failed"> =>
    store.write(each).catch(() => "failed" as const);
  async function checkTrail(): Promise<readonly string[]> {
    const lines = await rows("select txn, seq, line, hash from trail order by seq");
    lines.forEach(({ seq, line, hash }, at) => {
      const { before } = JSON.parse(String(line)) as { readonly before: string };
      assert.deepEqual(
        [Number(seq), hash, before],
        [at + 1, hashOf(String(line)), at === 0 ? "" : lines[at - 1]?.["hash"]],
      );
    });
    return lines.map(({ txn }) => String(txn));
  }

  const faults: Readonly<Record<string, Fault>> = {
    "before a transaction begins": { at: /^begin/, how: "before" },
    "when a transaction has begun": { at: /^begin/, how: "after" },
    "at a statement": { at: /^insert into seen/, how: "before" },
    "at a line of the trail": { at: /^insert into trail/, how: "before" },
    "at a commit that is not done": { at: /^commit/, how: "before" },
    "at a commit that is done": { at: /^commit/, how: "after" },
    "at a commit that is not done, and at reads after it": {
      ...{ at: /^commit/, how: "before", reads: 3 },
    },
    "at a commit that is done, and at reads after it": { at: /^commit/, how: "after", reads: 3 },
  };
  for (const [name, fault] of Object.entries(faults)) {
    for (const size of [1, 5]) {
      const several = size === 1 ? "one change" : `${size} changes at once`;
      it(`goes on after a connection breaks ${name}, with ${several}, and does none twice`, async () => {
        await store.write(change("before"));
        faulty.fault = fault;
        const ids = Array.from({ length: size }, (_, at) => `change ${at}`);
        const outcomes = await Promise.all([
          ...ids.map((id) => outcomeOf(change(id))),
          ...(size === 1 ? [] : [outcomeOf(counted("number"))]),
        ]);
        assert.equal(faulty.fault, undefined);
        // Reads that fail again are tried by the next changes.
        for (let tried = 0; (await outcomeOf({})) === "failed"; tried++) assert.ok(tried < 5);
        assert.equal(await store.write(change("after")), true);
        const [done, found] = [await checkTrail(), await rows("select id, until from seen")];
        const has = (id: string): boolean => found.some((row) => row["id"] === id);
        ids.forEach((id, at) => {
          // What was answered is as it was answered: a lost answer of a done change is no "false".
          assert.notEqual(outcomes[at], false, id);
          if (outcomes[at] === true) assert.ok(has(id), id);
          assert.equal(done.filter((txn) => txn === id).length, has(id) ? 1 : 0, id);
        });
        assert.ok(has("before") && has("after"));
        const number = found.find(({ id }) => id === "number");
        if (outcomes[size] === true) assert.equal(Number(number?.["until"]), 1);
        else assert.ok(number === undefined || Number(number["until"]) === 1);
        // A fault whose end is known fails nothing: what was done is answered so, and what was not is done.
        if (size > 1 && fault.reads === undefined)
          assert.deepEqual(new Set(outcomes), new Set([true]));
        if (fault.how === "after" && fault.at.test("commit") && fault.reads === undefined) {
          assert.deepEqual(new Set(outcomes), new Set([true]));
        }
      });
    }
  }
}
