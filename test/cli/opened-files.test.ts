import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { formats } from "../../cli/report/formats";
import { runBuilt } from "./support/built";
import { PackProcess } from "../policy-pack/crossguard/support/pack-process";
import type { Given } from "../policy-pack/crossguard/support/wire";
import { everything, slackToken } from "./support/everything";
import { Folder } from "./support/folder";

/** Of a package that the program uses, from which an answer has its form. */
const ofProgram = resolve("node_modules/@pulumi/aws/getRegion.d.ts");

describe("agentid, once a program runs,", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  /** The files that a run opened or searched for once a program ran. */
  const openedBy = (
    args: readonly string[],
    more: NodeJS.ProcessEnv = {},
  ): { code: number | null; files: readonly string[] } => {
    const list = join(folder.path, "opened");
    const { code } = runBuilt(args, {
      cwd: folder.path,
      nodeArgs: ["--expose-internals", "--require", resolve("test/cli/support/opened-files.cjs")],
      variables: { OPENED: list, ...more },
    });
    return { code, files: readFileSync(list, "utf8").split("\n") };
  };

  const isOwn = (file: string): boolean =>
    file.startsWith(`${resolve(".")}/`) && file !== ofProgram;

  const allFormats = formats.flatMap((format) => ["--report", `${format}=out.${format}`]);

  for (const { args, code } of [
    { args: ["check", ".", ...allFormats], code: 1 },
    { args: ["check", ".", "--verbose", "--save-snapshot", "out"], code: 1 },
    { args: ["check", ".", "--against", "git:HEAD", "--report", "html"], code: 1 },
    { args: ["check", "broken", "--verbose", "--report", "html"], code: 2 },
    { args: ["graph", ".", "--format", "svg"], code: 0 },
    { args: ["graph", ".", "--format", "dot"], code: 0 },
    { args: ["graph", ".", "--format", "mermaid"], code: 0 },
    { args: ["baseline", ".", "--out", "out.json"], code: 0 },
    { args: ["policy", ".", "--format", "cedar", "--out", "out"], code: 2 },
  ]) {
    it(`opens no file of its own: ${args.join(" ")}`, () => {
      folder.program(everything, {
        "agentid.yaml": "levels: { no-public-trust: advisory }\n",
        "broken/Pulumi.yaml": "name: broken\nruntime: nodejs\n",
        "broken/index.js": `require("./missing");`,
        ".gitignore": "node_modules\n",
      });
      const git = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
      for (const rest of [
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "before"],
      ]) {
        execFileSync("git", [...git, ...rest], { cwd: folder.path });
      }
      const opened = openedBy(args);
      assert.equal(opened.code, code);
      // Files of the program and of processes are opened: without them, nothing at all would have been noticed.
      assert.ok(opened.files.some((file) => file.startsWith("/proc/")));
      assert.deepEqual(opened.files.filter(isOwn), []);
    });
  }

  it("has opened what draws and what reports show only where an output needs them", () => {
    folder.program(everything);
    const needless = /@viz-js|cli[\\/]page|docs[\\/]rules/;
    const openedFor = (...args: readonly string[]): readonly string[] =>
      openedBy(["check", ".", ...args], { OPENED_SINCE: "start" }).files.filter((file) =>
        needless.test(file),
      );
    assert.deepEqual(openedFor("--report", "json", "--report", "markdown=out.md"), []);
    assert.notDeepEqual(openedFor("--report", "html"), []);
    assert.notDeepEqual(openedFor("--report", "sarif"), []);
  });
});

describe("the policy pack, once a program runs,", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("opens no file of its own", async () => {
    const [opened, report] = [join(folder.path, "opened"), join(folder.path, "report.json")];
    const pack = await PackProcess.run(
      [
        ...["--expose-internals", "--require", resolve("test/cli/support/opened-files.cjs")],
        resolve("policy-pack/dist/pack.js"),
      ],
      { OPENED: opened, AGENTID_REPORT: report, NODE_OPTIONS: "" },
    );
    try {
      const stack: Given = { name: "desk-dev", type: "pulumi:pulumi:Stack" };
      await pack.configure({ agentid: { level: "mandatory" } });
      // The SDK runs a program once the stack is registered.
      assert.deepEqual(await pack.analyze(stack), []);
      pack.signal("SIGUSR2");
      await setTimeout(200);
      const stated = [];
      for (const given of resources) stated.push(...(await pack.analyze(given)));
      stated.push(...(await pack.analyzeStack([stack, ...resources])));
      assert.deepEqual(stated.map(({ policy }) => policy).sort(), [
        "no-literal-secret",
        "no-public-trust",
      ]);
      pack.signal("SIGUSR2");
      while (!existsSync(opened)) await setTimeout(20);
      const files = readFileSync(opened, "utf8").split("\n");
      assert.ok(files.some((file) => file.startsWith(folder.path)));
      assert.deepEqual(
        files.filter((file) => file.startsWith(`${resolve(".")}/`)),
        [],
      );
    } finally {
      pack.stop();
    }
  });
});

/** A policy, a credential, and a text in YAML. */
const resources: readonly Given[] = [
  {
    name: "desk",
    type: "aws:iam/role:Role",
    inputs: {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
      }),
    },
  },
  {
    name: "tool",
    type: "aws:lambda/function:Function",
    inputs: {
      role: "arn:aws:iam::111122223333:role/tool",
      environment: { variables: { TOKEN: slackToken } },
    },
  },
  {
    name: "auth",
    type: "kubernetes:core/v1:ConfigMap",
    inputs: {
      metadata: { name: "aws-auth", namespace: "kube-system" },
      data: { mapRoles: "- rolearn: arn:aws:iam::111122223333:role/desk\n  groups: [desk]\n" },
    },
  },
];
