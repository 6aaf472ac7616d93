import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accountToken,
  bearerAssertion,
  refundRequest,
  startDesk,
  type Desk,
} from "../support/desk";

describe("a pod that is gone", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-pods-"));
  let server: Server;
  let desk: Desk;
  let answer: { readonly status: number; readonly uid?: string };
  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.writeHead(answer.status).end(JSON.stringify({ metadata: { uid: answer.uid } }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "x");
    const { port } = server.address() as AddressInfo;
    const api = { url: `http://127.0.0.1:${port}`, tokenFile };
    desk = await startDesk({ kubernetes: { api, tasksNamespace: "acme-tasks" } });
  });
  afterEach(async () => {
    await desk.stop();
    await new Promise((resolve) => server.close(resolve));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A credential of each kind that the pod received, by id. */
  const received = async (): Promise<void> => {
    const pod = { name: "triage-1", uid: "u1" };
    const token = await accountToken("triage", { "kubernetes.io": { namespace: "acme", pod } });
    const of = { client_assertion: token, client_assertion_type: bearerAssertion };
    const task = { audience: "acme.triage", resource: undefined, authorization_details: undefined };
    for (const parts of [of, { ...of, ...task }]) {
      const { status, body } = await desk.exchange(await refundRequest(parts));
      assert.equal(status, 200, JSON.stringify(body));
    }
    const rows = await desk.broker.store.all("select * from credential where kind = 'call'", []);
    const [row = {}] = rows;
    for (const kind of ["aws", "kubernetes"]) {
      const copy = { ...row, id: kind, hash: kind, kind };
      const names = Object.keys(copy);
      await desk.broker.store.write({
        statements: [
          {
            sql: `insert into credential (${names.join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
            values: Object.values(copy) as (string | number)[],
          },
        ],
      });
    }
  };
  const live = async (): Promise<readonly string[]> => {
    const rows = await desk.broker.store.all(
      "select kind from credential where revoked_at = 0 order by kind",
      [],
    );
    return rows.map(({ kind }) => String(kind));
  };
  const all = ["aws", "call", "kubernetes", "task"];

  for (const [what, gone] of [
    ["is not there", { status: 404 }],
    ["was replaced by another of its name", { status: 200, uid: "u2" }],
  ] as const) {
    it(`ends each kind of credential once it ${what}`, async () => {
      await received();
      answer = { status: 200, uid: "u1" };
      await desk.broker.endOfPods();
      assert.deepEqual(await live(), all);
      answer = gone;
      await desk.broker.endOfPods();
      assert.deepEqual([await live(), desk.logged], [[], []]);
    });
  }

  it("is not known to be where the API server does not say so, which the log does once a minute", async () => {
    await received();
    desk.ahead = 60 - (Math.floor(Date.now() / 1000) % 60);
    for (const status of [403, 401, 500, 429]) {
      answer = { status };
      await desk.broker.endOfPods();
    }
    assert.deepEqual(await live(), all);
    const said = { level: "warn", message: "whether pods exist is not known", pods: 1 };
    assert.deepEqual(desk.logged, [{ ...said, statuses: [403] }]);
  });
});
