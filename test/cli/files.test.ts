import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { changeText, clearFiles } from "../../cli/files";
import { CouldNotRun } from "../../cli/failure";
import { asOrdinaryUser } from "./support/as-ordinary-user";
import { Folder } from "./support/folder";

describe("files that are to be written", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => {
    chmodSync(folder.path, 0o700);
    folder.remove();
  });

  const at = (name: string): string => join(folder.path, name);
  const report = (name: string) => ({ file: at(name), what: "the report" });

  it("are removed first, so that a run that breaks off leaves no old answer behind", () => {
    folder.write({ "old.sarif": "### agentid: old", "kept.json": "kept" });
    clearFiles([report("old.sarif"), report("new.json")], [at("kept.json"), undefined]);
    assert.deepEqual(readdirSync(folder.path), ["kept.json"]);
  });

  it("are not what the run reads, however it is spelt, and then nothing is removed", () => {
    folder.write({ "old.sarif": "### agentid: old", "export.json": "{}" });
    symlinkSync("export.json", at("link.json"));
    for (const read of ["export.json", "./x/../export.json", "link.json"]) {
      assert.throws(
        () => clearFiles([report("old.sarif"), report("export.json")], [`${folder.path}/${read}`]),
        new CouldNotRun(
          `\`${at("export.json")}\` is what this run reads; give the report another file`,
        ),
      );
    }
    assert.ok(existsSync(at("old.sarif")) && existsSync(at("export.json")));
  });

  it("are two files where two are requested", () => {
    assert.throws(
      () => clearFiles([report("a.json"), { file: at("x/../a.json"), what: "the snapshot" }], []),
      new CouldNotRun(
        `\`${at("x/../a.json")}\` is to be written twice; give each a file of its own`,
      ),
    );
  });

  it("are written into an existing folder, checked before the run", () => {
    assert.throws(
      () => clearFiles([report("no/a.json")], []),
      new CouldNotRun(`cannot write the report \`${at("no/a.json")}\`: it does not exist`),
    );
    assert.throws(
      () => clearFiles([{ file: folder.path, what: "the report" }], []),
      new CouldNotRun(`cannot write the report \`${folder.path}\`: it is a folder`),
    );
  });

  it("that cannot be removed are of an earlier run, and reported", () => {
    folder.write({ "old.json": "### agentid: old" });
    chmodSync(at("old.json"), 0o444);
    chmodSync(folder.path, 0o555);
    asOrdinaryUser(() =>
      assert.throws(
        () => clearFiles([report("old.json")], []),
        new CouldNotRun(
          `cannot write the report \`${at("old.json")}\`: permission is denied; its content is of an earlier run`,
        ),
      ),
    );
  });
});

describe("a file that several runs change", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("keeps what each of them adds", async () => {
    const file = join(folder.path, "list");
    const adding = ["a", "b", "c", "d"].map((line) =>
      changeText({ file, what: "the list" }, (before = "") => `${before}${line}\n`),
    );
    await Promise.all(adding);
    assert.deepEqual(readFileSync(file, "utf8").split("\n").sort(), ["", "a", "b", "c", "d"]);
    assert.deepEqual(readdirSync(folder.path), ["list"]);
  });

  it("is released by a run that fails", async () => {
    const file = join(folder.path, "list");
    await assert.rejects(
      changeText({ file, what: "the list" }, () => {
        throw new CouldNotRun("no");
      }),
      new CouldNotRun("no"),
    );
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("is waited for, and then reported with the process that locks it", async () => {
    const file = join(folder.path, "list");
    folder.write({ ".list.lock": "" });
    await assert.rejects(
      changeText({ file, what: "the list" }, () => "never"),
      new CouldNotRun(
        `another run is changing the list \`${file}\`; wait for its end, or remove \`${join(folder.path, ".list.lock")}\` if none runs`,
      ),
    );
    assert.deepEqual(readdirSync(folder.path), [".list.lock"]);
  });
});
