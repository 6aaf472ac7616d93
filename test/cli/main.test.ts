import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseReports } from "../../cli/report-file";
import { rules } from "../../policy-pack/rules/index";
import { Folder } from "./support/folder";
import { separate, shared } from "./support/manifests";
import { failingTool, printingTool } from "../engine/support/tools-on-path";
import { runCli, startCli } from "./support/run-cli";

describe("agentid", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("judges a folder that passes: exit 0, every workload named, nothing on standard error", async () => {
    folder.write({ "ok/desk.yaml": separate });
    const { code, out, err } = await runCli(["check", "ok"], folder.path);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.equal(
      out,
      "workload      is          identity      federation  tenant\n" +
        "acme/refunds  Deployment  acme/refunds  none        none\n" +
        "acme/triage   Deployment  acme/triage   none        none\n" +
        `\nok/manifests: passed; 2 workloads, 4 resources, ${rules.length} rules, no finding\n`,
    );
  });

  it("judges a folder that does not: exit 1, file and line by the folder it runs in", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const { code, out, err } = await runCli(["check", "bad"], folder.path);
    assert.deepEqual({ code, err }, { code: 1, err: "" });
    const [verdict = "", , ...lines] = out.split("\n");
    assert.equal(verdict, "bad/manifests: BLOCKED: 1 finding (1 critical) in 2 workloads");
    assert.match(
      lines[0] ?? "",
      /^critical {2}ServiceAccount `acme\/desk` is shared by 2 workloads/,
    );
    assert.match(out, /^ {4}bad\/desk\.yaml:\d+:7 \| serviceAccountName: desk\n +\| \^$/m);
    assert.ok(out.includes(`\n${verdict}; 4 resources, `), out);
  });

  it("answers in a process of its own, in CI as it is built, what the other tests see of it in theirs", async () => {
    folder.write({ "ok/desk.yaml": separate, "bad/desk.yaml": shared });
    await runCli(["baseline", "bad", "--out", "known.json"], folder.path);
    await runCli(["check", "bad", "--report", "json=report.json"], folder.path);
    for (const args of [
      ["check", "ok", "bad"],
      ["check", "bad", "--baseline", "known.json", "--report", "json"],
      ["report", "report.json", "--report", "markdown"],
      ["explain", "no-shared-identity", "--from", "report.json"],
      ["graph", "bad"],
      ["audit", "nowhere", "--verbose"],
      ["check", "bad", "--reprot", "json"],
    ]) {
      const here = await runCli(args, folder.path);
      assert.deepEqual(await startCli(args, folder.path).ended, here, args.join(" "));
    }
  });

  it("judges several each on its own, the worst exit code wins, and failures are listed separately", async () => {
    folder.write({ "ok/desk.yaml": separate, "bad/desk.yaml": shared, "broken/desk.yaml": "a: [" });
    const { code, out, err } = await runCli(
      ["check", "ok", "bad", "broken", "nowhere"],
      folder.path,
    );
    assert.equal(code, 2);
    assert.match(out, /^ok\/manifests: passed/m);
    assert.match(out, /^bad\/manifests: BLOCKED/m);
    assert.match(
      err,
      /^agentid: broken\/desk\.yaml:1:6: this is no YAML that is read here: Flow sequence in block collection must be .+\nagentid: cannot read `nowhere`: it does not exist; .+\n$/,
    );
  });

  it("judges what can be read of a folder, names what cannot, and exits with 2", async () => {
    folder.write({
      "k8s/desk.yaml": separate,
      "k8s/broken.yaml": "a: 1\na: 2\n",
      "k8s/template.yaml": "a: {{ .b }}\n",
    });
    const { code, out, err } = await runCli(["check", "k8s"], folder.path);
    assert.deepEqual(
      { code, err },
      {
        code: 2,
        err: "agentid: could not read `k8s/broken.yaml`, `k8s/template.yaml`: not all was judged\n",
      },
    );
    assert.match(
      out,
      /^not judged: k8s\/broken\.yaml:2:1: map keys must be unique\nnot judged: k8s\/template\.yaml:1:4: this is a template /m,
    );
    assert.match(out, /^k8s\/manifests: NOT PROVEN: 2 files not read; 4 resources, /m);
    const baseline = await runCli(["baseline", "k8s", "--out", "known.json"], folder.path);
    assert.deepEqual([baseline.code, baseline.err], [2, err]);
  });

  it("judges what kustomize prints, and points to the file that it read", async () => {
    folder.write({
      "k8s/base.yaml": shared,
      "k8s/kustomization.yaml": "resources: [base.yaml]\nnamespace: acme\n",
      "k8s/printed": shared.replace(
        /^metadata: \{/gm,
        '$& annotations: { config.kubernetes.io/origin: "path: @/base.yaml" },',
      ),
      "bin/kustomize": printingTool,
    });
    chmodSync(join(folder.path, "bin/kustomize"), 0o755);
    const PATH = join(folder.path, "bin");
    const { code, out, err } = await startCli(["check", "k8s"], folder.path, { PATH }).ended;
    assert.deepEqual({ code, err }, { code: 1, err: "" });
    assert.match(out, /^ {4}k8s\/base\.yaml:\d+:7 \| serviceAccountName: desk\n +\| \^$/m);
  });

  it("proves nothing of a folder with a kustomization that is not built: exit 3, or 2 without anything else", async () => {
    folder.write({
      "k8s/desk.yaml": separate,
      "k8s/prod/kustomization.yaml": "resources: [desk.yaml]\n",
      "k8s/prod/desk.yaml": shared,
      "bin/kustomize": failingTool("Error: a\u001b[31m'\r::error::obeyed"),
    });
    const without = { PATH: join(folder.path, "nowhere") };
    const said =
      "`k8s/prod` is a kustomization, and neither `kustomize` nor `kubectl` is installed; judge its output: `kustomize build k8s/prod | npx --no-install agentid check -`";
    const all = await startCli(["check", "k8s"], folder.path, without).ended;
    assert.deepEqual([all.code, all.err], [3, ""]);
    assert.ok(all.out.includes(`not judged: k8s/prod/kustomization.yaml:1: ${said}\n`), all.out);
    const only = await startCli(["check", "k8s/prod"], folder.path, without).ended;
    assert.deepEqual(only, {
      code: 2,
      out: "",
      err: `agentid: k8s/prod/kustomization.yaml:1:1: ${said}\n`,
    });
    chmodSync(join(folder.path, "bin/kustomize"), 0o755);
    const failing = { PATH: join(folder.path, "bin") };
    const { out } = await startCli(["check", "k8s"], folder.path, failing).ended;
    assert.match(
      out,
      /^not judged: k8s\/prod\/kustomization\.yaml:1: kustomize cannot build `k8s\/prod`: a\\u\{1b\}$/m,
    );
  });

  it("indents the lines of what a program threw, and a workflow's runner obeys none of them", async () => {
    const { code, out, err } = await runCli(["check", "test/engine/programs/throws-lines"]);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    const lines = err.split("\n");
    assert.equal(lines.length, 63);
    assert.deepEqual(
      [lines[0], lines[1], lines[3], lines[61], lines[62]],
      [
        "agentid: test/engine/programs/throws-lines/index.js:5:7: the program threw",
        "    RangeError: line 1",
        "    \\u{3a}:error::obeyed",
        "    … and 10 more lines, shown by --verbose",
        "",
      ],
    );
  });

  it("writes several reports at once, and text to standard output beside them", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const reports = ["sarif=a.sarif", "json=b.json", "markdown=c.md", "github"];
    const args = ["check", "bad", ...reports.flatMap((one) => ["--report", one])];
    const { code, out } = await runCli(args, folder.path);
    assert.equal(code, 1);
    assert.match(
      out,
      /^::error file=bad\/desk\.yaml,line=\d+,col=7,title=no-shared-identity \(critical\)::/,
    );
    assert.match(
      readFileSync(join(folder.path, "c.md"), "utf8"),
      /^### agentid: bad\/manifests: BLOCKED: 1 finding /,
    );
    assert.match(readFileSync(join(folder.path, "a.sarif"), "utf8"), /"uri": "bad\/desk.yaml"/);
    const written = parseReports(readFileSync(join(folder.path, "b.json"), "utf8"));
    assert.ok(written.kind === "ok" && written.reports[0]?.verdict === "violated");
    assert.deepEqual(readdirSync(folder.path).sort(), ["a.sarif", "b.json", "bad", "c.md"]);
  });

  it("answers 2, not a verdict, when a report cannot be written", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const { code, out, err } = await runCli(
      ["check", "bad", "--report", "json=no/x.json"],
      folder.path,
    );
    assert.deepEqual(
      { code, out, err },
      {
        code: 2,
        out: "",
        err: "agentid: cannot write the report `no/x.json`: it does not exist\n",
      },
    );
  });

  it("leaves no old report behind when nothing could be judged", async () => {
    folder.write({ "old.json": "### agentid: old" });
    assert.equal(
      (await runCli(["check", "nowhere", "--report", "json=old.json"], folder.path)).code,
      2,
    );
    assert.ok(!existsSync(join(folder.path, "old.json")));
  });

  it("reads known findings from a baseline, and blocks on a further consumer", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const first = await runCli(["baseline", "bad", "--out", "known.json"], folder.path);
    assert.deepEqual(first, {
      code: 0,
      err: "",
      out: "known.json: 2 known, 2 of them new; 0 gone\n",
    });
    const known = await runCli(["check", "bad", "--baseline", "known.json"], folder.path);
    assert.equal(known.code, 0);
    assert.match(known.out, /^bad\/manifests: passed; .*, 1 known$/m);

    // Settings name files of their own repository alone.
    folder.write({ ".git/HEAD": "ref: refs/heads/main\n" });
    const third = shared.slice(shared.lastIndexOf("---\n")).replaceAll("refunds", "search");
    folder.write({ "bad/search.yaml": third, "bad/agentid.yaml": "baseline: ../known.json\n" });
    const further = await runCli(["check", "bad"], folder.path);
    assert.equal(further.code, 1);
    assert.match(
      further.out,
      /^bad\/manifests: BLOCKED: 1 finding \(1 critical\) in 3 workloads; .*, 1 known$/m,
    );

    folder.write({ "bad/desk.yaml": separate });
    const fewer = await runCli(["baseline", "bad", "--out", "known.json"], folder.path);
    assert.equal(fewer.out, "known.json: 0 known, 0 of them new; 2 gone\n");
  });

  it("writes a baseline over one of another version, and over nothing else", async () => {
    const old = JSON.stringify({
      findings: [{ fingerprint: "a".repeat(32), rule: "r", about: "a" }],
    });
    folder.write({ "bad/desk.yaml": shared, "old.json": old, "package.json": "{}" });
    const args = ["baseline", "bad", "--out"];
    assert.equal(
      (await runCli([...args, "old.json"], folder.path)).out,
      "old.json: 2 known, 2 of them new; 0 gone\n",
    );
    assert.deepEqual(await runCli([...args, "package.json"], folder.path), {
      code: 2,
      out: "",
      err: "agentid: `package.json` is no baseline; remove it, or give another file by `--out`\n",
    });
  });

  it("writes no baseline when a program could not be run", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const { code } = await runCli(
      ["baseline", "bad", "nowhere", "--out", "known.json"],
      folder.path,
    );
    assert.equal(code, 2);
    assert.ok(!existsSync(join(folder.path, "known.json")));
  });

  it("takes levels from the settings beside a program, or from those named", async () => {
    folder.write({
      "bad/desk.yaml": shared,
      "bad/agentid.yaml": "levels: { no-shared-identity: advisory }\n",
      "strict.yaml": "levels: { no-shared-identity: mandatory }\n",
    });
    assert.equal((await runCli(["check", "bad"], folder.path)).code, 0);
    assert.equal(
      (await runCli(["check", "bad", "--settings", "strict.yaml"], folder.path)).code,
      1,
    );
  });

  it("points at a mistake in the settings: exit 2", async () => {
    folder.write({ "bad/desk.yaml": shared, "bad/agentid.yaml": "scope: all\nlevel: {}\n" });
    assert.deepEqual(await runCli(["check", "bad"], folder.path), {
      code: 2,
      out: "",
      err: "agentid: bad/agentid.yaml:2:1: this setting is not known; did you mean `levels`?\n",
    });
  });

  it("shows a written report again, in another format and by another folder", async () => {
    folder.write({ "bad/desk.yaml": shared });
    await runCli(["check", "bad", "--report", "json=report.json"], folder.path);
    const again = await runCli(
      ["report", "report.json", "--report", "github", "--root", "up"],
      folder.path,
    );
    assert.equal(again.code, 0);
    assert.match(again.out, /^::error file=bad\/desk\.yaml,/);
    const here = await runCli(["report", "report.json", "--root", "up"], folder.path);
    assert.match(here.out, /^ {4}at: up\/bad\/desk\.yaml:\d+:\d+ /m);
    folder.write({ "report.json": "{}" });
    assert.deepEqual(await runCli(["report", "report.json"], folder.path), {
      code: 2,
      out: "",
      err: "agentid: `report.json` is no report of this version; give what `--report json` or `AGENTID_REPORT` wrote\n",
    });
  });

  it("lists the rules", async () => {
    const { code, out } = await runCli(["rules"]);
    assert.equal(code, 0);
    assert.match(
      out,
      /^critical {2}no-shared-identity +Each workload has an identity of its own$/m,
    );
  });

  it("answers 2 to a mistyped command or option, and suggests the intended one", async () => {
    const command = await runCli(["chekc"]);
    assert.equal(command.code, 2);
    assert.match(command.err, /unknown command 'chekc'\n\(Did you mean check\?\)/);
    const option = await runCli(["check", ".", "--reprot", "json"]);
    assert.equal(option.code, 2);
    assert.match(option.err, /unknown option '--reprot'\n\(Did you mean --report\?\)/);
    assert.equal((await runCli([])).code, 2);
    assert.equal((await runCli(["check"])).code, 2);
  });

  it("reports a value of --config without a key, without repeating it", async () => {
    assert.deepEqual(await runCli(["check", ".", "--config", "hunter2"]), {
      code: 2,
      out: "",
      err: "agentid: `--config` takes KEY=VALUE, such as `--config aws:region=eu-west-1`\n",
    });
  });

  it("makes names with ANSI and commands in them harmless on both streams", async () => {
    folder.write({ "evil/desk.yaml": shared.replaceAll("acme", '"a\\e[31m\\n::error::x"') });
    const { out } = await runCli(["check", "evil", "no\u001b[31mwhere"], folder.path);
    assert.match(out, /a\\u\{1b\}\[31m\\u\{a\}::error::x\/desk/);
    const { err } = await runCli(["check", "no\u001b[31m\n::error::where"], folder.path);
    for (const text of [out, err]) assert.doesNotMatch(text, /[^\P{C}\n]|^\s*::/mu);
  });
});
