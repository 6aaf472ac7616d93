import assert from "node:assert/strict";
import { rules } from "../../policy-pack/rules/index";
import { rulePage } from "../../cli/rule-pages";
import { Folder } from "./support/folder";
import { shared } from "./support/manifests";
import { runCli } from "./support/run-cli";

describe("agentid explain", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("prints the page of a rule, without links to files that the reader may not have", async () => {
    const { code, out, err } = await runCli(["explain", "no-shared-secret"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^# no-shared-secret\n/);
    assert.match(out, /^## Why$/m);
    assert.doesNotMatch(out, /\]\((?!https:)|<!--/);
  });

  it("names what a standard is and which rules serve it, by its id with or without the year", async () => {
    const { code, out, err } = await runCli(["explain", "NHI9:2025"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(
      out,
      /^# NHI9:2025: NHI Reuse\n\nOWASP Non-Human Identities Top 10 2025\. Source: https:/,
    );
    const serving = rules.filter(({ standards }) => standards.includes("NHI9:2025"));
    assert.ok(serving.length > 5);
    assert.ok(out.endsWith(`\n${serving.map(({ id, title }) => `- ${id}: ${title}\n`).join("")}`));
    assert.equal((await runCli(["explain", "nhi9"])).out, out);
    assert.match(
      (await runCli(["explain", "NHI10"])).out,
      /\nNot covered: how people use [^\n]*\.\n$/,
    );
    const revoked = (await runCli(["explain", "NIST-800-53r5:AC-3(8)"])).out;
    assert.match(
      revoked,
      /\nRules and pages that serve it:\n\n- docs\/broker\/commands\.md#revoke: Revoke\n$/,
    );
  });

  it("has a page of every rule, and none of another file", () => {
    for (const { id } of rules) assert.match(rulePage(id) ?? "", new RegExp(`^# ${id}\n`));
    assert.equal(rulePage("../cli"), undefined);
  });

  it("shows a finding by the beginning of its fingerprint, with all its evidence and the page of its rule", async () => {
    folder.write({ "bad/desk.yaml": shared });
    await runCli(["check", "bad", "--report", "json=report.json"], folder.path);
    const { out: all } = await runCli(["report", "report.json", "--verbose"], folder.path);
    const [, fingerprint = ""] = /fingerprint: ([0-9a-f]{32})/.exec(all) ?? [];
    const { code, out } = await runCli(
      ["explain", fingerprint.slice(0, 8), "--from", "report.json"],
      folder.path,
    );
    assert.equal(code, 0);
    assert.match(out, /^critical {2}.+ {2}\[[\w-]+\]\n/);
    assert.match(out, new RegExp(`^ {4}fingerprint: ${fingerprint}$`, "m"));
    assert.match(out, /^# no-shared-identity$/m);
  });

  for (const [what, args, err] of [
    [
      "a rule that is not there",
      ["explain", "no-shared-secrets"],
      "agentid: no rule or standard is called `no-shared-secrets`; did you mean `no-shared-secret`?\n",
    ],
    [
      "a path in place of a rule",
      ["explain", "../cli"],
      "agentid: no rule or standard is called `../cli`; `npx --no-install agentid rules` lists the rules\n",
    ],
    [
      "a fingerprint without a report",
      ["explain", "0123456789abcdef"],
      "agentid: `0123456789abcdef` is a fingerprint; name the report that has it: `npx --no-install agentid explain 0123456789abcdef --from report.json`\n",
    ],
  ] as const) {
    it(`refuses ${what}: exit 2`, async () => {
      assert.deepEqual(await runCli(args), { code: 2, out: "", err });
    });
  }

  it("reports that a fingerprint is not in the report", async () => {
    folder.write({ "ok/desk.yaml": shared.slice(0, shared.indexOf("---\n")) });
    await runCli(["check", "ok", "--report", "json=report.json"], folder.path);
    assert.deepEqual(
      await runCli(["explain", "0123456789", "--from", "report.json"], folder.path),
      {
        code: 2,
        out: "",
        err: "agentid: `report.json` has no finding with the fingerprint `0123456789`\n",
      },
    );
  });
});

describe("agentid check, of what is shown,", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("judges what is piped, and points into it", async () => {
    const { code, out, err } = await runCli(["check", "-"], folder.path, { piped: shared });
    assert.deepEqual({ code, err }, { code: 1, err: "" });
    assert.match(out, /^stdin\/manifests: BLOCKED: 1 finding /);
    assert.match(out, /^ {4}at: stdin:\d+:\d+ {2}spec\.template\.spec\.serviceAccountName$/m);
    assert.deepEqual(await runCli(["check", "-"], folder.path), {
      code: 2,
      out: "",
      err: "agentid: no Kubernetes object in stdin\n",
    });
  });

  it("shows with --quiet the verdict and what blocks, and with --min-severity also what is as severe", async () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { namespace: acme, name: sync }\nspec: {}\n";
    folder.write({ "bad/desk.yaml": shared, "bad/pod.yaml": pod });
    const show = async (...args: readonly string[]): Promise<string> =>
      (await runCli(["check", "bad", ...args], folder.path)).out;
    assert.match(await show(), /^low {2}no-default-identity: {2}advisory, 1 finding$/m);
    assert.doesNotMatch(await show("--quiet"), /advisory, \d/);
    assert.match(await show("--min-severity", "critical"), /^critical {2}/m);
    assert.doesNotMatch(await show("--min-severity", "critical"), /advisory, \d/);
    assert.match(await show("--color"), /\u001b\[/);
    assert.doesNotMatch(await show("--no-color"), /\u001b\[/);
  });

  it("gives paths from the repository, and in text from the current folder", async () => {
    folder.write({ ".git/HEAD": "ref: refs/heads/main\n", "infra/bad/desk.yaml": shared });
    const infra = `${folder.path}/infra`;
    const annotations = (await runCli(["check", "bad", "--report", "github"], infra)).out;
    assert.match(annotations, /^::error file=infra\/bad\/desk\.yaml,/);
    assert.match((await runCli(["check", "bad"], infra)).out, /^ {4}bad\/desk\.yaml:\d+:\d+ \| /m);
    const here = (await runCli(["check", "bad", "--report", "github", "--root", "."], infra)).out;
    assert.match(here, /^::error file=bad\/desk\.yaml,/);
  });

  for (const [args, err] of [
    [
      ["check", ".", "--min-severity", "hihg"],
      "agentid: `--min-severity hihg` is no severity; choose `critical`, `high`, `medium`, `low`\n",
    ],
    [
      ["check", ".", "--quiet", "--verbose"],
      "agentid: `--verbose` and `--quiet` exclude each other\n",
    ],
  ] as const) {
    it(`refuses ${args.slice(2).join(" ")}: exit 2`, async () => {
      assert.deepEqual(await runCli(args), { code: 2, out: "", err });
    });
  }
});
