import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../../broker/store/sqlite";
import type { Driver, Statement } from "../../broker/store/store";
import { linesAfter, lookups, start } from "../../broker/store/trail";
import { startDesk, userToken, type Desk } from "./support/desk";

/** How SQLite runs a statement, one step in each text. */
async function plan(driver: Driver, { sql, values }: Statement): Promise<readonly string[]> {
  const rows = await driver.all({ sql: `explain query plan ${sql}`, values });
  return rows.map(({ detail }) => String(detail));
}

describe("lookups of the trail", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-lookups-"));
  let driver: Driver;
  let desk: Desk;
  before(async () => {
    driver = await sqliteDriver(join(folder, "broker.db"));
    desk = await startDesk({}, driver);
  });
  after(async () => {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const lookup of [undefined, ...lookups]) {
    it(`search an index and sort nothing: ${lookup ?? "all lines"}`, async () => {
      const about = lookup && { lookup, value: "x" };
      for (const position of [start, { chain: "c", seq: 7 }]) {
        const steps = await plan(driver, linesAfter(position, about));
        assert.ok(
          steps.length > 0 && steps.every((step) => /^SEARCH .* USING .*INDEX/.test(step)),
          steps.join("\n"),
        );
      }
    });
  }

  it("would show a scan in the same plan", async () => {
    const steps = await plan(driver, {
      sql: "select line from trail where replace(names, $1, '') <> names order by chain, seq",
      values: ["x"],
    });
    assert.match(steps.join("\n"), /^SCAN /);
  });

  it("take one of task, agent, user and tool", async () => {
    const token = await userToken("olga", "console", { groups: ["platform"] });
    const ask = async (query: string): Promise<readonly unknown[]> => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${desk.url}/trail?${query}`, { headers });
      const text = await answer.text();
      return answer.ok
        ? [answer.status, text]
        : [answer.status, (JSON.parse(text) as Record<string, unknown>)["error_description"]];
    };
    assert.deepEqual(await ask("task=t"), [200, ""]);
    const sentence = "send one of `task`, `agent`, `user`, `tool`";
    for (const query of ["task=t&agent=a", "user=a&tool=b", "user=a&user=b"]) {
      assert.deepEqual(await ask(query), [400, sentence], query);
    }
    assert.deepEqual(await ask("after=x"), [400, "`after` is `<trail>:<seq>`"]);
  });
});
