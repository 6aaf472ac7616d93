import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../cli/report/formats";
import type { Report } from "../../policy-pack/views/report";
import { inProgramHost } from "../support/program-host";
import { Folder, type Files } from "./support/folder";
import { separate } from "./support/manifests";
import { runCli, type Run } from "./support/run-cli";

/** A program that is blocked where its stack wants a token. */
const program = `
  const { Config, CustomResource } = require("@pulumi/pulumi");
  if (new Config().getBoolean("legacy") === true) {
    new CustomResource("kubernetes:core/v1:Secret", "legacy", {
      type: "kubernetes.io/service-account-token",
      metadata: { name: "legacy", annotations: { "kubernetes.io/service-account.name": "desk" } },
    });
  }
`;

const legacy = 'config: { "desk:legacy": "true" }\n';

describe("a program with several stacks", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const run = (...args: readonly string[]): Promise<Run> => runCli(args, folder.path);

  const reportsOf = async (...args: readonly string[]): Promise<readonly Report[]> => {
    const { out, err } = await run("check", ...args, "--report", "json");
    assert.notEqual(out, "", err);
    const parsed = JSON.parse(out) as Report & { readonly reports?: readonly Report[] };
    return parsed.reports ?? [parsed];
  };

  const leftOut = ({ silenced = [] }: Report): readonly string[] =>
    silenced.filter(({ kind }) => kind === "stacks").map(({ subject }) => subject);

  const write = (files: Files): void => void folder.program(program, files);

  for (const { what, stacks, args, stack, left } of [
    { what: "none has a file", stacks: [], args: [], stack: "dev", left: [] },
    { what: "one has a file", stacks: ["prod"], args: [], stack: "prod", left: [] },
    {
      what: "the default is one of two",
      stacks: ["dev", "prod"],
      args: [],
      stack: "dev",
      left: ["prod"],
    },
    {
      what: "the default has no file",
      stacks: ["prod", "qa"],
      args: [],
      stack: "dev",
      left: ["prod, qa"],
    },
    {
      what: "one of three is named",
      stacks: ["dev", "prod", "qa"],
      args: ["--stack", "prod"],
      stack: "prod",
      left: ["dev, qa"],
    },
    {
      what: "one is named in full",
      stacks: ["dev", "prod"],
      args: ["--stack", "acme/desk/prod"],
      stack: "prod",
      left: ["dev"],
    },
    {
      what: "a file explains the settings",
      stacks: ["README", "dev"],
      args: [],
      stack: "dev",
      left: [],
    },
  ]) {
    it(`is reported with the stacks that are not judged, if ${what}`, async () => {
      write(Object.fromEntries(stacks.map((name) => [`Pulumi.${name}.yaml`, "config: {}\n"])));
      const [report, ...others] = await reportsOf(".", ...args);
      assert.ok(report !== undefined && others.length === 0);
      assert.deepEqual([report.stack, leftOut(report)], [stack, left]);
    });
  }

  it("is reported so in every format", async () => {
    write({ "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": "", "Pulumi.qa.yaml": "" });
    for (const format of formats) {
      const { out, code } = await run("check", ".", "--report", format);
      const line =
        format === "json" ? /"prod, qa"/ : /stacks .{0,20}prod.{1,20}qa.{0,20} are not judged; /;
      assert.match(out, line, format);
      assert.equal(code, 0);
    }
  });

  it("finds the files of stacks where the project has them", async () => {
    write({
      "Pulumi.yaml": "name: desk\nruntime: nodejs\nstackConfigDir: stacks\n",
      "stacks/Pulumi.dev.yaml": "",
      "stacks/Pulumi.prod.yaml": "",
      "Pulumi.other.yaml": "",
    });
    const [report] = await reportsOf(".");
    assert.deepEqual(report && leftOut(report), ["prod"]);
  });

  it("is judged for each by --stack all, with a report of each, and the worst exit code", async () => {
    write({ "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": legacy, "k/desk.yaml": separate });
    const reports = await reportsOf(".", "k", "--stack", "all");
    assert.deepEqual(
      reports.map((one) => [one.project, one.stack, one.verdict, leftOut(one)]),
      [
        ["desk", "dev", "passed", []],
        ["desk", "prod", "violated", []],
        ["k", "manifests", "passed", []],
      ],
    );
    const { code, out } = await run("check", ".", "--stack", "all");
    assert.match(out, /^desk\/dev: passed; /m);
    assert.match(out, /^desk\/prod: BLOCKED: /m);
    assert.equal(code, 1);
    assert.equal((await run("check", ".", "--stack", "dev")).code, 0);
  });

  it("is judged once by --stack all where no stack has a file", async () => {
    write({});
    assert.deepEqual(
      (await reportsOf(".", "--stack", "all")).map(({ stack }) => stack),
      ["dev"],
    );
  });

  it("is drawn, and written into a baseline, with all its stacks", async () => {
    write({ "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": legacy });
    assert.equal((await run("graph", ".", "--stack", "all")).code, 0);
    assert.equal((await run("baseline", ".", "--stack", "all", "--out", "known.json")).code, 0);
    assert.match(readFileSync(join(folder.path, "known.json"), "utf8"), /no-legacy-token-secret/);
    const known = ["--baseline", "known.json"];
    assert.equal((await run("check", ".", "--stack", "all", ...known)).code, 0);
  });

  it("is compared stack by stack, and a stack that was not there before is new", async () => {
    const git = (...args: readonly string[]): void => {
      const own = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
      execFileSync("git", [...own, ...args], { cwd: folder.path, stdio: "ignore" });
    };
    write({ "Pulumi.dev.yaml": legacy, "Pulumi.qa.yaml": "", ".gitignore": "node_modules\n" });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "before");
    folder.write({ "Pulumi.prod.yaml": legacy, "Pulumi.qa.yaml": legacy });
    const reports = await reportsOf(".", "--stack", "all", "--against", "git:HEAD");
    assert.deepEqual(
      reports.map(({ stack, against }) => [stack, against?.new.length, against?.isNewProgram]),
      [
        ["dev", 0, undefined],
        ["prod", 1, true],
        ["qa", 1, undefined],
      ],
    );
  });

  for (const { args, files = {}, reason } of [
    {
      args: ["check", ".", "--stack", "all", "--state", "state.json"],
      reason: "`--state` is of one stack, so it goes with the name of that, not with `--stack all`",
    },
    {
      args: ["check", ".", "--stack", "all", "--save-snapshot", "out.json"],
      reason: "`--save-snapshot` names one file, so it takes one stack at a time",
    },
    {
      args: ["check", ".", "--stack", "all"],
      files: { "Pulumi.all.yaml": "" },
      reason: "`.` has a stack that is called `all`; name its stacks one by one",
    },
    {
      args: ["policy", ".", "--stack", "all", "--format", "cedar", "--out", "out"],
      reason: "a policy is of one stack; name that by `--stack`",
    },
  ]) {
    it(`is refused in one sentence: ${args.join(" ")} ${Object.keys(files).join(" ")}`, async () => {
      write({ "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": "", ...files });
      const { code, out, err } = await run(...args);
      assert.deepEqual({ code, out, err }, { code: 2, out: "", err: `agentid: ${reason}\n` });
    });
  }
});
