import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { isOwn } from "../../policy-pack/files/own-file";
import { formats } from "../../cli/report/formats";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runCli } from "./support/run-cli";

describe("what agentid writes", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const option of ["--report", "--save-snapshot"]) {
    it(`never replaces a file of another tool (${option})`, async () => {
      const files = {
        "k8s/desk.yaml": separate,
        "k8s/notes.json": "{}",
        "app/index.js": "// a program",
        "app/Pulumi.yaml": "name: app\nruntime: nodejs\n",
      };
      folder.write(files);
      symlinkSync("k8s/desk.yaml", join(folder.path, "link.json"));
      for (const target of [...Object.keys(files), "link.json"]) {
        const value = option === "--report" ? `json=${target}` : target;
        const what = option === "--report" ? "the report" : "the snapshot";
        assert.deepEqual(await runCli(["check", "k8s", option, value], folder.path), {
          code: 2,
          out: "",
          err: `agentid: \`${target}\` was not written by agentid; remove it, or give ${what} another file\n`,
        });
      }
      for (const [file, text] of Object.entries(files)) {
        assert.equal(readFileSync(join(folder.path, file), "utf8"), text);
      }
    });
  }

  it("is put in the place of an empty file, and of what it wrote before, whatever the format", async () => {
    folder.write({ "k8s/desk.yaml": separate, out: "" });
    for (const format of [...formats, "text"]) {
      const { code, err } = await runCli(
        ["check", "k8s", "--report", `${format}=out`],
        folder.path,
      );
      assert.deepEqual({ format, code, err }, { format, code: 0, err: "" });
    }
    for (let times = 0; times < 2; times++) {
      const { code } = await runCli(["check", "k8s", "--save-snapshot", "out"], folder.path);
      assert.equal(code, 0);
    }
    assert.match(readFileSync(join(folder.path, "out"), "utf8"), /^\{"formatVersion":1,/);
  });

  it("is known again, in every format and however the run ended", () => {
    const goldens = join(__dirname, "goldens");
    for (const name of readdirSync(goldens)) {
      assert.ok(isOwn(readFileSync(join(goldens, name), "utf8")), name);
    }
  });

  it("is not taken for what only looks like it", () => {
    for (const text of [
      "{}",
      "a: 1\n",
      '{"formatVersion":1}',
      "# agentid: x",
      '{"name":"agentid"}',
    ]) {
      assert.ok(!isOwn(text), text);
    }
  });
});

describe("an input that is a pipe or a device", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const { args, reason, what = "a named pipe" } of [
    { args: ["pipe.yaml"], reason: "cannot read `pipe.yaml`" },
    { args: ["pipe.json"], reason: "cannot read `pipe.json`" },
    { args: ["k8s", "--settings", "pipe.yaml"], reason: "cannot read the settings `pipe.yaml`" },
    {
      args: ["k8s", "--settings", "/dev/zero"],
      reason: "cannot read the settings `/dev/zero`",
      what: "a device",
    },
    { args: ["/dev/zero"], reason: "cannot read `/dev/zero`", what: "a device" },
    { args: ["k8s", "--waivers", "pipe.yaml"], reason: "cannot read the waivers `pipe.yaml`" },
    { args: ["k8s", "--baseline", "pipe.json"], reason: "cannot read the baseline `pipe.json`" },
    { args: ["app", "--state", "pipe.json"], reason: "cannot read the state `pipe.json`" },
  ]) {
    it(`is refused and not waited for: check ${args.join(" ")}`, async () => {
      folder.write({
        "k8s/desk.yaml": separate,
        "app/Pulumi.yaml": "name: app\nruntime: nodejs\n",
        "app/index.js": "",
      });
      makePipes(folder.path, ["pipe.yaml", "pipe.json"]);
      assert.deepEqual(await runCli(["check", ...args], folder.path), {
        code: 2,
        out: "",
        err: `agentid: ${reason}: it is ${what}; give a regular file\n`,
      });
    });
  }

  it("is refused also as a program's own files", async () => {
    folder.write({ "b/Pulumi.yaml": "name: b\nruntime: nodejs\n", "b/index.js": "" });
    mkdirSync(join(folder.path, "a"));
    makePipes(folder.path, ["a/Pulumi.yaml", "b/Pulumi.dev.yaml"]);
    assert.deepEqual(await runCli(["check", "a", "b"], folder.path), {
      code: 2,
      out: "",
      err: ["a/Pulumi.yaml", "b/Pulumi.dev.yaml"]
        .map((file) => join(folder.path, file))
        .map(
          (file) => `agentid: cannot read \`${file}\`: it is a named pipe; give a regular file\n`,
        )
        .join(""),
    });
  });
});

function makePipes(folder: string, names: readonly string[]): void {
  assert.equal(spawnSync("mkfifo", [...names], { cwd: folder }).status, 0);
}
