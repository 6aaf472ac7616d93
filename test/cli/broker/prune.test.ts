import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trail, type TrailFlags } from "../../../cli/broker/trail";
import { startDesk, userToken, type Desk } from "../../broker/support/desk";
import { printed, type Printed } from "./support/printed";

const day = 86_400;

describe("agentid trail --prune", () => {
  const root = mkdtempSync(join(tmpdir(), "agentid-prune-"));
  const token = join(root, "operator");
  let desk: Desk;
  let folder: string;
  let count = 0;
  beforeEach(async () => {
    count += 1;
    folder = join(root, `export-${count}`);
    desk = await startDesk({ trailDays: 30 });
    writeFileSync(token, await userToken("olga", "console", { groups: ["platform"] }));
  });
  afterEach(() => desk.stop());
  after(() => rmSync(root, { recursive: true, force: true }));

  const show = async (flags: TrailFlags): Promise<Printed> => {
    const shown = await printed(() => trail(flags));
    return { ...shown, err: shown.err.replace(/trail [0-9a-f-]{36}/g, "trail") };
  };
  const reach = (): { broker: string; tokenFile: string } => ({
    broker: desk.url,
    tokenFile: token,
  });
  const write = async (...ages: readonly number[]): Promise<void> => {
    const of = { txn: "", chain: ["triage"], user: "", tool: "" };
    const at = (age: number): number => desk.broker.now() - age * day;
    await desk.broker.store.write({
      lines: ages.map((age) => ({ ...of, at: at(age), record: { event: "x", age } })),
    });
  };
  const exported = async (): Promise<string> => {
    assert.equal((await show({ ...reach(), export: folder })).code, 0);
    const heads = readdirSync(folder).filter((each) => each.startsWith("heads-"));
    return join(folder, heads.sort().at(-1) ?? "");
  };
  const prune = (heads: string): Promise<Printed> =>
    show({ ...reach(), prune: heads, export: folder });
  const left = async (): Promise<readonly unknown[]> =>
    (await desk.trail()).map(({ age, event }) => age ?? event);

  it("removes what the folder has, and both go on and are verified", async () => {
    await write(90, 80, 70, 1);
    const heads = await exported();
    const { code, err } = await prune(heads);
    assert.deepEqual([code, err], [0, "3 lines pruned\n"]);
    assert.deepEqual(await left(), [1, "pruned"]);
    const without = await show({ ...reach(), json: true });
    assert.deepEqual(
      [without.code, without.err],
      [
        3,
        "trail: what came before line 4 was not read; --expect-heads takes heads of a later line\n",
      ],
    );
    const withHeads = await show({ ...reach(), json: true, expectHeads: heads });
    assert.equal(withHeads.code, 0, withHeads.err);
    await write(0);
    await exported();
    const whole = await show({ file: folder });
    assert.equal(whole.code, 0);
    assert.match(whole.err, /^6 lines: each chain is whole/);
    // Signed heads of lines that were pruned vouch for nothing that came later.
    const { lines } = { lines: (await show({ ...reach(), json: true })).out };
    const file = join(root, "trail.jsonl");
    writeFileSync(file, lines.replace('"age":1', '"age":2'));
    const changed = await show({ file, expectHeads: heads });
    assert.equal(changed.code, 1);
    assert.match(changed.err, /^trail: line 4 was changed after line 5 was written/);
  });

  it("removes nothing where the folder lacks a line, or has another", async () => {
    await write(90, 80, 70, 1);
    const heads = await exported();
    await write(0);
    const later = join(root, "later.jsonl");
    writeFileSync(later, `${JSON.stringify(await desk.broker.signedHeads())}\n`);
    const newer = await prune(later);
    assert.equal(newer.code, 1);
    assert.match(newer.err, /^trail: line 5, signed \S+, is missing or changed\n$/);
    const [file = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) =>
      each.includes("000000000002-"),
    );
    rmSync(join(folder, file));
    const lacking = await prune(heads);
    assert.equal(lacking.code, 1);
    assert.match(lacking.err, /^trail: line 2 is missing\n/);
    assert.deepEqual(await left(), [90, 80, 70, 1, 0]);
  });

  it("removes nothing that was before the first file of the folder", async () => {
    await write(90, 80);
    await exported();
    const [old = ""] = readdirSync(folder).filter((each) => each.startsWith("trail="));
    await write(70, 1);
    const heads = await exported();
    const first = readdirSync(join(folder, old), { recursive: true, encoding: "utf8" }).filter(
      (each) => each.includes("000000000001-"),
    );
    assert.equal(first.length, 1);
    rmSync(join(folder, old, first[0] ?? ""));
    const { code, err } = await prune(heads);
    assert.deepEqual([code, err], [1, "trail: the folder lacks lines 1 to 1\n"]);
    assert.deepEqual(await left(), [90, 80, 70, 1]);
  });

  it("needs the folder, signed heads and an operator", async () => {
    await write(90, 1);
    const heads = await exported();
    await assert.rejects(show({ ...reach(), prune: heads }), /`--prune` needs `--export`/);
    const none = join(root, "none.jsonl");
    writeFileSync(none, "{}\n");
    await assert.rejects(prune(none), /is no answer of `agentid trail --heads`/);
    writeFileSync(token, await userToken("olga", "triage-web", { groups: ["platform"] }));
    await assert.rejects(prune(heads), /the broker refuses: the token is of no login/);
    assert.deepEqual((await left()).slice(0, 2), [90, 1]);
  });
});
