import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { updatesOf } from "../../../cli/fleet/history";
import type { Update } from "../../../policy-pack/views/fleet/updates";
import { createDetector } from "../../../policy-pack/read/credentials";
import { Folder } from "../support/folder";
import { backendUpdate, minuteOf, printedHistory } from "../support/histories";

const detector = createDetector();
const [at0900, at2114] = [minuteOf("09:00"), minuteOf("21:14")];

describe("the history of a stack", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const read = (path: string, updated = ""): Promise<readonly Update[]> =>
    updatesOf(join(folder.path, path), updated, detector);
  const messages = async (path: string, updated = ""): Promise<readonly string[]> =>
    (await read(path, updated)).map(({ message }) => message);

  it("is what `pulumi stack history --json` printed beside the export, without what is not needed", async () => {
    folder.write({
      "refunds.history.json": printedHistory([
        { at: at2114, version: 41, message: "use the common key", result: "failed" },
        { at: at0900, version: 40 },
      ]),
    });
    const updates = await read("refunds.json", "2026-11-29T21:14:00.500Z");
    assert.deepEqual(updates, [
      {
        ...{ version: 41, kind: "update", result: "failed" },
        ...{ started: "2026-11-29T21:14:00.000Z", ended: "2026-11-29T21:14:01.000Z" },
        ...{ author: "platform@acme.example", message: "use the common key", uncommitted: "no" },
        revision: "65ed42c13a62f436e722adf19e0cd9f572b42c20",
      },
      {
        ...{ version: 40, kind: "update", result: "succeeded" },
        ...{ started: "2026-11-29T09:00:00.000Z", ended: "2026-11-29T09:00:01.000Z" },
        ...{ author: "platform@acme.example", message: "use own key", uncommitted: "no" },
        revision: "65ed42c13a62f436e722adf19e0cd9f572b42c20",
      },
    ]);
    // A history that was printed later than the state was exported.
    assert.deepEqual(await messages("refunds.json", "2026-11-29T21:13:59Z"), ["use own key"]);
    assert.deepEqual(await messages("other.json"), []);
  });

  it("is what a self-managed backend keeps of it, of the newest twenty updates alone", async () => {
    const files = Array.from({ length: 30 }, (_, index) => {
      const at = at0900 + 60 * index;
      const name = `.pulumi/history/refunds/dev/dev-${at}000000007`;
      const isOld = index < 10;
      return [
        [`${name}.history.json`, isOld ? "{" : backendUpdate({ at, message: `${index}` })],
        [`${name}.checkpoint.json`, "{"],
        [`${name}.history.json.attrs`, "{"],
      ] as const;
    });
    folder.write(Object.fromEntries(files.flat()));
    const twenty = Array.from({ length: 20 }, (_, index) => `${29 - index}`);
    assert.deepEqual(await messages(".pulumi/stacks/refunds/dev.json"), twenty);
    assert.deepEqual(await messages(".pulumi/stacks/refunds/dev.json.gz"), twenty);
    assert.deepEqual(await messages(".pulumi/stacks/refunds/de.json"), []);
    assert.deepEqual(await messages(".pulumi/elsewhere/refunds/dev.json"), []);
  });

  it("is read where it is packed, and of a backend without projects", async () => {
    folder.write({ ".pulumi/history/dev/.keep": "", "x/.keep": "" });
    const packed = gzipSync(backendUpdate({ at: at0900 }));
    const name = `dev-${at0900}000000000.history.json.gz`;
    writeFileSync(join(folder.path, ".pulumi/history/dev", name), packed);
    assert.deepEqual(await messages(".pulumi/stacks/dev.json.gz"), ["use own key"]);
    writeFileSync(
      join(folder.path, "x/refunds.history.json.gz"),
      gzipSync(printedHistory([{ at: at0900 }])),
    );
    assert.deepEqual(await messages("x/refunds.json"), ["use own key"]);
  });

  it("has the order of two updates in one second", async () => {
    folder.write({
      [`stacks/../history/refunds/dev/dev-${at0900}100000000.history.json`]: backendUpdate({
        ...{ at: at0900, message: "one" },
      }),
      [`history/refunds/dev/dev-${at0900}900000000.history.json`]: backendUpdate({
        ...{ at: at0900, message: "two" },
      }),
    });
    const updates = await read("stacks/refunds/dev.json");
    assert.deepEqual(
      updates.map(({ message, ended }) => [message, ended]),
      [
        ["two", "2026-11-29T09:00:00.900Z"],
        ["one", "2026-11-29T09:00:00.100Z"],
      ],
    );
  });

  it("has of a message one bounded line, and no credential; an author without an email by name", async () => {
    const key = ["ghp", "a8Kd3mQ0zXw7Lr2Tn5Yv9Bc4Hj6Pf1Sg8Ue0"].join("_");
    const message = (text: string, version: number) => ({ at: at0900, version, message: text });
    folder.write({
      "refunds.history.json": printedHistory([
        message("one line\nand another", 5),
        message("x".repeat(10_000), 4),
        message(`${"use it ".repeat(27)} ${key}`, 3),
        message("see https://user:Zx9kQ1qLp7vN3wRt@git.example/x", 2),
        {
          ...{ at: at0900, version: 1 },
          environment: { "git.author.email": "", "git.dirty": "true" },
        },
      ]),
    });
    const updates = await read("refunds.json");
    const leftOut = "(left out: it contains a credential)";
    assert.deepEqual(
      updates.map((each) => each.message),
      ["one line", `${"x".repeat(200)}…`, leftOut, leftOut, "use own key"],
    );
    const { author, uncommitted } = updates.at(-1)!;
    assert.deepEqual([author, uncommitted], ["Platform team", "yes"]);
  });

  it("leaves out what changes nothing, what is no update, and what cannot be read", async () => {
    const entry = JSON.parse(backendUpdate({ at: at0900 })) as object;
    folder.write({
      "refunds.history.json": JSON.stringify([
        { ...entry, kind: "preview" },
        { ...entry, startTime: "yesterday" },
        { ...entry, startTime: 0 },
        { ...entry, startTime: 1e300 },
        { ...entry, kind: 7 },
        null,
        { ...entry, version: 2 ** 40, environment: [], endTime: {}, message: 5 },
      ]),
      "cut.history.json": printedHistory([{ at: at0900 }]).slice(0, 60),
      "other.history.json": "{}",
      [`history/refunds/dev/dev-${at0900}000000000.history.json`]: "{",
    });
    assert.deepEqual(await read("refunds.json"), [
      {
        ...{ version: 0, kind: "update", result: "succeeded", uncommitted: "no" },
        ...{
          started: "2026-11-29T09:00:00.000Z",
          ended: "",
          author: "",
          revision: "",
          message: "",
        },
      },
    ]);
    assert.deepEqual(await read("cut.json"), []);
    assert.deepEqual(await read("other.json"), []);
    assert.deepEqual(await read("stacks/refunds/dev.json"), []);
  });
});
