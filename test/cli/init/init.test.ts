import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { projectName, starterFiles } from "../../../cli/init/starter";
import { Folder } from "../support/folder";
import { runCli } from "../support/run-cli";

const names = [
  ".github",
  ".gitignore",
  "Pulumi.dev.yaml",
  "Pulumi.yaml",
  "agentid.yaml",
  "index.ts",
  "package.json",
  "tsconfig.json",
];

/** What `npm install` would give, of this checkout and as it was built last. */
function install(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["@pulumi", "@types", "typescript"]) {
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync(resolve("."), join(folder, "node_modules", "pulumi-agentid"));
}

describe("agentid init", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => {
    folder.remove();
  });

  it("writes a project into a new folder, and prints the next command", async () => {
    const { code, out, err } = await runCli(["init", "desks/first"], folder.path);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(
      lines.slice(0, -1).sort(),
      names.map(
        (name) =>
          `written: desks/first/${name === ".github" ? ".github/workflows/agentid.yml" : name}`,
      ),
    );
    assert.equal(lines.at(-1), "next: cd desks/first && npm install && npm run check");
    assert.deepEqual(readdirSync(join(folder.path, "desks/first")).sort(), names);
    assert.deepEqual(parse(readFileSync(join(folder.path, "desks/first/Pulumi.yaml"), "utf8")), {
      name: "first",
      description: "Agents, each with an identity of its own",
      runtime: "nodejs",
      main: "index.ts",
    });
  });

  it("writes a project that passes, type-checks, and has this version", async () => {
    const at = join(folder.path, "desk");
    assert.equal((await runCli(["init", at])).code, 0);
    install(at);
    const { code, out, err } = await runCli(["check", "."], at);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^acme\/search +tool \(Tool\) +acme\/search, .+ +IRSA +acme$/m);
    assert.match(out, /^acme\/triage +agent \(Agent\) +acme\/triage, .+ +IRSA +acme$/m);
    assert.match(out, /^desk\/dev: passed; 2 workloads, .*, no finding$/m);
    const tsc = resolve("node_modules/typescript-7/bin/tsc");
    const types = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: at, encoding: "utf8" });
    assert.deepEqual({ code: types.status, out: types.stdout }, { code: 0, out: "" });
    const own = JSON.parse(readFileSync("package.json", "utf8")) as {
      readonly version: string;
      readonly peerDependencies: Readonly<Record<string, string>>;
    };
    const peers = Object.entries(own.peerDependencies).filter(([name]) =>
      ["@pulumi/aws", "@pulumi/kubernetes", "@pulumi/policy", "@pulumi/pulumi"].includes(name),
    );
    const { dependencies } = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as {
      readonly dependencies: unknown;
    };
    assert.deepEqual(dependencies, {
      ...Object.fromEntries(peers),
      "pulumi-agentid": `^${own.version}`,
    });
  });

  it("writes into the folder it runs in when none is named, beside what is there", async () => {
    folder.write({ "README.md": "mine" });
    const { code, out } = await runCli(["init"], folder.path);
    assert.equal(code, 0);
    assert.match(out, /\nnext: npm install && npm run check\n$/);
    assert.deepEqual(readdirSync(folder.path).sort(), [...names, "README.md"].sort());
  });

  it("overwrites nothing: where one of its files is there, it writes none", async () => {
    folder.write({ "index.ts": "mine", "tsconfig.json": "{}", "package.json": "{}" });
    const { code, out, err } = await runCli(["init", "."], folder.path);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.equal(
      err,
      "agentid: `.` has `tsconfig.json`, `index.ts` already, and nothing is overwritten; give an empty folder or a new one\n",
    );
    assert.deepEqual(readdirSync(folder.path).sort(), [
      "index.ts",
      "package.json",
      "tsconfig.json",
    ]);
    assert.equal(readFileSync(join(folder.path, "index.ts"), "utf8"), "mine");
  });

  it("writes the pipeline of the repository that the folder is in, for the service that is named", async () => {
    mkdirSync(join(folder.path, ".git"));
    const read = (name: string): unknown => parse(readFileSync(join(folder.path, name), "utf8"));
    assert.equal((await runCli(["init", "my infra"], folder.path)).code, 0);
    const { permissions, jobs } = read(".github/workflows/agentid.yml") as {
      readonly permissions: object;
      readonly jobs: { readonly check: { readonly permissions: object; readonly steps: object[] } };
    };
    assert.deepEqual(permissions, {});
    assert.deepEqual(jobs.check.permissions, {
      contents: "read",
      "pull-requests": "write",
      "security-events": "write",
    });
    assert.deepEqual(jobs.check.steps.slice(2), [
      { name: "Install", run: "npm ci", "working-directory": "my infra" },
      {
        uses: "./my infra/node_modules/pulumi-agentid",
        with: {
          path: ".",
          "working-directory": "my infra",
          against: "${{ github.base_ref && format('git:origin/{0}', github.base_ref) || '' }}",
        },
      },
    ]);
    assert.equal(existsSync(join(folder.path, "my infra/.github")), false);
    assert.equal((await runCli(["init", "second"], folder.path)).code, 2);
    assert.equal(existsSync(join(folder.path, "second")), false);
    assert.equal((await runCli(["init", "it's", "--ci", "gitlab"], folder.path)).code, 0);
    const { agentid } = read(".gitlab-ci.yml") as {
      readonly agentid: { readonly script: readonly string[]; readonly artifacts: object };
    };
    assert.deepEqual(agentid.script.slice(0, 2), ["(cd 'it'\\''s' && npm ci)", "cd 'it'\\''s'"]);
    assert.deepEqual(agentid.artifacts, {
      when: "always",
      reports: { codequality: "it's/agentid-quality.json", junit: "it's/agentid-junit.xml" },
    });
    assert.equal((await runCli(["init", "third", "--ci", "none"], folder.path)).code, 0);
    const { code, err } = await runCli(["init", "fourth", "--ci", "jenkins"], folder.path);
    assert.deepEqual(
      { code, err },
      {
        code: 2,
        err: "agentid: no pipeline is written for `jenkins`; choose `github`, `gitlab`, `none`\n",
      },
    );
  });

  it("follows no link that leads nowhere", async () => {
    const target = join(folder.path, "elsewhere.ts");
    mkdirSync(join(folder.path, "desk"));
    symlinkSync(target, join(folder.path, "desk/index.ts"));
    const { code, err } = await runCli(["init", "desk"], folder.path);
    assert.equal(code, 2);
    assert.match(err, /^agentid: `desk` has `index\.ts` already, and nothing is overwritten; /);
    assert.deepEqual(readdirSync(join(folder.path, "desk")), ["index.ts"]);
    assert.equal(existsSync(target), false);
  });

  it("reports a folder that is a file", async () => {
    writeFileSync(join(folder.path, "desk"), "");
    const { code, err } = await runCli(["init", "desk/first"], folder.path);
    assert.deepEqual(
      { code, err },
      {
        code: 2,
        err: "agentid: cannot write the project in `desk/first`: a part of its path is not a folder\n",
      },
    );
  });

  it("quotes a folder with blanks in the next command, and makes a name that Pulumi takes", async () => {
    const { out } = await runCli(["init", "my 'first' desk"], folder.path);
    assert.match(out, /^next: cd 'my '\\''first'\\'' desk' && npm install/m);
    const yaml = readFileSync(join(folder.path, "my 'first' desk/Pulumi.yaml"), "utf8");
    assert.equal((parse(yaml) as { readonly name: string }).name, "my-first-desk");
  });

  it("names the project after its folder, as far as Pulumi takes the name", () => {
    assert.equal(projectName("Desk_1.eu"), "Desk_1.eu");
    assert.equal(projectName("a b/c"), "a-b-c");
    assert.equal(projectName("支援"), "agents");
    assert.equal(projectName(""), "agents");
    assert.equal(projectName("x".repeat(200)).length, 100);
  });

  it("keeps a folder's name text in YAML, whatever it looks like", () => {
    for (const name of ["1", "true", "1.0", "0x1", "null"]) {
      const files = starterFiles(name, { agentid: "1.0.0", packages: {} });
      assert.equal((parse(files["Pulumi.yaml"] ?? "") as { readonly name: unknown }).name, name);
      const { config } = parse(files["Pulumi.dev.yaml"] ?? "") as { readonly config: object };
      assert.deepEqual(Object.keys(config), ["aws:region", `${name}:providerArn`]);
    }
  });
});
