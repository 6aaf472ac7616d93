import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFile,
  removeFile,
  replaceFile,
  stageFile,
} from "../../../policy-pack/files/whole-file";
import { asOrdinaryUser } from "../../cli/support/as-ordinary-user";

describe("a file that is written whole", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-"));
    file = join(folder, "report.json");
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  const text = (): string => readFileSync(file, "utf8");

  it("takes the place of the old one, with its permissions, and leaves nothing beside it", () => {
    replaceFile(file, "first");
    chmodSync(file, 0o640);
    replaceFile(file, "second");
    assert.deepEqual([text(), statSync(file).mode & 0o777], ["second", 0o640]);
    assert.deepEqual(readdirSync(folder), ["report.json"]);
  });

  it("is on the disk before it is in its place, and is removed on request", () => {
    writeFileSync(file, "old");
    const staged = stageFile(file, "new");
    const [partial = ""] = readdirSync(folder).filter((name) => name !== "report.json");
    assert.match(partial, /^\.agentid\.\d+\.[0-9a-f]{12}\.partial$/);
    assert.deepEqual([text(), readFileSync(join(folder, partial), "utf8")], ["old", "new"]);
    staged.discard();
    assert.deepEqual([text(), readdirSync(folder)], ["old", ["report.json"]]);
    const placed = stageFile(file, "new");
    placed.replace();
    assert.equal(text(), "new");
    placed.discard();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is created only where there is none, so that the second of two runs is refused", () => {
    createFile(file, "first");
    assert.throws(() => createFile(file, "second"), { code: "EEXIST" });
    assert.deepEqual([text(), readdirSync(folder)], ["first", ["report.json"]]);
    removeFile(file);
    createFile(file, "third");
    assert.deepEqual([text(), readdirSync(folder)], ["third", ["report.json"]]);
  });

  it("is the one that a link leads to", () => {
    const link = join(folder, "link");
    writeFileSync(file, "old");
    symlinkSync("report.json", link);
    replaceFile(link, "new");
    assert.deepEqual([text(), readdirSync(folder).sort()], ["new", ["link", "report.json"]]);
    removeFile(link);
    assert.deepEqual(readdirSync(folder), ["link"]);
  });

  it("is no device and no pipe: these are written to and stay", () => {
    const pipe = join(folder, "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", pipe]);
    for (const stream of ["/dev/null", pipe]) {
      removeFile(stream);
      assert.ok(!statSync(stream).isFile(), stream);
    }
    for (const write of [replaceFile, createFile]) write("/dev/null", "text");
    assert.ok(statSync("/dev/null").isCharacterDevice());
    assert.deepEqual(readdirSync(folder), ["pipe"]);
  });

  it("is no folder", () => {
    for (const action of [removeFile, (path: string) => replaceFile(path, "text")]) {
      assert.throws(() => action(folder), { code: "EISDIR" });
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is refused where the folder takes none, and the old one is emptied at least", () => {
    writeFileSync(file, "old");
    chmodSync(file, 0o666);
    chmodSync(folder, 0o555);
    asOrdinaryUser(() => {
      assert.throws(() => replaceFile(file, "new"), { code: "EACCES" });
      assert.equal(text(), "old");
      assert.throws(() => removeFile(file), { code: "EACCES" });
    });
    assert.deepEqual([text(), readdirSync(folder)], ["", ["report.json"]]);
  });

  it("that can be neither removed nor emptied stays, and the first reason is reported", () => {
    writeFileSync(file, "old", { mode: 0o444 });
    chmodSync(folder, 0o555);
    asOrdinaryUser(() =>
      assert.throws(() => removeFile(file), { code: "EACCES", syscall: "unlink" }),
    );
    assert.equal(text(), "old");
  });
});
