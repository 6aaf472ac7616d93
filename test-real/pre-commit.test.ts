import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserRepository } from "../test/cli/support/user-repository";
import { checkout } from "./support/checkout";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

/** The configurations of the page: with this repository, and with a hook of their own. */
const [withRepository = "", ofTheirOwn = ""] = readFileSync(join(checkout, "docs/hooks.md"), "utf8")
  .split("```yaml\n")
  .slice(1)
  .map((part) => part.slice(0, part.indexOf("```")));

/** A repository that has the hook alone, and its commit. */
function publishedHook(repository: UserRepository): readonly [folder: string, commit: string] {
  const folder = join(temporaryFolder(), "pulumi-agentid");
  mkdirSync(folder);
  copyFileSync(join(checkout, ".pre-commit-hooks.yaml"), join(folder, ".pre-commit-hooks.yaml"));
  const git = (...args: readonly string[]): string => repository.git("-C", folder, ...args);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "a hook");
  return [folder, git("rev-parse", "HEAD")];
}

/** A user's repository in which pre-commit is installed, with a configuration. */
function withPreCommit(configuration: (repository: UserRepository) => string): UserRepository {
  const repository = new UserRepository();
  const [python] = builtPrograms(["pre-commit"]);
  repository.environment["PRE_COMMIT_HOME"] = temporaryFolder();
  repository.write({ ".pre-commit-config.yaml": configuration(repository) });
  repository.commit("pre-commit");
  const installed = repository.run(python, "-m", "pre_commit", "install");
  assert.equal(installed.code, 0, installed.err);
  return repository;
}

const configurations = {
  "of this repository": (repository: UserRepository): string => {
    const [folder, commit] = publishedHook(repository);
    return withRepository
      .replace("https://git.example.com/platform/pulumi-agentid", folder)
      .replace("v0.1.0", commit);
  },
  "written by the user": (): string => ofTheirOwn,
};

describe("pre-commit", () => {
  for (const [name, configuration] of Object.entries(configurations)) {
    it(`runs the hook ${name}: a commit passes, one is blocked`, () => {
      const repository = withPreCommit(configuration);
      try {
        const text = repository.commit("nothing to judge", "--allow-empty");
        assert.match(text.err, /no files to check.*Skipped/);
        repository.change("key-per-customer");
        const passed = repository.commit("a key for each customer");
        assert.equal(passed.code, 0, passed.err);
        assert.match(passed.err, /^agent identities and secrets\.+Passed$/m);
        repository.git("revert", "--no-edit", "HEAD");
        repository.change("shared-key");
        const head = repository.git("rev-parse", "HEAD");
        const blocked = repository.commit("one key for both");
        assert.equal(blocked.code, 1, blocked.err);
        assert.match(blocked.err, /^agent identities and secrets\.+Failed$/m);
        assert.match(blocked.err, /exit code: 1\n[^]*no-cross-tenant-access/);
        assert.deepEqual(
          [repository.git("rev-parse", "HEAD"), repository.git("diff", "--cached", "--name-only")],
          [head, "infra/index.ts"],
        );
      } finally {
        repository.remove();
      }
    });
  }

  it("judges what is committed, not what is left unstaged", () => {
    const repository = withPreCommit(configurations["written by the user"]);
    try {
      repository.write({ "infra/README.md": "a page" });
      repository.git("add", "--all");
      repository.change("shared-key");
      const passed = repository.run("git", "commit", "--message", "a page");
      assert.equal(passed.code, 0, passed.err);
      assert.match(passed.err, /Passed/);
      assert.equal(repository.git("diff", "--name-only"), "infra/index.ts");
    } finally {
      repository.remove();
    }
  });
});
