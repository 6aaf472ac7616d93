import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import {
  accountToken,
  grant,
  resource,
  startDesk,
  userToken,
  type Desk,
} from "../broker/support/desk";

const page = readFileSync(resolve(__dirname, "../../docs/broker/other-languages.md"), "utf8");
const [, exchange = "", introspect = "", revoke = "", approve = ""] = [
  ...page.matchAll(/^```sh\n([^]*?)^```$/gm),
].map(([, code = ""]) => code);
const [list = "", decide = ""] = approve.trim().split("\n");

type Answer = Readonly<Record<string, unknown>>;

describe("the page for other languages", () => {
  let desk: Desk;
  let folder: string;
  const ported = { ID: "" };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "agentid-curl-"));
    desk = await startDesk({
      grants: [grant(), grant({ intents: ["close"], approval: "human" })],
    });
    const ann = await userToken("ann", "console", { groups: ["approvers"] });
    const files = {
      "alice.token": await userToken("alice", "triage-web"),
      "triage.token": await accountToken("triage"),
      "refunds.token": await accountToken("refunds"),
      "approver.curl": `header = "Authorization: Bearer ${ann}"`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  after(async () => {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(command: string): Promise<Answer> {
    const { stdout } = await promisify(execFile)("sh", ["-euc", command], {
      cwd: folder,
      env: { PATH: process.env["PATH"], BROKER: desk.url, RESOURCE: resource, ...ported },
    });
    return JSON.parse(stdout) as Answer;
  }

  it("has commands that exchange, introspect and revoke", async () => {
    const { access_token: token, token_type: type } = await run(exchange);
    assert.equal(type, "Bearer");
    writeFileSync(join(folder, "call.token"), String(token));
    assert.equal((await run(introspect))["active"], true);
    const used = introspect.trim().replace('/introspect"', '/introspect" -d use=call');
    assert.equal((await run(used))["active"], true);
    assert.equal((await run(used))["active"], false);
    assert.notDeepEqual(await run(revoke), { ended: {} });
    assert.deepEqual(await run(introspect), { active: false });
  });

  it("has commands by which a person approves", async () => {
    const closing = exchange.replace('"intent":"refund"', '"intent":"close"');
    assert.equal((await run(closing))["error"], "authorization_pending");
    const { approvals } = (await run(list)) as { readonly approvals: readonly { id: string }[] };
    assert.equal(approvals.length, 1, JSON.stringify(approvals));
    ported.ID = approvals[0]?.id ?? "";
    await run(decide);
    assert.equal((await run(closing))["token_type"], "Bearer");
  });
});
