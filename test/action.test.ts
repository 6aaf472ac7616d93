import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Folder } from "./cli/support/folder";
import { runCli } from "./cli/support/run-cli";

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const text = readFileSync("action.yml", "utf8");
const { inputs, runs } = parse(text) as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};

function stepOf(name: string): Step {
  return runs.steps.find((step) => step.name === name)!;
}

/** Stands for npx: writes its arguments down, writes a report, and ends with the code it is to. */
const npx = `#!/bin/sh
printf '%s\\n' "$@" >> "$RUNNER_TEMP/arguments"
[ -z "$REPORTS" ] || echo '{}' > "$RUNNER_TEMP/agentid.json"
exit "$ENDS"
`;

describe("the action for GitHub", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.write({ "bin/npx": npx, output: "" });
    chmodSync(join(folder.path, "bin/npx"), 0o755);
  });
  afterEach(() => {
    folder.remove();
  });

  const read = (name: string): string =>
    existsSync(join(folder.path, name)) ? readFileSync(join(folder.path, name), "utf8") : "";

  /** Runs a step as the runner does: `bash --noprofile --norc -eo pipefail`. */
  function run(name: string, environment: NodeJS.ProcessEnv): number | null {
    const { status } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", stepOf(name).run!],
      {
        env: {
          PATH: `${join(folder.path, "bin")}:${process.env["PATH"] ?? ""}`,
          RUNNER_TEMP: folder.path,
          GITHUB_OUTPUT: join(folder.path, "output"),
          ENDS: "0",
          ...environment,
        },
      },
    );
    return status;
  }

  const judging = {
    AGENTID_PATHS: ".",
    AGENTID_MODE: "offline",
    AGENTID_STACK: "",
    AGENTID_AGAINST: "",
  };

  it("judges offline, and leaves the verdict to its last step", () => {
    assert.equal(run("Judge identities and secrets", { ...judging, ENDS: "1", REPORTS: "yes" }), 0);
    assert.equal(
      read("arguments"),
      [
        "--no-install",
        "agentid",
        "check",
        "--report",
        "github",
        "--report",
        `json=${folder.path}/agentid.json`,
        "--report",
        `sarif=${folder.path}/agentid.sarif`,
        "--",
        ".",
        "",
      ].join("\n"),
    );
    assert.equal(read("output"), "code=1\nreported=true\n");
    assert.equal(run("Verdict", { AGENTID_CODE: "1" }), 1);
    assert.equal(run("Verdict", { AGENTID_CODE: "0" }), 0);
  });

  it("reports nothing where nothing was judged, and fails where no code is known", () => {
    assert.equal(run("Judge identities and secrets", { ...judging, ENDS: "2" }), 0);
    assert.equal(read("output"), "code=2\n");
    assert.notEqual(run("Verdict", { AGENTID_CODE: "" }), 0);
    assert.equal(run("Judge identities and secrets", { ...judging, AGENTID_MODE: "real" }), 2);
  });

  it("previews by the engine, of several paths, against what was before", () => {
    const more = {
      ...judging,
      AGENTID_PATHS: 'infra/a  infra/$(touch "$RUNNER_TEMP/owned")',
      AGENTID_MODE: "pulumi",
      AGENTID_STACK: "a b",
      AGENTID_AGAINST: "git:origin/main",
    };
    assert.equal(run("Judge identities and secrets", more), 0);
    const given = read("arguments").split("\n");
    assert.deepEqual(given.slice(given.indexOf("--engine")), [
      ...["--engine", "pulumi", "--stack", "a b", "--against", "git:origin/main", "--"],
      ...["infra/a", "infra/$(touch", '"$RUNNER_TEMP/owned")', ""],
    ]);
    assert.equal(existsSync(join(folder.path, "owned")), false);
  });

  it("comments, writes the summary, or both", () => {
    for (const [comment, summary, to] of [
      ["true", "true", "both"],
      ["true", "false", "pull-request"],
      ["false", "true", "summary"],
    ] as const) {
      run("Report to reviewers", { AGENTID_COMMENT: comment, AGENTID_SUMMARY: summary });
      assert.match(read("arguments"), new RegExp(`agentid\\.json\\n--to\\n${to}\\n$`));
    }
  });

  it("gives commands options that there are", async () => {
    const helps = await Promise.all(["check", "comment"].map((each) => runCli([each, "--help"])));
    const help = helps.map(({ out }) => out).join("");
    const used = runs.steps.flatMap(({ run = "" }) => run.match(/ \(?--[a-z]+|\(--[a-z]+/g) ?? []);
    for (const option of used.map((each) => each.replace(/[ (]/g, "")))
      if (option !== "--no") assert.ok(help.includes(`${option} `), option);
  });

  it("has no expression in a script, and names each action by its commit", () => {
    for (const { run, uses } of runs.steps) {
      assert.doesNotMatch(run ?? "", /\$\{\{/);
      if (uses !== undefined) assert.match(uses, /@[0-9a-f]{40}$/);
    }
    assert.match(text, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/m);
    assert.deepEqual(Object.keys(inputs), [
      ...[
        "path",
        "working-directory",
        "mode",
        "stack",
        "against",
        "comment",
        "summary",
        "sarif",
        "token",
      ],
    ]);
  });
});
