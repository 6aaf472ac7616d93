import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipelineFile, pipelineText } from "../cli/init/ci";
import { checkout } from "./support/checkout";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

interface Audited {
  readonly ident: string;
}

/** What zizmor finds as its strictest reader, offline. */
function audit(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [python] = builtPrograms(["zizmor"]);
  const { stdout, stderr } = spawnSync(
    join(dirname(python), "zizmor"),
    ["--offline", "--no-progress", "--no-exit-codes", "--persona=auditor", "--format=json", folder],
    { encoding: "utf8" },
  );
  for (const name of Object.keys(files)) assert.match(stderr, new RegExp(`completed .*${name}`));
  return (JSON.parse(stdout) as readonly Audited[]).map(({ ident }) => ident);
}

/** The workflows that a page shows. */
function documented(page: string): Readonly<Record<string, string>> {
  const blocks = readFileSync(join(checkout, page), "utf8").split("```yaml\n").slice(1);
  const workflows = blocks
    .map((block) => block.slice(0, block.indexOf("```")))
    .filter((block) => /^jobs:/m.test(block));
  return Object.fromEntries(
    workflows.map((text, index) => [`.github/workflows/documented-${index}.yml`, text]),
  );
}

/** The workflow that init writes for a program in a folder of the repository. */
function written(folder: string): Readonly<Record<string, string>> {
  const install = { folder, command: "npm ci" };
  const text = pipelineText("github", { program: folder, modules: folder, install });
  return { [pipelineFile.github]: text };
}

describe("workflows for GitHub", () => {
  it("has an action without a finding of zizmor", () => {
    assert.deepEqual(
      audit({ "action.yml": readFileSync(join(checkout, "action.yml"), "utf8") }),
      [],
    );
  });

  it("writes workflows by init without a finding", () => {
    for (const folder of ["", "infra/desk"]) assert.deepEqual(audit(written(folder)), []);
  });

  it("shows workflows in its pages without a finding", () => {
    const workflows = documented("docs/ci.md");
    assert.ok(Object.keys(workflows).length >= 2);
    assert.deepEqual(audit(workflows), []);
  });

  it("would see one that runs what a stranger writes, or keeps a token", () => {
    const [[name, text] = ["", ""]] = Object.entries(written(""));
    const found = audit({
      [name]: text
        .replace("run: npm ci", "run: echo ${{ github.event.pull_request.title }}")
        .replace("persist-credentials: false", "show-progress: false"),
    });
    assert.deepEqual([...new Set(found)].sort(), ["artipacked", "template-injection"]);
  });
});
