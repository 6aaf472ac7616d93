import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Run } from "./cli/support/run-cli";
import { UserRepository } from "./cli/support/user-repository";

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly language: string;
  readonly pass_filenames: boolean;
  readonly files: string;
}

const page = readFileSync("docs/hooks.md", "utf8");
const hooks = parse(readFileSync(".pre-commit-hooks.yaml", "utf8")) as readonly Hook[];
const secret = "ghp_016C7e42AbCdEf0123456789aBcDeF012345";

/** The blocks of a language on the page. */
function blocks(language: string): readonly string[] {
  const parts = page.split(`\`\`\`${language}\n`).slice(1);
  return parts.map((part) => part.slice(0, part.indexOf("```")));
}

const pod = (value: string): string => `apiVersion: v1
kind: Pod
metadata: { name: triage, namespace: acme }
spec:
  serviceAccountName: triage
  containers: [{ name: triage, image: triage, env: [{ name: TOKEN, value: ${value} }] }]
`;

describe("the hook for pre-commit", () => {
  const [hook] = hooks as readonly [Hook];

  it("runs what the project has installed, once for a commit", () => {
    assert.deepEqual([hooks.length, hook.id, hook.pass_filenames], [1, "agentid", false]);
    assert.deepEqual([hook.language, hook.entry], ["system", "npx --no-install agentid check"]);
    assert.deepEqual(hook.args, ["."]);
  });

  it("runs where a commit changes what a program or a folder of manifests is made of", () => {
    const files = new RegExp(hook.files);
    for (const name of [
      ...["infra/index.ts", "index.js", "a.mts", "a.cjs", "a.tsx", "Pulumi.dev.yaml"],
      ...["k8s/pod.yml", "package.json", "infra/agentid.yaml"],
    ]) {
      assert.ok(files.test(name), name);
    }
    for (const name of ["README.md", "a.ts.md", "yaml", "src/main.py", "json/logo.svg"]) {
      assert.ok(!files.test(name), name);
    }
  });

  it("has on its page the same, for those who write it themselves", () => {
    const [named, own] = blocks("yaml").map(
      (block) => parse(block) as { repos: [{ repo: string; hooks: [Partial<Hook>] }] },
    );
    assert.equal(named?.repos[0].hooks[0].id, hook.id);
    assert.equal(own?.repos[0].repo, "local");
    const { args, files, ...same } = own.repos[0].hooks[0];
    assert.deepEqual([args, files], [["infra"], "^infra/"]);
    for (const [name, value] of Object.entries(same)) {
      if (name !== "name") assert.equal(hook[name as keyof Hook], value, name);
    }
  });
});

describe("a hook of Git alone, as its page has it", () => {
  let repository: UserRepository;
  beforeEach(() => {
    repository = new UserRepository();
  });
  afterEach(() => repository.remove());

  /** Writes the hook of the page, with changes. */
  function install(replaced: Readonly<Record<string, string>> = {}): void {
    const [script = ""] = blocks("sh");
    const text = Object.entries(replaced).reduce((all, [from, to]) => {
      assert.ok(all.includes(from), from);
      return all.replaceAll(from, to);
    }, script);
    repository.write({ ".git/hooks/pre-commit": text });
    chmodSync(join(repository.path, ".git/hooks/pre-commit"), 0o755);
  }

  const commits = (): number => Number(repository.git("rev-list", "--count", "HEAD"));
  const all = ({ out, err }: Run): string => out + err;

  it("lets a commit pass, blocks one, and leaves what is staged", () => {
    install();
    repository.change("key-per-customer");
    const passed = repository.commit("a key for each customer");
    assert.equal(passed.code, 0, all(passed));
    assert.match(all(passed), /pull-request\/dev: passed/);
    repository.git("checkout", "--quiet", "HEAD~1", "--", "infra");
    repository.commit("as before");
    repository.change("shared-key");
    const blocked = repository.commit("one key for both");
    assert.equal(blocked.code, 1, all(blocked));
    assert.match(all(blocked), /no-cross-tenant-access/);
    assert.deepEqual(
      [commits(), repository.git("diff", "--cached", "--name-only")],
      [3, "infra/index.ts"],
    );
    assert.equal(repository.commit("anyway", "--no-verify").code, 0);
  });

  it("runs nothing where a commit changes no file of the folder", () => {
    install();
    repository.change("shared-key");
    repository.commit("before the hook", "--no-verify");
    repository.write({ "README.md": "changed" });
    const passed = repository.commit("a page");
    assert.deepEqual([passed.code, all(passed)], [0, ""]);
  });

  it("blocks only what a commit adds, where it is compared with the commit before", () => {
    install({ "check infra": "check infra --against git:HEAD --new-only" });
    repository.change("shared-key");
    const blocked = repository.commit("one key for both");
    assert.equal(blocked.code, 1, all(blocked));
    assert.equal(repository.git("diff", "--cached", "--name-only"), "infra/index.ts");
    repository.commit("one key for both", "--no-verify");
    repository.write({ "infra/README.md": "changed" });
    const known = repository.commit("a page");
    assert.equal(known.code, 0, all(known));
    assert.deepEqual([commits(), repository.git("status", "--porcelain")], [3, ""]);
  });

  it("reports a secret without its value", () => {
    install({ infra: "manifests" });
    repository.write({ "manifests/pod.yaml": pod("none") });
    const passed = repository.commit("a pod");
    assert.equal(passed.code, 0, all(passed));
    repository.write({ "manifests/pod.yaml": pod(secret) });
    const blocked = repository.commit("a pod with a token");
    assert.equal(blocked.code, 1, all(blocked));
    assert.match(all(blocked), /`acme\/triage` receives a GitHub token/);
    assert.ok(!all(blocked).includes(secret.slice(0, 12)));
  });
});
