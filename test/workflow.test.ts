import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GitHubServer } from "./cli/comment/github-server";
import { runCli } from "./cli/support/run-cli";
import { UserRepository } from "./cli/support/user-repository";
import { runJob, type Ended } from "./support/github-job";

/** The workflow that a page shows first. */
function documented(): string {
  const [, block = ""] = readFileSync("docs/ci.md", "utf8").split("```yaml\n");
  return block.slice(0, block.indexOf("```"));
}

/** Stands for npm: packages are there already, as `npm ci` would leave them. */
const npm = `#!/bin/sh
echo "npm $*" >> "$RUNNER_TEMP/installed"
[ "$*" = ci ]
`;

interface Sarif {
  readonly runs: readonly [{ readonly results: readonly { readonly ruleId: string }[] }];
}

describe("the workflow of a repository", () => {
  let repository: UserRepository;
  let server: GitHubServer;
  let runs = 0;

  beforeEach(async () => {
    repository = new UserRepository();
    server = new GitHubServer();
    await server.start();
  });
  afterEach(async () => {
    repository.remove();
    await server.stop();
  });

  const at = (name: string): string => join(repository.path, name);
  const temp = (): string => at(`node_modules/.runner-${runs}`);
  const summary = (): string => readFileSync(join(temp(), "../summary.md"), "utf8");
  const sarif = (): readonly string[] =>
    (JSON.parse(readFileSync(join(temp(), "agentid.sarif"), "utf8")) as Sarif).runs[0].results.map(
      ({ ruleId }) => ruleId,
    );

  /** Runs a workflow for what is checked out: for the pull request, or for a push without one. */
  async function run(workflow: string, event: "pull_request" | "push"): Promise<Ended> {
    runs += 1;
    const head = repository.git("rev-parse", "HEAD");
    server.head = head;
    const pull = { pull_request: { number: 7, head: { sha: head } } };
    const isPull = event === "pull_request";
    repository.write({
      "node_modules/.bin-of-job/npm": npm,
      "node_modules/event.json": JSON.stringify(isPull ? pull : { ref: "refs/heads/main" }),
      "node_modules/summary.md": "",
    });
    chmodSync(at("node_modules/.bin-of-job/npm"), 0o755);
    return runJob(workflow, {
      workspace: repository.path,
      temp: temp(),
      github: { token: "ghs_s3cret", ref: "refs/pull/7/merge", base_ref: isPull ? "main" : "" },
      environment: {
        ...repository.environment,
        PATH: `${at("node_modules/.bin-of-job")}:${process.env["PATH"] ?? ""}`,
        ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_API_URL: server.address },
        ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/desk" },
        ...{ GITHUB_SHA: head, GITHUB_RUN_ID: String(runs), GITHUB_RUN_ATTEMPT: "1" },
        ...{ GITHUB_WORKFLOW: "agent identities", GITHUB_JOB: "check" },
        GITHUB_EVENT_PATH: at("node_modules/event.json"),
        GITHUB_STEP_SUMMARY: at("node_modules/summary.md"),
      },
    });
  }

  /** Commits a change on a branch from `main`, as `actions/checkout` has it. */
  function branch(change: Parameters<UserRepository["change"]>[0]): void {
    repository.git("update-ref", "refs/remotes/origin/main", "main");
    repository.git("checkout", "--quiet", "-B", "change", "main");
    repository.change(change);
    repository.commit(change);
  }

  const workflows = {
    "that its page shows": () => Promise.resolve(documented()),
    "that init writes": async () => {
      repository.write({ "package.json": "{}", "package-lock.json": "{}" });
      const { code, err } = await runCli(["init", "infra"], repository.path);
      assert.deepEqual([code, err], [0, ""]);
      repository.commit("pipeline");
      return readFileSync(at(".github/workflows/agentid.yml"), "utf8");
    },
  };

  for (const [name, written] of Object.entries(workflows)) {
    it(`${name}: blocks a pull request, comments, and has it pass once it is fixed`, async () => {
      const workflow = await written();
      branch("shared-key");
      const blocked = await run(workflow, "pull_request");
      assert.equal(blocked.code, 1, blocked.out);
      assert.equal(readFileSync(join(temp(), "installed"), "utf8"), "npm ci\n");
      assert.match(blocked.out, /^::error file=infra\/index\.ts,line=\d+/m);
      const [comment] = server.comments;
      assert.match(comment?.body ?? "", /BLOCKED|blocked/);
      assert.match(comment?.body ?? "", /`crm-key` can be used by/);
      assert.match(comment?.body ?? "", new RegExp(`/blob/${server.head}/infra/index\\.ts#L`));
      assert.match(summary(), /`crm-key` can be used by/);
      assert.deepEqual(sarif(), ["no-cross-tenant-access"]);
      const upload = blocked.used.find(({ action }) => action.includes("upload-sarif"));
      assert.equal(upload?.inputs["sarif_file"], join(temp(), "agentid.sarif"));
      branch("key-per-customer");
      const passed = await run(workflow, "pull_request");
      assert.equal(passed.code, 0, passed.out);
      assert.deepEqual([server.comments.length, sarif()], [1, []]);
      assert.match(server.comments[0]?.body ?? "", /[Pp]assed/);
      assert.doesNotMatch(server.comments[0]?.body ?? "", /can be used by/);
      assert.ok(!(blocked.out + passed.out).includes("ghs_s3cret"));
    });
  }

  it("judges a push to the branch without a comparison and without a comment", async () => {
    const pushed = await run(documented(), "push");
    assert.equal(pushed.code, 0, pushed.out);
    assert.deepEqual([server.comments, sarif()], [[], []]);
    assert.match(summary(), /pull-request\/dev.*passed/i);
  });

  it("fails where the check cannot run, and uploads nothing", async () => {
    repository.write({ "infra/index.ts": "throw new Error('no program');\n" });
    repository.commit("broken");
    const failed = await run(documented(), "push");
    assert.equal(failed.code, 2, failed.out);
    assert.equal(existsSync(join(temp(), "agentid.sarif")), false);
    assert.ok(failed.used.every(({ action }) => !action.includes("upload-sarif")));
  });
});
