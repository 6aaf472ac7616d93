import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { Folder } from "../support/folder";
import { runCli } from "../support/run-cli";

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly "working-directory"?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

describe("agentid init beside what is there", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    mkdirSync(join(folder.path, ".git"));
  });
  afterEach(() => {
    folder.remove();
  });

  const read = (name: string): unknown => parse(readFileSync(join(folder.path, name), "utf8"));
  const stepsOf = (): readonly Step[] =>
    (read(".github/workflows/agentid.yml") as { jobs: { check: { steps: Step[] } } }).jobs.check
      .steps;
  const installed = (at: string): void => {
    mkdirSync(join(folder.path, at, "node_modules"), { recursive: true });
    symlinkSync(resolve("."), join(folder.path, at, "node_modules/pulumi-agentid"));
  };

  it("writes only the pipeline and the settings of a Pulumi program", async () => {
    folder.write({
      "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "infra/index.ts": "mine",
      "infra/package.json": "{}",
      "infra/package-lock.json": "{}",
    });
    const { code, out, err } = await runCli(["init", "infra"], folder.path);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.equal(
      out,
      [
        "`infra/Pulumi.yaml` is a program already: only its pipeline is written",
        "written: infra/agentid.yaml",
        "written: .github/workflows/agentid.yml",
        "next: cd infra && npm install pulumi-agentid && npx --no-install agentid check .",
        "",
      ].join("\n"),
    );
    assert.equal(readFileSync(join(folder.path, "infra/index.ts"), "utf8"), "mine");
    assert.deepEqual(readdirSync(join(folder.path, "infra")).sort(), [
      "Pulumi.yaml",
      "agentid.yaml",
      "index.ts",
      "package-lock.json",
      "package.json",
    ]);
  });

  it("keeps settings that are there, and does not add a package that is there", async () => {
    folder.write({
      "Pulumi.yml": "name: desk\nruntime: nodejs\n",
      "agentid.yaml": "scope: declared\n",
      "package.json": '{"devDependencies": {"pulumi-agentid": "^0.1.0"}}',
    });
    const { out } = await runCli(["init"], folder.path);
    assert.equal(
      out,
      [
        "`Pulumi.yml` is a program already: only its pipeline is written",
        "written: .github/workflows/agentid.yml",
        "kept: agentid.yaml",
        "next: npx --no-install agentid check .",
        "",
      ].join("\n"),
    );
    assert.equal(readFileSync(join(folder.path, "agentid.yaml"), "utf8"), "scope: declared\n");
  });

  it("overwrites no workflow", async () => {
    folder.write({
      "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      ".github/workflows/agentid.yml": "mine",
    });
    const { code, err } = await runCli(["init"], folder.path);
    assert.equal(code, 2);
    assert.match(err, /^agentid: `\.` has `\.github\/workflows\/agentid\.yml` already/);
    assert.deepEqual(readdirSync(folder.path).sort(), [".git", ".github", "Pulumi.yaml"]);
  });

  it("writes the pipeline of a folder of Kubernetes YAML where that is asked for", async () => {
    folder.write({ "manifests/pod.yaml": "kind: Pod\n" });
    const { out } = await runCli(["init", "manifests", "--pipeline"], folder.path);
    assert.equal(
      out,
      [
        "written: manifests/agentid.yaml",
        "written: .github/workflows/agentid.yml",
        "next: cd manifests && npm install pulumi-agentid && npx --no-install agentid check .",
        "",
      ].join("\n"),
    );
  });

  it("completes a folder in which only the package was installed", async () => {
    folder.write({
      "package.json": '{"dependencies": {"pulumi-agentid": "^0.1.0"}}',
      "package-lock.json": "{}",
    });
    const { code, out } = await runCli(["init"], folder.path);
    assert.equal(code, 0);
    assert.match(out, /^written: index\.ts$/m);
    assert.match(out, /^kept: package\.json$/m);
    assert.match(
      out,
      /^next: npm install '?@pulumi\/kubernetes@.* '?typescript@\S+ '?@types\/node@\S+ && npx --no-install agentid check \.$/m,
    );
    assert.equal(
      readFileSync(join(folder.path, "package.json"), "utf8"),
      '{"dependencies": {"pulumi-agentid": "^0.1.0"}}',
    );
  });

  const managers = [
    { lock: "package-lock.json", text: "{}", install: "npm ci", add: "npm install" },
    { lock: "npm-shrinkwrap.json", text: "{}", install: "npm ci", add: "npm install" },
    {
      lock: "pnpm-lock.yaml",
      text: "lockfileVersion: '9.0'\n",
      install: "corepack enable && pnpm install --frozen-lockfile",
      add: "pnpm add",
    },
    {
      lock: "yarn.lock",
      text: "# yarn lockfile v1\n",
      install: "corepack enable && yarn install --frozen-lockfile",
      add: "yarn add",
    },
    {
      lock: "yarn.lock",
      text: "__metadata:\n  version: 8\n",
      install: "corepack enable && yarn install --immutable",
      add: "yarn add",
    },
  ];
  for (const at of ["", "infra"]) {
    for (const { lock, text, install, add } of managers) {
      it(`installs by \`${install}\`, with ${lock} ${at === "" ? "of the repository" : "beside the program"}`, async () => {
        folder.write({
          "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
          "infra/package.json": "{}",
          [join(at, lock)]: text,
        });
        const { out } = await runCli(["init", "infra"], folder.path);
        assert.match(out, new RegExp(`^next: cd infra && ${add} pulumi-agentid && `, "m"));
        const [, , step] = stepsOf();
        assert.deepEqual(step, {
          name: "Install",
          run: install,
          ...(at !== "" && { "working-directory": at }),
        });
      });
    }
  }

  it("uses the package where it is installed: a workspace's may be in the folder above", async () => {
    folder.write({
      "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "infra/package.json": '{"dependencies": {"pulumi-agentid": "^0.1.0"}}',
      "package-lock.json": "{}",
    });
    installed("");
    await runCli(["init", "infra"], folder.path);
    const { uses, with: inputs } = stepsOf()[3] ?? {};
    assert.deepEqual(
      { uses, path: inputs?.["path"], folder: inputs?.["working-directory"] },
      { uses: "./node_modules/pulumi-agentid", path: "infra", folder: undefined },
    );
  });

  it("adds to GitLab's pipeline by a file of its own where there is one", async () => {
    folder.write({
      "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      ".gitlab-ci.yml": "stages: [test]\n",
    });
    const { out } = await runCli(["init", "infra", "--ci", "gitlab"], folder.path);
    assert.match(out, /^written: \.gitlab\/agentid\.yml$/m);
    assert.match(
      out,
      /^add to \.gitlab-ci\.yml: include: \[\{ local: "\/\.gitlab\/agentid\.yml" \}\]$/m,
    );
    assert.equal(readFileSync(join(folder.path, ".gitlab-ci.yml"), "utf8"), "stages: [test]\n");
  });

  it("compares a merge request of GitLab with its base, and a branch with nothing", async () => {
    folder.write({ "Pulumi.yaml": "name: desk\nruntime: nodejs\n" });
    await runCli(["init", "--ci", "gitlab"], folder.path);
    const { agentid } = read(".gitlab-ci.yml") as {
      readonly agentid: { readonly script: readonly string[]; readonly variables: object };
    };
    assert.deepEqual(agentid.variables, { GIT_DEPTH: 0 });
    const script = agentid.script.at(-1) ?? "";
    const given = (env: Readonly<Record<string, string>>): readonly string[] =>
      spawnSync("sh", ["-c", script.replace(/^npx/, "printf '%s\\n'")], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], ...env },
      }).stdout.split("\n");
    const base = { CI_MERGE_REQUEST_DIFF_BASE_SHA: "0f1e" };
    assert.deepEqual(given(base).slice(2, 6), ["check", ".", "--against", "git:0f1e"]);
    assert.deepEqual(given({}).slice(2, 5), ["check", ".", "--report"]);
  });

  it("follows no command in a folder's name", async () => {
    folder.write({ "$(touch made)/Pulumi.yaml": "name: desk\nruntime: nodejs\n" });
    const { out } = await runCli(["init", "$(touch made)"], folder.path);
    assert.match(out, /^next: cd '\$\(touch made\)' && /m);
    assert.equal(stepsOf()[2]?.["working-directory"], "$(touch made)");
  });
});
