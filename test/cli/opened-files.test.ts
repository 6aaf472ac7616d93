import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formats } from "../../cli/report/formats";
import { runBuilt } from "./support/built";
import { everything } from "./support/everything";
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
