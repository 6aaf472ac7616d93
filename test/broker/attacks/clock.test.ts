import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../../../broker/store/sqlite";
import { refundRequest, startDesk, svid, userToken, type Desk } from "../support/desk";

describe("the time that decides", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-clock-"));
  let desk: Desk;
  let ahead = 0;
  afterEach(() => desk.stop());
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A broker on a machine whose clock is right, at a database whose clock is so many seconds ahead of it. */
  const starts = async (seconds: number): Promise<void> => {
    ahead = seconds;
    const driver = await sqliteDriver(join(folder, `${Math.random()}.db`));
    const now = (): Promise<number> => Promise.resolve(Date.now() + ahead * 1000);
    desk = await startDesk({}, { ...driver, now });
    await desk.broker.begin();
  };
  const ready = async (): Promise<readonly unknown[]> => {
    const answer = await fetch(`${desk.url}/readyz`);
    return [answer.status, ((await answer.json()) as { readonly status: string }).status];
  };
  const exchanged = async (issuedAt: number): Promise<string> => {
    const of = { iat: issuedAt, exp: issuedAt + 300 };
    const { status, body } = await desk.exchange(
      await refundRequest({
        subject_token: await userToken("alice", "triage-web", { ...of, auth_time: issuedAt }),
        client_assertion: await svid("triage", of),
      }),
    );
    return status === 200 ? "issued" : String(body["error"]);
  };
  const here = (): number => Math.floor(Date.now() / 1000);

  for (const [seconds, said] of [
    [0, "ok"],
    [-29, "ok"],
    [29, "ok"],
    [-45, "the clock of this machine is 45 s ahead of the database's"],
    [45, "the clock of this machine is 45 s behind the database's"],
  ] as const) {
    it(`is the database's, and the broker is ${said === "ok" ? "ready" : "not ready"} where that is ${seconds} s ahead`, async () => {
      await starts(seconds);
      const wanted = [said === "ok" ? 200 : 503, said];
      assert.deepEqual(await ready(), wanted);
      assert.deepEqual(await ready(), wanted);
      const logged = desk.logged.filter(({ message }) => message === said);
      assert.equal(logged.length, said === "ok" ? 0 : 1);
      assert.ok(Math.abs(desk.broker.now() - here() - seconds) <= 1);
    });
  }

  it("ends a token that still lasts by the machine's clock", async () => {
    await starts(1_000);
    assert.equal(await exchanged(here()), "invalid_client");
    assert.equal(await exchanged(here() + 1_000), "issued");
  });

  it("is read again, and goes on where the database does not answer", async () => {
    await starts(0);
    ahead = 600;
    await desk.broker.readClock();
    assert.ok(Math.abs(desk.broker.now() - here() - 600) <= 1);
    ahead = Number.NaN;
    await assert.rejects(desk.broker.readClock());
    assert.ok(Math.abs(desk.broker.now() - here() - 600) <= 1);
  });

  it("is not changed by setting the machine's clock", async () => {
    await starts(0);
    desk.ahead = 7_200;
    assert.ok(Math.abs(desk.broker.now() - here()) <= 1);
    assert.equal((await ready())[0], 503);
  });
});
