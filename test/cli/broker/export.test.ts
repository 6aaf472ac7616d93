import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Store } from "../../../broker/store/store";
import { sqliteDriver } from "../../../broker/store/sqlite";
import { trail, type TrailFlags } from "../../../cli/broker/trail";
import { refundRequest, startDesk, userToken, type Desk } from "../../broker/support/desk";
import { printed, type Printed } from "./support/printed";

const day = 86_400;

describe("an exported trail", () => {
  const root = mkdtempSync(join(tmpdir(), "agentid-export-"));
  const token = join(root, "operator");
  let desk: Desk;
  let file: string;
  let folder: string;
  let count = 0;
  beforeEach(async () => {
    count += 1;
    [file, folder] = [join(root, `${count}.db`), join(root, `export-${count}`)];
    desk = await startDesk({}, await sqliteDriver(file));
    const operator = await userToken("olga", "console", { groups: ["platform"] });
    writeFileSync(token, operator);
  });
  afterEach(() => desk.stop());
  after(() => rmSync(root, { recursive: true, force: true }));

  const show = (flags: TrailFlags): Promise<Printed> => printed(() => trail(flags));
  const reach = (): { broker: string; tokenFile: string } => ({
    broker: desk.url,
    tokenFile: token,
  });
  const exported = async (): Promise<number> => {
    const { code, err } = await show({ ...reach(), export: folder });
    assert.equal(code, 0);
    return Number(/^(\d+) lines written; signed heads: \S+\.jsonl\n$/.exec(err)?.[1]);
  };
  const verified = async (flags: TrailFlags = {}): Promise<readonly [number, string]> => {
    const { code, err } = await show({ file: folder, ...flags });
    return [code, err.replace(/trail [0-9a-f-]{36}/g, "trail").replace(/until \S+Z/, "until then")];
  };
  const files = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((each) => each.endsWith(".gz"))
      .sort();
  const write = async (events: readonly string[], at = 1_800_000_000): Promise<void> => {
    const of = { at, txn: "t", chain: ["triage"], user: "alice", tool: "refunds" };
    await desk.broker.store.write({
      lines: events.map((event) => ({ ...of, record: { event, user: "alice" } })),
    });
  };
  const whole = (lines: number): string =>
    `${lines} lines: each chain is whole, and has all that was signed until then\n`;

  it("has a file for each day of each chain, and signed heads, and is verified", async () => {
    await write(["a", "b"]);
    await write(["c"], 1_800_000_000 + day);
    const other = new Store(await sqliteDriver(file), "other");
    await other.begin(1_800_000_000, {});
    await other.close();
    assert.equal(await exported(), 4);
    assert.deepEqual(
      files().map((each) => each.replace(/trail=[0-9a-f-]{36}/, "trail=own")),
      [
        "trail=own/date=2027-01-15/000000000001-000000000002.jsonl.gz",
        "trail=own/date=2027-01-16/000000000003-000000000003.jsonl.gz",
        "trail=other/date=2027-01-15/000000000001-000000000001.jsonl.gz",
      ],
    );
    const texts = (
      await desk.broker.store.all("select line from trail order by chain, seq", [])
    ).map(({ line }) => String(line));
    const read = files().map((each) => gunzipSync(readFileSync(join(folder, each))).toString());
    assert.deepEqual(read.join("").trimEnd().split("\n"), texts);
    assert.deepEqual(await verified(), [0, whole(4)]);
    const selected = await show({ file: folder, user: "alice", json: true });
    assert.equal(selected.out.trimEnd().split("\n").length, 3);
    assert.equal((await show({ file: folder })).out, "");
  });

  it("continues where it ended, and writes nothing where nothing is new", async () => {
    await write(["a"]);
    assert.equal(await exported(), 1);
    await write(["b", "c"]);
    assert.equal(await exported(), 2);
    const before = files();
    assert.deepEqual(
      before.map((each) => each.replace(/.*\//, "")),
      ["000000000001-000000000001.jsonl.gz", "000000000002-000000000003.jsonl.gz"],
    );
    assert.equal(await exported(), 0);
    assert.deepEqual(files(), before);
    assert.deepEqual(await verified(), [0, whole(3)]);
  });

  it("has more lines than one answer", async () => {
    await write(Array.from({ length: 2100 }, (_, at) => String(at)));
    assert.equal(await exported(), 2100);
    assert.deepEqual(await verified(), [0, whole(2100)]);
  });

  it("is no longer continued where the broker's next line does not follow, or a line is missing", async () => {
    await write(["a", "b"]);
    await exported();
    await write(["c", "d"]);
    const sqlite = await sqliteDriver(file);
    const kept = await sqlite.all({ sql: "select * from trail where seq = 3", values: [] });
    const text = String(kept[0]?.["line"]);
    const set = (line: string): unknown =>
      sqlite.run({ sql: "update trail set line = $1 where seq = 3", values: [line] });
    await set(text.replace(/"before":"[^"]*"/, '"before":"x"'));
    await assert.rejects(
      show({ ...reach(), export: folder }),
      /^CouldNotRun: trail \S+: line 3 of the broker does not follow line 2 of the folder$/,
    );
    // Up to there it is written, so that the next run continues.
    assert.deepEqual(
      files().map((each) => each.replace(/.*\//, "")),
      ["000000000001-000000000002.jsonl.gz"],
    );
    await set(text);
    await sqlite.run({ sql: "delete from trail where seq = 3", values: [] });
    await assert.rejects(
      show({ ...reach(), export: folder }),
      /line 4 of the broker does not follow line 2 of the folder$/,
    );
    await sqlite.close();
  });

  it("shows what was changed, cut off or taken out in it", async () => {
    await write(["a", "b"]);
    await exported();
    await write(["c"]);
    await exported();
    await write(["d"]);
    await exported();
    const [one = "", two = "", three = ""] = files().map((each) => join(folder, each));
    const changed = async (work: () => void): Promise<readonly [number, string]> => {
      const copy = join(root, `copy-${count}`);
      cpSync(folder, copy, { recursive: true });
      try {
        work();
        return await verified();
      } finally {
        rmSync(folder, { recursive: true });
        cpSync(copy, folder, { recursive: true });
        rmSync(copy, { recursive: true });
      }
    };
    const edit = (path: string, from: string, to: string): void => {
      const text = gunzipSync(readFileSync(path)).toString().replace(from, to);
      writeFileSync(path, gzipSync(text));
    };
    const lacks = (seq: number): string => `trail: line ${seq}, signed S, is missing or changed\n`;
    const stated = async (work: () => void): Promise<readonly [number, string]> => {
      const [code, text] = await changed(work);
      return [code, text.replace(/signed \S+Z/g, "signed S")];
    };
    assert.deepEqual(await stated(() => edit(one, "alice", "mallory")), [
      1,
      "trail: line 1 was changed after line 2 was written\n",
    ]);
    assert.deepEqual(await stated(() => edit(three, "alice", "mallory")), [1, lacks(4)]);
    assert.deepEqual(await stated(() => rmSync(three)), [1, lacks(4)]);
    assert.deepEqual(await stated(() => rmSync(two)), [1, `trail: line 3 is missing\n${lacks(3)}`]);
    // What came before may be in another place: signed heads vouch for it.
    assert.deepEqual(await stated(() => rmSync(one)), [0, whole(2)]);
    const withoutHeads = (): void => {
      rmSync(one);
      for (const each of readdirSync(folder)) {
        if (each.startsWith("heads-")) rmSync(join(folder, each));
      }
    };
    assert.deepEqual(await stated(withoutHeads), [
      3,
      "trail: what came before line 3 was not read; --expect-heads takes heads of a later line\n",
    ]);
    const renamed = two.replace("000000000003-000000000003", "000000000003-000000000004");
    const rename = (): void => {
      cpSync(two, renamed);
      rmSync(two);
      rmSync(three);
    };
    await assert.rejects(changed(rename), /has other lines than its name states/);
    await assert.rejects(
      changed(() => cpSync(two, renamed)),
      /begins before the file ahead of it ends/,
    );
    await assert.rejects(
      changed(() => writeFileSync(two, "x")),
      /cannot read the trail/,
    );
    assert.deepEqual(await verified(), [0, whole(4)]);
  });

  it("has the heads of more chains than one answer, and none is cut in what is printed", async () => {
    const sqlite = await sqliteDriver(file);
    const of = { at: 1_800_000_000, txn: "", chain: [], user: "", tool: "" };
    for (let at = 0; at < 203; at++) {
      const lines = [{ ...of, record: { event: "a" } }];
      await new Store(sqlite, `chain-${at}`).write({ lines });
    }
    await sqlite.close();
    const { out } = await show({ ...reach(), heads: true });
    assert.ok(out.length > 5000);
    assert.ok(typeof (JSON.parse(out) as { heads: unknown }).heads === "string");
    assert.equal(await exported(), 203);
    const [heads = ""] = readdirSync(folder).filter((each) => each.startsWith("heads-"));
    assert.equal(readFileSync(join(folder, heads), "utf8").trimEnd().split("\n").length, 2);
    assert.deepEqual(await verified(), [0, whole(203)]);
    rmSync(join(folder, "trail=chain-77"), { recursive: true });
    const [code, stated] = await verified();
    assert.equal(code, 1);
    assert.match(stated, /^trail chain-77: line 1, signed \S+, is missing or changed\n$/);
  });

  it("is written for operators alone", async () => {
    writeFileSync(token, await userToken("olga", "triage-web", { groups: ["platform"] }));
    await assert.rejects(
      show({ ...reach(), export: folder }),
      /the broker refuses: the token is of/,
    );
    assert.deepEqual(files(), []);
  });

  it("has what a request left in the trail", async () => {
    const { body } = await desk.exchange(await refundRequest());
    assert.notEqual(body["access_token"], undefined);
    assert.equal(await exported(), 1);
    assert.deepEqual(await verified(), [0, whole(1)]);
  });
});
