import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../policy-pack/views/report";
import type { Resource } from "../../core/snapshot/resource";
import { Folder } from "../cli/support/folder";
import { runCli, type Run } from "../cli/support/run-cli";
import { fenced, matchQuotes } from "../pages/quoted";
import { deployProgram } from "../support/deployed-program";
import { exportOf } from "../support/views";
import { inProgramHost } from "../support/program-host";

const example = "examples/pull-request";
const place = { account: "111122223333", region: "eu-central-1" };

/** A run of GitHub Actions that a test is part of is not the one of the example. */
const noRun = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith("GITHUB_"))
    .map((name) => [name, undefined]),
);

/** A repository that has the example on `main`, with packages as npm installs them. */
class Repository extends Folder {
  constructor() {
    super();
    this.example(example);
    this.write({ ".gitignore": "node_modules\n*.json\n" });
    this.git("init", "--quiet", "--initial-branch", "main");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "before");
    this.git("update-ref", "refs/remotes/origin/main", "main");
  }

  git(...args: readonly string[]): void {
    const person = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    execFileSync("git", [...person, ...args], {
      cwd: this.path,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  /** The example as one of its changes leaves it. */
  change(name: string): void {
    this.git("checkout", "--quiet", "--", example);
    this.git("apply", `${example}/${name}.diff`);
  }

  agentid(...args: readonly string[]): Promise<Run> {
    return runCli(args, this.path, { variables: noRun });
  }

  read(file: string): Report {
    return JSON.parse(readFileSync(join(this.path, file), "utf8")) as Report;
  }

  /** The stack once the program is deployed unchanged. */
  deploy(before?: readonly Resource[]): Promise<readonly Resource[]> {
    return deployProgram(join(this.path, example), place, before);
  }
}

/** A comment up to its first finding, as a quotation. */
function beginningOf(comment: string): string {
  const end = comment.indexOf("#### Authority");
  assert.ok(end > 0);
  const lines = comment.slice(0, end).trimEnd().split("\n");
  return lines.map((line) => `> ${line}`.trimEnd()).join("\n");
}

describe("the example of a pull request", () => {
  inProgramHost();

  let repository: Repository;
  const against = ["--against", "git:origin/main"] as const;

  before(() => {
    repository = new Repository();
  });

  after(() => repository.remove());

  /** Compares the picture of the program as it is now with that of the README. */
  async function isDrawn(name: string): Promise<void> {
    const { code, out } = await repository.agentid("graph", example, "--format", "svg");
    assert.equal(code, 0);
    const file = `docs/pictures/${name}.svg`;
    if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, out);
    assert.equal(out, readFileSync(file, "utf8"));
  }

  it("is shown in its page as the commands print it", async () => {
    repository.change("shared-key");
    const reports = ["--report", "github", "--report", "json=report.json"];
    const annotation = await repository.agentid("check", example, ...against, ...reports);
    assert.deepEqual([annotation.code, annotation.err], [1, ""]);
    const comment = await repository.agentid("comment", "report.json", "--to", "summary");
    assert.deepEqual([comment.code, comment.err], [0, ""]);
    await isDrawn("shared-key");
    repository.change("key-per-customer");
    await isDrawn("key-per-customer");
    const fixed = await repository.agentid("check", example, ...against);
    assert.deepEqual([fixed.code, fixed.err], [0, ""]);
    matchQuotes("README.md", { comment: beginningOf(comment.out) });
    const from = (file: string): string => readFileSync(join(example, file), "utf8");
    matchQuotes("docs/pull-request.md", {
      "index.ts": fenced("ts", from("index.ts")),
      "shared-key.diff": fenced("diff", from("shared-key.diff")),
      annotation: fenced("text", annotation.out),
      comment: comment.out,
    });
    matchQuotes("docs/pull-request-fixed.md", {
      "key-per-customer.diff": fenced("diff", from("key-per-customer.diff")),
      fixed: fenced("text", fixed.out.slice(fixed.out.indexOf("Against"))),
    });
  });

  it("has the same finding before and after its first deployment, and against what is deployed", async () => {
    repository.git("checkout", "--quiet", "--", example);
    const main = await repository.deploy();
    repository.change("shared-key");
    const head = await repository.deploy(main);
    repository.write({ "stack.json": exportOf(main) ?? "", "head.json": exportOf(head) ?? "" });
    const judged = async (name: string, ...flags: readonly string[]) => {
      const report = `${name}.json`;
      const { code } = await repository.agentid(
        "check",
        example,
        ...flags,
        "--report",
        `json=${report}`,
      );
      const { judgement, against: compared } = repository.read(report);
      const rows = compared?.authority?.changed.flatMap((one) => one.rows) ?? [];
      return {
        code,
        found: judgement.findings.map(({ rule, message }) => `${rule}: ${message}`),
        counts: [compared?.new.length, compared?.known.length, compared?.gone.length],
        authority: rows.map(({ change, sentence }) => `${change}: ${sentence}`),
      };
    };
    const wanted = {
      code: 1,
      found: [
        "no-cross-tenant-access: Secret `crm-key` can be used by `secretsmanager:GetSecretValue` from two tenants: acme, globex",
      ],
      counts: [1, 0, 0],
      authority: [
        "wider: `acme/triage` can now `secretsmanager:GetSecretValue` on `crm-key`",
        "wider: `globex/triage` can now `secretsmanager:GetSecretValue` on `crm-key`",
      ],
    };
    assert.deepEqual(await judged("first", ...against), wanted);
    assert.deepEqual(await judged("later", ...against, "--state", "stack.json"), wanted);
    const stack = ["--state", "stack.json", "--against", "stack.json"];
    assert.deepEqual(await judged("deployed", ...stack), wanted);
    // Once the key itself is deployed, it has its name at AWS; the finding is the one of the first preview.
    const merged = await judged("merged", "--state", "head.json", "--against", "first.json");
    assert.deepEqual([merged.code, merged.counts], [1, [0, 1, 0]]);
  });
});
