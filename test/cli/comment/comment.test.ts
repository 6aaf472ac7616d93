import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holdingReport, sampleReport } from "../report/sample-report";
import { Folder } from "../support/folder";
import { runCli, type Run } from "../support/run-cli";
import { bot, GitHubServer } from "./github-server";

const token = "ghs_s3cret";
const merge = "e".repeat(40);

describe("agentid comment", () => {
  let server: GitHubServer;
  let folder: Folder;
  beforeEach(async () => {
    server = new GitHubServer();
    await server.start();
    folder = new Folder();
    const event = { pull_request: { number: 7, head: { sha: server.head } } };
    folder.write({
      "report.json": JSON.stringify(sampleReport),
      "holds.json": JSON.stringify(holdingReport),
      "event.json": JSON.stringify(event),
      "push.json": JSON.stringify({ ref: "refs/heads/main" }),
      "summary.md": "before\n",
    });
  });
  afterEach(async () => {
    folder.remove();
    await server.stop();
  });

  /** As a job of GitHub Actions runs it. */
  function run(args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Run> {
    const variables = {
      GITHUB_API_URL: server.address,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "acme/desk",
      GITHUB_EVENT_PATH: join(folder.path, "event.json"),
      GITHUB_SHA: merge,
      GITHUB_RUN_ID: "21",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_WORKFLOW: "identities",
      GITHUB_JOB: "check",
      GITHUB_STEP_SUMMARY: join(folder.path, "summary.md"),
      GITHUB_TOKEN: token,
      ...changes,
    };
    return runCli(["comment", "--today", "2026-11-30", ...args], folder.path, { variables });
  }

  const summary = (): string => readFileSync(join(folder.path, "summary.md"), "utf8");

  it("writes the report as a comment with links at the head of the pull request", async () => {
    const { code, out, err } = await run(["report.json"]);
    assert.deepEqual(
      { code, out, err },
      { code: 0, out: "", err: "agentid: acme/desk#7: comment written\n" },
    );
    const [comment] = server.comments;
    assert.match(
      comment!.body,
      /^<!-- agentid:comment:[0-9a-f]{12} sha=a{40} run=21\.1 sum=[0-9a-f]{12} -->\n### agentid: desk\/dev: BLOCKED: /,
    );
    assert.match(
      comment!.body,
      /"https:\/\/github\.com\/acme\/desk\/blob\/a{40}\/desk\/index\.ts#L42"/,
    );
    assert.equal(summary(), "before\n");
  });

  it("reports success in an earlier comment that reported otherwise, and starts none where all passed", async () => {
    assert.match(
      (await run(["holds.json", "--key", "k"])).err,
      /: nothing written, since it passed /,
    );
    assert.equal(server.comments.length, 0);
    await run(["report.json", "--key", "k"]);
    const { code } = await run(["holds.json", "--key", "k"], { GITHUB_RUN_ID: "22" });
    assert.equal(code, 0);
    assert.deepEqual(
      server.comments.map(({ body }) => body.split("\n")[1]),
      ["### agentid: support-desk/dev: passed"],
    );
    assert.match((await run(["holds.json", "--always"])).err, /: comment written\n$/);
    assert.equal(server.comments.length, 2);
  });

  it("separates new findings by an earlier report", async () => {
    const { findings } = sampleReport.judgement;
    const old = {
      ...sampleReport,
      judgement: { ...sampleReport.judgement, findings: findings.slice(2) },
    };
    writeFileSync(join(folder.path, "old.json"), JSON.stringify(old));
    await run(["report.json", "--against", "old.json"]);
    const [comment] = server.comments;
    assert.match(comment!.body, /^\| critical, new \| Role <code>support-desk</m);
    assert.match(comment!.body, /^\| critical \| Role <code>globex-refunds</m);
    assert.match(comment!.body, /^\*\*Against\*\* `old\.json`: 1 new finding, /m);
  });

  const elsewhere: readonly [string, NodeJS.ProcessEnv, RegExp][] = [
    ["a fork's run has no token", { GITHUB_TOKEN: "" }, /^agentid: `GITHUB_TOKEN` is not set; /],
    [
      "the run is for a push",
      { GITHUB_EVENT_PATH: "push.json" },
      /^agentid: this run is for no pull request; /,
    ],
    [
      "nothing is known of a repository",
      { GITHUB_REPOSITORY: undefined },
      /^agentid: no repository is known; /,
    ],
  ];
  for (const [what, changes, sentence] of elsewhere) {
    it(`writes the job summary where ${what}`, async () => {
      const { code, out, err } = await run(["report.json"], changes);
      assert.deepEqual({ code, out }, { code: 0, out: "" });
      assert.match(err, sentence);
      assert.match(err, /; the report went to the job summary instead\n$/);
      assert.match(summary(), /^before\n### agentid: desk\/dev: BLOCKED: /);
      assert.deepEqual(server.changes, []);
    });
  }

  it("writes the job summary where the token may not write, and shows the token nowhere", async () => {
    server.faults.push((request) =>
      request.startsWith("POST /repos")
        ? { status: 403, message: "Resource not accessible by integration" }
        : undefined,
    );
    const { code, out, err } = await run(["report.json"]);
    assert.deepEqual({ code, out }, { code: 0, out: "" });
    assert.match(err, /^agentid: the token may not write to the pull request; .*\n$/);
    assert.match(summary(), /^before\n### agentid: desk\/dev: BLOCKED: /);
    assert.doesNotMatch(out + err + summary(), /s3cret/);
  });

  it("prints the report where there is no job summary, and writes both on request", async () => {
    const printed = await run(["report.json", "--to", "summary"], { GITHUB_STEP_SUMMARY: "" });
    assert.match(printed.out, /^### agentid: desk\/dev: BLOCKED: /);
    assert.equal(printed.err, "");
    assert.deepEqual(server.requests, []);
    await run(["report.json", "--to", "both"]);
    assert.match(summary(), /^before\n### agentid: /);
    assert.equal(server.comments.length, 1);
  });

  it("keeps one comment of two runs at once", async () => {
    const runs = await Promise.all([
      run(["report.json"], { GITHUB_RUN_ID: "31" }),
      run(["report.json"], { GITHUB_RUN_ID: "32" }),
    ]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0],
    );
    assert.equal(server.comments.length, 1);
    assert.match(server.comments[0]!.body, / run=32\.1 /);
  });

  it("keeps a comment for each job, workflow and program", async () => {
    await run(["report.json"]);
    await run(["report.json"], { GITHUB_JOB: "preview" });
    await run(["report.json"], { GITHUB_WORKFLOW: "other" });
    writeFileSync(
      join(folder.path, "report.json"),
      JSON.stringify({ ...sampleReport, stack: "prod" }),
    );
    await run(["report.json"]);
    assert.equal(server.comments.length, 4);
    assert.ok(server.comments.every(({ user }) => user?.login === bot));
  });

  const unusable: readonly [readonly string[], NodeJS.ProcessEnv, string][] = [
    [["none.json"], {}, "cannot read the report `none.json`: it does not exist"],
    [
      ["event.json"],
      {},
      "`event.json` is no report of this version; give what `--report json` or `AGENTID_REPORT` wrote",
    ],
    [["report.json", "--repo", "desk"], {}, "`desk` is no repository; write `owner/name`"],
    [["report.json", "--pr", "0"], {}, "`0` is no number of a pull request"],
    [["report.json", "--sha", "abc"], {}, "`abc` is no commit; write its whole hash"],
    [["report.json", "--to", "me"], {}, "`--to me` is none of `pull-request`, `summary`, `both`"],
    [
      ["report.json", "--key", "-->"],
      {},
      "`--key` takes at most 64 letters, digits, `.`, `_` and `-`",
    ],
    [["report.json", "--today", "x"], {}, "`x` is no day such as 2026-11-30"],
    [
      ["report.json"],
      { GITHUB_API_URL: "http://evil.test" },
      "GITHUB_API_URL is no address with `https:`",
    ],
    [
      ["report.json"],
      { GITHUB_EVENT_PATH: "summary.md" },
      "`summary.md` of GITHUB_EVENT_PATH is not JSON",
    ],
  ];
  for (const [args, changes, sentence] of unusable) {
    it(`sends nothing and exits with 2: ${sentence}`, async () => {
      assert.deepEqual(await run(args, changes), {
        code: 2,
        out: "",
        err: `agentid: ${sentence}\n`,
      });
      assert.deepEqual(server.requests, []);
    });
  }

  it("takes no token as an argument", async () => {
    const { out } = await runCli(["comment", "--help"], folder.path);
    assert.doesNotMatch(out, /--token/);
  });
});
