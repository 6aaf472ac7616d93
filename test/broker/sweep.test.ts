import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Accounts } from "../../broker/store/accounts";
import { sqliteDriver } from "../../broker/store/sqlite";
import { Store, type Driver, type Statement } from "../../broker/store/store";
import { portion, portionsAt, sweep } from "../../broker/store/sweep";
import { Tasks } from "../../broker/store/tasks";
import { waitingAt } from "../../broker/store/waiting";

const now = 1_800_000_000;

describe("the sweep", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-sweep-"));
  const ran: { readonly sql: string; readonly changed: number }[] = [];
  const read: Statement[] = [];
  let explaining: Driver;
  let store: Store;
  before(async () => {
    const driver = await sqliteDriver(join(folder, "broker.db"));
    // A connection of its own: what is explained may keep an old state of the file open.
    explaining = await sqliteDriver(join(folder, "broker.db"));
    const noting: Driver = {
      ...driver,
      run: async (statement) => {
        const changed = await driver.run(statement);
        ran.push({ sql: statement.sql, changed });
        return changed;
      },
      all: (statement) => {
        read.push(statement);
        return driver.all(statement);
      },
    };
    store = new Store(noting, "sweep");
  });
  after(async () => {
    await store.close();
    await explaining.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const scansIn = async ({ sql, values }: Statement): Promise<readonly string[]> => {
    const rows = await explaining.all({ sql: `explain query plan ${sql}`, values });
    return rows.map(({ detail }) => String(detail)).filter((step) => step.startsWith("SCAN"));
  };

  for (const statement of portionsAt(now)) {
    const [table = ""] = /(?<=^(?:delete from|update) )\w+/.exec(statement.sql) ?? [];
    // Each replica adds a key every six hours.
    if (table === "signing_key") continue;
    it(`finds what is over by an index: ${statement.sql.slice(0, 30)}`, async () => {
      assert.deepEqual(await scansIn(statement), []);
    });
  }

  it("removes no more than a portion by one statement", async () => {
    const count = portion * 3 + 1;
    const sql = `insert into credential (id, kind, hash, txn, chain, user_name, tool, parent, issued_at, until)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})
      select n, 'call', n, 't', '[]', '', '', '', 1, case when n > 1 then 1 else $1 end from numbers`;
    await store.write({ statements: [{ sql, values: [now - 86_399] }] });
    ran.length = 0;
    await sweep(store, now);
    const deleted = ran.filter((each) => each.sql.startsWith("delete from credential"));
    assert.deepEqual(
      deleted.map(({ changed }) => changed),
      [portion, portion, portion, 0],
    );
    assert.equal((await store.all("select id from credential", [])).length, 1);
  });

  it("is not needed for what is asked each second: no question reads what has ended", async () => {
    read.length = 0;
    const tasks = new Tasks(store);
    await tasks.pods(now);
    await tasks.liveOf("user", "alice", now);
    await tasks.liveOf("agent", "triage", now);
    await tasks.liveMadeOf("hash", "triage", now);
    await waitingAt(store, now);
    await new Accounts(store).take(now);
    assert.equal(read.length, 6);
    const scans = (await Promise.all(read.map(scansIn))).flat();
    // By an index of accounts that exist, in the order of their ends; and of what was found so far.
    const allowed = /^SCAN (?:a USING INDEX account_live|down|CONSTANT ROW|r\b.*)$/;
    assert.deepEqual(
      scans.filter((step) => !allowed.test(step)),
      [],
    );
  });
});
