import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../policy-pack/views/report";
import { inProgramHost } from "../support/program-host";
import { Folder, type Files } from "./support/folder";
import { separate, shared } from "./support/manifests";
import { runCli, type Run } from "./support/run-cli";

/** A program that is blocked. */
const blocked = `
  const { CustomResource } = require("@pulumi/pulumi");
  new CustomResource("kubernetes:core/v1:Secret", "legacy", {
    type: "kubernetes.io/service-account-token",
    metadata: { name: "legacy", annotations: { "kubernetes.io/service-account.name": "desk" } },
  });
`;

const disabling = "levels: { no-legacy-token-secret: disabled, no-shared-identity: disabled }\n";

describe("several paths of one run", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const project = (name: string): string => `name: ${name}\nruntime: nodejs\n`;

  /** Judges a program that writes a file, and then what comes with it. */
  const checkAfter = async (
    written: Files,
    files: Files,
    args: readonly string[],
  ): Promise<Pick<Run, "code" | "out">> => {
    const ran = join(folder.path, "ran");
    folder.program("", {
      "a/Pulumi.yaml": project("a"),
      "a/index.js": Object.entries(written)
        .map(([file, text]) => [join(folder.path, file), text] as const)
        .map((each) => `require("node:fs").writeFileSync(...${JSON.stringify(each)});`)
        .concat(
          `require("@pulumi/pulumi");`,
          `require("node:fs").writeFileSync(${JSON.stringify(ran)}, "");`,
        )
        .join("\n"),
      "b/Pulumi.yaml": project("b"),
      "b/index.js": blocked,
      ...files,
    });
    const { code, out } = await runCli(args, folder.path);
    assert.ok(existsSync(ran), "the first program ran");
    return { code, out };
  };

  for (const {
    what,
    written,
    files = {},
    args = ["check", "a", "b"],
    judged = "b/dev: BLOCKED",
  } of [
    { what: "the settings of the next", written: { "b/agentid.yaml": disabling } },
    {
      what: "settings that are given",
      written: { "given.yaml": disabling },
      files: { "given.yaml": "" },
      args: ["check", "a", "b", "--settings", "given.yaml"],
    },
    {
      what: "the baseline of the next",
      written: { "b/known.json": "changed" },
      files: { "b/agentid.yaml": "baseline: known.json\n", "b/known.json": "" },
    },
    {
      what: "manifests that are judged too",
      written: { "k/desk.yaml": separate },
      files: { "k/desk.yaml": shared },
      args: ["check", "a", "k"],
      judged: "k/manifests: BLOCKED",
    },
  ]) {
    it(`are judged by what was there before a program that writes ${what}`, async () => {
      const before = { ...files };
      if ("b/known.json" in before) before["b/known.json"] = await emptyBaseline();
      const { code, out } = await checkAfter(written, before, args);
      assert.match(out, new RegExp(`^${judged}`, "m"));
      assert.equal(code, 1);
    });
  }

  /** A baseline of what has no finding. */
  const emptyBaseline = async (): Promise<string> => {
    folder.write({ "none/desk.yaml": separate });
    const { code } = await runCli(["baseline", "none", "--out", "none.json"], folder.path);
    assert.equal(code, 0);
    return readFileSync(join(folder.path, "none.json"), "utf8");
  };

  it("are compared with what a branch was before the program moves it", async () => {
    const git = (...args: readonly string[]): void => {
      const own = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
      execFileSync("git", [...own, ...args], { cwd: folder.path, stdio: "ignore" });
    };
    const moves = `require("node:child_process").execFileSync("git", ["update-ref", "refs/heads/old", "now"]);`;
    folder.program(`require("@pulumi/pulumi");`, { ".gitignore": "node_modules\n" });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "before");
    git("branch", "old");
    folder.write({ "index.js": `${moves}\n${blocked}` });
    git("commit", "-qam", "now");
    git("branch", "now");
    const { code, out } = await runCli(
      ["check", ".", "--against", "git:old", "--new-only"],
      folder.path,
    );
    assert.match(out, /^Against git:old: 1 new finding, 0 known, 0 gone$/m);
    assert.equal(code, 1);
  });

  it("are compared with a saved report as it was before the program writes it", async () => {
    folder.write({ "k/desk.yaml": separate, "l/desk.yaml": shared });
    for (const [path, file] of [
      ["k", "old.json"],
      ["l", "new.json"],
    ] as const) {
      await runCli(["check", path, "--report", `json=${file}`], folder.path);
    }
    const copies = `require("node:fs").copyFileSync("../new.json", "../old.json");`;
    folder.program("", {
      "a/Pulumi.yaml": project("a"),
      "a/index.js": `${copies}\nrequire("@pulumi/pulumi");`,
    });
    folder.write({ "k/desk.yaml": shared });
    const { code, out } = await runCli(
      ["check", "a", "k", "--against", "old.json", "--new-only"],
      folder.path,
    );
    assert.match(out, /^k\/manifests: BLOCKED/m);
    assert.equal(code, 1);
  });

  it("are reported in the order in which they are given, whatever runs first", async () => {
    const args = ["check", "b", "a", "k", "--report", "json"];
    const { out } = await checkAfter({}, { "k/desk.yaml": separate }, args);
    const { reports } = JSON.parse(out) as { readonly reports: readonly Report[] };
    assert.deepEqual(
      reports.map(({ project, verdict }) => [project, verdict]),
      [
        ["b", "violated"],
        ["a", "passed"],
        ["k", "passed"],
      ],
    );
  });

  it("draw a saved report as it was before the program writes it", async () => {
    folder.write({ "k/desk.yaml": shared });
    await runCli(["check", "k", "--report", "json=old.json"], folder.path);
    const drawn = await runCli(["graph", "old.json"], folder.path);
    const { out } = await checkAfter({ "old.json": "{}" }, {}, ["graph", "a", "old.json"]);
    assert.match(drawn.out, /triage/);
    assert.match(out, /triage/);
  });
});
