import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../cli/report/formats";
import type { Report } from "../../policy-pack/views/report";
import type { Silenced } from "../../policy-pack/findings/silenced";
import { inProgramHost } from "../support/program-host";
import { Folder, type Files } from "./support/folder";
import { separate, shared } from "./support/manifests";
import { runCli } from "./support/run-cli";

const answer = (account: string): string => `functions:
  - token: aws:index/getCallerIdentity:getCallerIdentity
    result: { accountId: "${account}" }
`;

const disabled = "# why\nlevels:\n  no-shared-identity: disabled\n";

describe("settings that silence", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const reportOf = async (...args: readonly string[]): Promise<Report> => {
    const { out, err } = await runCli([...args, "--report", "json"], folder.path);
    assert.notEqual(out, "", err);
    return JSON.parse(out) as Report;
  };

  const silencedBy = async (...args: readonly string[]): Promise<readonly Silenced[]> =>
    (await reportOf("check", ...args)).silenced ?? [];

  /** A baseline of the folder `k`. */
  const baselineOf = async (): Promise<string> => {
    await runCli(["baseline", "k", "--out", "known.json"], folder.path);
    return readFileSync(join(folder.path, "known.json"), "utf8");
  };

  const git = (...args: readonly string[]): void => {
    const own = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    execFileSync("git", [...own, ...args], { cwd: folder.path, stdio: "ignore" });
  };

  const commit = (files: Files): void => {
    folder.write(files);
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "before");
  };

  it("are in every format, each with its place", async () => {
    folder.write({ "k/desk.yaml": shared, "k/agentid.yaml": disabled });
    for (const format of formats) {
      const { out, code } = await runCli(["check", "k", "--report", format], folder.path);
      assert.match(out, /no-shared-identity/, format);
      if (format === "json") assert.match(out, /"line": 3,/);
      else assert.match(out, /k\/agentid\.yaml:3:23/, format);
      if (/text|markdown|html|github/.test(format)) assert.match(out, /38 of 39 rules/, format);
      assert.equal(code, 0);
    }
  });

  it("are none by the defaults, and by settings that are stricter", async () => {
    folder.write({ "k/desk.yaml": separate });
    assert.deepEqual(await silencedBy("k"), []);
    folder.write({ "k/agentid.yaml": "undetermined: mandatory\nmaxToken: 10m\n" });
    assert.deepEqual(await silencedBy("k"), []);
  });

  it("are answers of functions in one line, where a program takes them", async () => {
    folder.program(`require("@pulumi/pulumi");`, {
      "agentid.yaml": `scope: all\n${answer("111122223333")}`,
      "k/desk.yaml": separate,
    });
    const source = { file: "agentid.yaml", line: 3, column: 3 };
    assert.deepEqual(await silencedBy("."), [
      { kind: "answers", subject: "functions", count: 1, by: "agentid.yaml", source },
    ]);
    assert.deepEqual(await silencedBy("k", "--settings", "agentid.yaml"), []);
  });

  it("are a baseline that settings name, or the command line", async () => {
    folder.write({ "k/desk.yaml": shared });
    const known = await baselineOf();
    assert.deepEqual(await silencedBy("k", "--baseline", "known.json"), [
      { kind: "baseline", subject: "known.json", count: 2, by: "--baseline" },
    ]);
    folder.write({ "k/known.json": known, "k/agentid.yaml": "baseline: known.json\n" });
    const source = { file: "k/agentid.yaml", line: 1, column: 11 };
    assert.deepEqual(await silencedBy("k"), [
      { kind: "baseline", subject: "k/known.json", count: 2, by: "k/agentid.yaml", source },
    ]);
  });

  it("have places from the repository in reports for it, and from the current folder in text", async () => {
    folder.write({ "in/k/desk.yaml": separate, "in/k/agentid.yaml": disabled });
    git("init", "-q");
    const inner = join(folder.path, "in");
    const text = await runCli(["check", "k"], inner);
    assert.match(text.out, / by k\/agentid\.yaml:3:23$/m);
    const junit = await runCli(["check", "k", "--report", "junit"], inner);
    assert.match(junit.out, / by in\/k\/agentid\.yaml:3:23/);
  });

  for (const { what, before, now, isNew } of [
    { what: "no settings", before: {}, now: { "k/agentid.yaml": disabled }, isNew: true },
    {
      what: "the same settings on other lines",
      before: { "k/agentid.yaml": disabled },
      now: { "k/agentid.yaml": `scope: all\n${disabled}` },
      isNew: false,
    },
    {
      what: "settings that cannot be read",
      before: { "k/agentid.yaml": "levels: [" },
      now: { "k/agentid.yaml": disabled },
      isNew: true,
    },
  ]) {
    it(`are ${isNew ? "first, as changed" : "as before"} against a revision with ${what}`, async () => {
      commit({ "k/desk.yaml": shared, ...before });
      folder.write(now);
      const { silenced } = await reportOf("check", "k", "--against", "git:HEAD");
      assert.deepEqual(
        silenced?.map((one) => one.isNew ?? false),
        [isNew],
      );
      const { out } = await runCli(["check", "k", "--against", "git:HEAD"], folder.path);
      const line = "rule `no-shared-identity` is disabled by k/agentid.yaml:";
      assert.ok(out.includes(`${isNew ? "changed setting" : "setting"}: ${line}`), out);
      assert.equal(out.includes("changed setting"), isNew);
      assert.equal(out.startsWith("changed setting"), isNew);
    });
  }

  it("are changed where an answer is another, though there are as many", async () => {
    folder.program(`require("@pulumi/pulumi");`, { ".gitignore": "node_modules\n" });
    commit({ "agentid.yaml": answer("111122223333") });
    assert.equal((await silencedBy(".", "--against", "git:HEAD"))[0]?.isNew, undefined);
    folder.write({ "agentid.yaml": answer("444455556666") });
    assert.equal((await silencedBy(".", "--against", "git:HEAD"))[0]?.isNew, true);
  });

  it("are changed where a baseline lists another finding, though there are as many", async () => {
    folder.write({ "k/desk.yaml": shared });
    const known = await baselineOf();
    const other = known.replace(/("fingerprint": ")[^"]{4}/, "$1aaaa");
    assert.notEqual(other, known);
    commit({ "k/agentid.yaml": "baseline: known.json\n", "k/known.json": other });
    assert.equal((await silencedBy("k", "--against", "git:HEAD"))[0]?.isNew, undefined);
    folder.write({ "k/known.json": known });
    assert.equal((await silencedBy("k", "--against", "git:HEAD"))[0]?.isNew, true);
  });

  it("are compared at the revision also where they are given", async () => {
    commit({ "k/desk.yaml": shared, "given.yaml": disabled });
    const args = ["k", "--settings", "given.yaml", "--against", "git:HEAD"];
    assert.deepEqual(
      (await silencedBy(...args)).map(({ isNew }) => isNew),
      [undefined],
    );
    folder.write({ "given.yaml": `undetermined: advisory\n${disabled}` });
    assert.deepEqual(
      (await silencedBy(...args)).map(({ kind, isNew }) => [kind, isNew]),
      [
        ["unknown", true],
        ["disabled", undefined],
      ],
    );
  });

  it("are compared with a saved report, in a report and in a comment too", async () => {
    folder.write({ "k/desk.yaml": shared });
    await runCli(["check", "k", "--report", "json=old.json"], folder.path);
    folder.write({ "k/agentid.yaml": disabled });
    const [now] = await silencedBy("k", "--against", "old.json");
    assert.equal(now?.isNew, true);
    await runCli(["check", "k", "--report", "json=new.json"], folder.path);
    const again = await runCli(["report", "new.json", "--against", "old.json"], folder.path);
    assert.match(again.out, /^changed setting: rule `no-shared-identity` is disabled by /);
    const same = await runCli(["report", "new.json", "--against", "new.json"], folder.path);
    assert.match(same.out, /^setting: rule `no-shared-identity` is disabled by /m);
    const comment = await runCli(
      ["comment", "new.json", "--against", "old.json", "--to", "summary"],
      folder.path,
      { variables: { GITHUB_STEP_SUMMARY: undefined } },
    );
    assert.match(
      comment.out,
      /#### Changed settings\n\n- rule `no-shared-identity` is disabled by /,
    );
  });

  it("are in an audit of several stacks", async () => {
    folder.write({ "agentid.yaml": disabled });
    folder.program(`require("@pulumi/pulumi");`, {
      "p/Pulumi.yaml": "name: p\nruntime: nodejs\n",
      "p/index.js": "",
    });
    await runCli(["check", "p", "--save-snapshot", "p.json"], folder.path);
    const { silenced } = await reportOf("audit", "p.json");
    assert.deepEqual(
      silenced?.map(({ subject, by }) => [subject, by]),
      [["no-shared-identity", "agentid.yaml"]],
    );
  });
});
