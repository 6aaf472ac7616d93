import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trail, type TrailFlags } from "../../../cli/broker/trail";
import { approve } from "../../../cli/broker/approve";
import { revoke } from "../../../cli/broker/revoke";
import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { printed, type Printed } from "./support/printed";
import {
  grant,
  refundRequest,
  startDesk,
  testKey,
  userToken,
  type Desk,
} from "../../broker/support/desk";

describe("the commands of a broker's people", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-people-"));
  const [operator, approver] = [join(folder, "operator"), join(folder, "approver")];
  let desk: Desk;
  before(async () => {
    desk = await startDesk({ grants: [grant(), grant({ intents: ["close"], approval: "human" })] });
    writeFileSync(operator, await userToken("olga", "console", { groups: ["platform"] }));
    writeFileSync(approver, await userToken("ann", "console", { groups: ["approvers"] }));
  });
  after(async () => {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const reach = (tokenFile = operator): { broker: string; tokenFile: string } => ({
    broker: desk.url,
    tokenFile,
  });
  const issue = async (): Promise<string> => {
    const { body } = await desk.exchange(await refundRequest());
    return String(decodeJwt(String(body["access_token"]))["txn"]);
  };
  const show = (flags: TrailFlags): Promise<Printed> => printed(() => trail(flags));

  it("show the lines of one task, by the task or by a record of CloudTrail", async () => {
    const txn = await issue();
    await issue();
    const { code, out, err } = await show({ ...reach(), task: txn });
    assert.deepEqual(
      [code, out.replace(/^\S+/, "").replace(/grant \S+/, "grant"), err],
      [
        0,
        "  issued          alice > triage -> refunds refund internal  grant\n",
        "1 lines; the whole trail alone can be verified\n",
      ],
    );
    const event = join(folder, "event.json");
    writeFileSync(
      event,
      JSON.stringify({ userIdentity: { arn: `arn:aws:sts::1:assumed-role/refunds/${txn}` } }),
    );
    assert.equal((await show({ ...reach(), event })).out, out);
    writeFileSync(event, JSON.stringify({ userIdentity: { arn: "arn:aws:iam::1:user/x" } }));
    await assert.rejects(show({ ...reach(), event }), /names no task of a broker/);
  });

  it("end at a page that is not full, while the broker writes further lines", async () => {
    let seq = 0;
    let before = "";
    const pages: number[] = [];
    const server = createServer((_request, answer) => {
      const count = pages.length === 0 ? 1000 : 1;
      pages.push(count);
      const lines = Array.from({ length: count }, () => {
        const at = "2026-12-03T08:00:00.000Z";
        const line = JSON.stringify({ trail: "t", seq: ++seq, before, at, txn: "", event: "x" });
        before = createHash("sha256").update(line).digest("base64url");
        return `${line}\n`;
      });
      answer.end(lines.join(""));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { code, err } = await show({ ...reach(), broker: `http://127.0.0.1:${port}` });
    server.close();
    assert.deepEqual([code, pages], [0, [1000, 1]]);
    assert.match(err, /^1001 lines: each chain is whole/);
  });

  it("verify the whole trail, and miss a line that was changed, taken out or added", async () => {
    await issue();
    const { out, err, code } = await show({ ...reach(), json: true });
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(
      [code, err],
      [
        0,
        `${lines.length} lines: each chain is whole up to its last line; --expect-heads shows what was cut off\n`,
      ],
    );
    const file = join(folder, "trail.jsonl");
    const verify = async (changed: readonly string[]): Promise<readonly [number, string]> => {
      writeFileSync(file, changed.map((line) => `${line}\n`).join(""));
      const shown = await show({ file, json: true });
      return [shown.code, shown.err.replace(/trail [0-9a-f-]{36}/g, "trail")];
    };
    assert.deepEqual(await verify(lines), [
      0,
      `${lines.length} lines: each chain is whole up to its last line; --expect-heads shows what was cut off\n`,
    ]);
    const at = lines.length - 2;
    const other = lines.with(at, lines[at]?.replace("alice", "mallory") ?? "");
    assert.deepEqual(await verify(other), [
      1,
      `trail: line ${at + 1} was changed after line ${at + 2} was written\n`,
    ]);
    const [exitCode, stated] = await verify(lines.toSpliced(at, 1));
    assert.equal(exitCode, 1);
    assert.match(stated, new RegExp(`^trail: line ${at + 1} is missing`));
    await assert.rejects(verify([...lines, "x"]), /trail\.jsonl:\d+: is no line of a trail/);
  });

  it("miss what was cut off, emptied or written anew, by heads that were signed and kept elsewhere", async () => {
    await issue();
    const [heads, file] = [join(folder, "heads.jsonl"), join(folder, "cut.jsonl")];
    const signed = await show({ ...reach(), heads: true });
    const of = JSON.parse(signed.out) as { readonly heads: string; readonly keys: unknown[] };
    const [{ seq = 0, trail: chain = "" } = {}] = decodeJwt(of.heads)["heads"] as {
      readonly seq?: number;
      readonly trail?: string;
    }[];
    writeFileSync(heads, signed.out);
    const lines = (await show({ ...reach(), json: true })).out.trimEnd().split("\n");
    const verify = async (changed: readonly string[]): Promise<readonly [number, string]> => {
      writeFileSync(file, changed.map((line) => `${line}\n`).join(""));
      const { code, err } = await show({ file, json: true, expectHeads: heads });
      return [code, err.replace(/20\d\d-[\d:T.-]+Z/, "then")];
    };
    const whole = "lines: each chain is whole, and has all that was signed until then\n";
    assert.deepEqual(await verify(lines), [0, `${lines.length} ${whole}`]);
    await issue();
    const longer = (await show({ ...reach(), json: true })).out.trimEnd().split("\n");
    assert.deepEqual(await verify(longer), [0, `${longer.length} ${whole}`]);
    const missed = `trail ${chain}: line ${seq}, signed then, is missing or changed\n`;
    assert.deepEqual(await verify(lines.slice(0, -1)), [1, missed]);
    assert.deepEqual(await verify([]), [1, missed]);
    // A chain that is whole in itself: the same lines with other hashes.
    let before = "";
    const anew = lines.map((line) => {
      const text = JSON.stringify({ ...(JSON.parse(line) as object), before, user: "mallory" });
      before = createHash("sha256").update(text).digest("base64url");
      return text;
    });
    assert.deepEqual(await verify(anew), [1, missed]);
    const forged = { ...of, keys: [{ ...(await testKey("other")).jwk }] };
    for (const text of [JSON.stringify(forged), "{}", "x"]) {
      writeFileSync(heads, `${text}\n`);
      await assert.rejects(
        verify(lines),
        /heads\.jsonl:1: is no answer of `agentid trail --heads`/,
      );
    }
    await assert.rejects(
      show({ ...reach(), task: "t", expectHeads: heads }),
      /`--expect-heads` needs the whole trail/,
    );
    const approverOnly = show({ ...reach(approver), heads: true });
    await assert.rejects(approverOnly, /the user is none of `operators`/);
  });

  it("end all of one, and report until when what was issued may work", async () => {
    const txn = await issue();
    const { out } = await printed(() => revoke({ ...reach(), task: txn }));
    assert.match(
      out,
      new RegExp(
        `^revoked task ${txn}: it does not begin anew\n {2}1 call credentials, the last until \\S+Z: refused at once by tools that introspect`,
      ),
    );
    const again = await printed(() =>
      revoke({ ...reach(), agent: "retired", for: "90s", reason: "INC-7" }),
    );
    assert.match(
      again.out,
      /^revoked agent retired: nothing new before \S+Z\n {2}nothing that was issued still works\n$/,
    );
    const trail = await show({ ...reach(), agent: "retired" });
    assert.match(trail.out, /^\S+Z {2}revoked {9}INC-7 {2}by olga {2}agent retired\n$/);
    for (const [flags, sentence] of [
      [{}, /give exactly one of/],
      [{ agent: "a", user: "b" }, /give exactly one of/],
      [{ agent: "a", for: "soon" }, /takes a duration such as/],
    ] as const) {
      await assert.rejects(revoke({ ...reach(), ...flags }), sentence);
    }
  });

  it("list what waits for a person, and decide on it", async () => {
    const details = JSON.stringify([
      { type: "agentid_call", intent: "close", sensitivity: "internal", target: "\u001b[31mx" },
    ]);
    const requested = async (): Promise<Record<string, unknown>> =>
      (
        await desk.exchange(
          await refundRequest({ authorization_details: details.replace("\\u001b", "!") }),
        )
      ).body;
    await requested();
    const { out } = await printed(() => approve(undefined, reach(approver)));
    const [id = ""] = out.split(" ");
    assert.match(out, /alice > triage -> refunds: close, !\[31mx, internal; until \S+Z\n$/);
    const denied = await printed(() => approve(id, { ...reach(approver), deny: true }));
    assert.match(denied.out, /^denied: /);
    assert.equal((await requested())["error"], "access_denied");
    const none = await printed(() => approve(undefined, reach(approver)));
    assert.equal(none.out, "nothing waits for approval\n");
    await assert.rejects(
      approve(id, reach(approver)),
      /the broker refuses: the request has a decision already/,
    );
    await assert.rejects(
      approve(id, reach()),
      /the broker refuses: the user is none of `approvers`/,
    );
  });

  it("report in one sentence why the broker is unavailable", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "");
    for (const [flags, sentence] of [
      [{ broker: "x", tokenFile: operator }, /takes the broker's URL/],
      [{ broker: "http://127.0.0.1:65530", tokenFile: operator }, /does not answer: ECONNREFUSED/],
      [{ broker: desk.url, tokenFile: empty }, /has no token/],
      [{ broker: desk.url, tokenFile: join(folder, "none") }, /cannot read the token/],
      [{ broker: desk.url }, /a person's token is needed/],
    ] as const) {
      await assert.rejects(approve(undefined, flags), sentence);
    }
    await assert.rejects(trail({}), /name the trail by `--broker` or `--file`/);
  });
});
