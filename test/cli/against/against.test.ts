import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Report } from "../../../policy-pack/views/report";
import { Folder } from "../support/folder";
import { runCli, startCli, type Run } from "../support/run-cli";
import { inProgramHost } from "../../support/program-host";

const binding = (...verbs: readonly string[]): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reads, namespace: acme }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [${verbs.join(", ")}] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reads, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reads }
subjects: [{ kind: ServiceAccount, name: triage, namespace: acme }]
`;

const deployment = (name: string, account: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: acme }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${account}
      automountServiceAccountToken: false
      containers: [{ name: main, image: "example.com/${name}:1" }]
`;

const account = (name: string): string => `apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: acme }
`;

const before = [account("triage"), deployment("triage", "triage"), binding("get")].join("---\n");
const wider = [binding("list", "get"), deployment("triage", "triage"), account("triage")].join(
  "---\n",
);
const shared = `${before}---\n${deployment("refunds", "triage")}`;

describe("agentid check --against", () => {
  inProgramHost();

  let folder: Folder;
  let others: Folder;
  let temporary: string;

  beforeEach(() => {
    folder = new Folder();
    others = new Folder();
    temporary = others.path;
    mkdirSync(join(folder.path, "k"));
  });

  afterEach(() => {
    folder.remove();
    others.remove();
  });

  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: folder.path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });

  const put = (text: string): void => {
    writeFileSync(join(folder.path, "k/all.yaml"), text);
  };

  const commit = (text: string): void => {
    put(text);
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "before");
  };

  const checkWith = (variables: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Run> =>
    runCli(["check", "k", ...args], folder.path, {
      variables: { TMPDIR: temporary, ...variables },
    });

  const check = (...args: readonly string[]): Promise<Run> => checkWith({}, ...args);

  const untouched = (): void => {
    assert.equal(git("worktree", "list").trim().split("\n").length, 1);
    assert.deepEqual(readdirSync(temporary), []);
  };

  it("git:REV reports what changes against a revision, and leaves the repository unchanged", async () => {
    commit(before);
    put(wider);
    const { out, err, code } = await check("--against", "git:HEAD");
    assert.equal(err, "");
    assert.equal(
      out.slice(out.indexOf("Against")),
      `Against git:HEAD: 0 new findings, 0 known, 0 gone
Authority: 1 wider, 0 the same
+ \`acme/triage\` can now \`list\` on \`configmaps in namespace acme\`  k/all.yaml:1:1

k/manifests: passed; 1 workload, 4 resources, 39 rules, no finding
`,
    );
    assert.equal(code, 0);
    assert.equal(git("status", "--short"), " M k/all.yaml\n");
    untouched();
  });

  it("git:REV reports nothing where only order and formatting changed", async () => {
    commit(before);
    put(wider.replace("[list, get]", '["get"]'));
    const { out, code } = await check("--against", "git:HEAD");
    assert.match(
      out,
      /Against git:HEAD: 0 new findings, 0 known, 0 gone\nAuthority: 1 the same\n\n/,
    );
    assert.equal(code, 0);
  });

  it("separates new, known and gone findings, and --new-only blocks only by new ones", async () => {
    commit(shared);
    const known = await check("--against", "git:HEAD", "--report", "json");
    assert.equal(known.code, 1);
    const { against, judgement } = JSON.parse(known.out) as Report;
    assert.deepEqual(against?.new, []);
    assert.deepEqual(against.gone, []);
    assert.deepEqual(
      against.known,
      judgement.findings.map(({ fingerprint }) => fingerprint),
    );
    assert.equal((await check("--against", "git:HEAD", "--new-only")).code, 0);

    put(before);
    const gone = JSON.parse(
      (await check("--against", "git:HEAD", "--report", "json")).out,
    ) as Report;
    assert.deepEqual(
      gone.against?.gone.map(({ rule }) => rule).filter((rule) => rule === "no-shared-identity"),
      judgement.findings.map(({ rule }) => rule).filter((rule) => rule === "no-shared-identity"),
    );
    assert.deepEqual(gone.against.known, []);

    put(before);
    git("commit", "-qam", "apart");
    put(shared);
    assert.equal((await check("--against", "git:HEAD", "--new-only")).code, 1);
    untouched();
  });

  it("compares with a saved report in the same way", async () => {
    put(before);
    await check("--report", "json=before.json");
    put(wider);
    const { out, code } = await check("--against", "before.json", "--report", "json");
    assert.equal(code, 0);
    const { against } = JSON.parse(out) as Report;
    assert.deepEqual(
      against?.authority?.changed.flatMap(({ rows }) => rows.map(({ sentence }) => sentence)),
      ["`acme/triage` can now `list` on `configmaps in namespace acme`"],
    );
    await check("--report", "json=after.json");
    const shown = await runCli(["report", "after.json", "--against", "before.json"], folder.path);
    assert.match(shown.out, /^\+ `acme\/triage` can now `list` on /m);
    assert.equal(shown.code, 0);
  });

  it("takes a saved snapshot, which is judged by the same settings", async () => {
    put(before);
    await check("--save-snapshot", "before.json");
    put(wider);
    const { out } = await check("--against", "before.json");
    assert.match(out, /^\+ `acme\/triage` can now `list` on /m);
  });

  it("takes all of a program that was not there for new", async () => {
    put(before);
    git("init", "-q");
    writeFileSync(join(folder.path, "README.md"), "");
    git("add", "README.md");
    git("commit", "-qm", "before");
    const { out, code } = await check("--against", "git:HEAD");
    assert.match(
      out,
      /^Against git:HEAD: 0 new findings, 0 known, 0 gone \(the program was not there\)$/m,
    );
    assert.match(out, /^\+ `acme\/triage` can now `get` on /m);
    assert.equal(code, 0);
  });

  const refused: readonly (readonly [string, readonly string[], string])[] = [
    [
      "an option of git",
      ["--against", "git:--output=x"],
      "`--output=x` is no revision; write a branch, a tag or a commit, such as `git:main`",
    ],
    [
      "text with controls, which are shown harmless",
      ["--against", "git:a\u001b[31mb\nc"],
      "`a\\u{1b}[31mb\\u{a}c` is no revision; write a branch, a tag or a commit, such as `git:main`",
    ],
    [
      "an unknown revision",
      ["--against", "git:nowhere"],
      "the repository has no revision `nowhere`; fetch it first, in CI with the whole history",
    ],
    [
      "a range",
      ["--against", "git:HEAD..HEAD"],
      "the repository has no revision `HEAD..HEAD`; fetch it first, in CI with the whole history",
    ],
    [
      "--new-only by itself",
      ["--new-only"],
      "`--new-only` needs what came before: give it by `--against`",
    ],
    [
      "a file that is not there",
      ["--against", "no.json"],
      "cannot read the report `no.json`: it does not exist",
    ],
    [
      "a file that is no report",
      ["--against", "k/all.yaml"],
      "`k/all.yaml` is not JSON, or only a part of it",
    ],
  ];
  for (const [what, args, reason] of refused) {
    it(`refuses ${what}`, async () => {
      commit(before);
      const { out, err, code } = await check(...args);
      assert.deepEqual([out, err, code], ["", `agentid: ${reason}\n`, 2]);
      untouched();
    });
  }

  it("reports a folder outside of a repository", async () => {
    put(before);
    const { err, code } = await check("--against", "git:main");
    assert.match(err, /^agentid: `.*k` is in no Git repository, so there is no `git:main`\n$/);
    assert.equal(code, 2);
  });

  it("gives no verdict where the program cannot be judged at the revision", async () => {
    commit("kind: [");
    put(before);
    const { out, err, code } = await check("--against", "git:HEAD");
    assert.equal(code, 2, out + err);
    assert.match(
      err,
      /^agentid: there is nothing to compare with, as `k` at `HEAD` could not be judged: /,
    );
    untouched();
  });

  it("runs no hook of the repository, and goes by no variable of git", async () => {
    commit(before);
    const hook = join(folder.path, ".git/hooks/post-checkout");
    writeFileSync(hook, `#!/bin/sh\ntouch "${join(folder.path, "ran")}"\n`, { mode: 0o755 });
    assert.equal((await checkWith({ GIT_DIR: "/nowhere" }, "--against", "git:HEAD")).code, 0);
    assert.equal(readdirSync(folder.path).includes("ran"), false);
    assert.equal(readFileSync(hook, "utf8").startsWith("#!/bin/sh"), true);
  });

  it("runs a program at the revision with the packages of now, and removes its copy when stopped", async () => {
    folder.program(
      `require("node:fs").writeFileSync(${JSON.stringify(join(folder.path, "running"))}, __dirname);
      require("@pulumi/pulumi");
      setInterval(() => {}, 1000);`,
      { ".gitignore": "node_modules\nrunning\n" },
    );
    commit(before);
    folder.write({ "index.js": "" });
    const running = startCli(["check", ".", "--against", "git:HEAD"], folder.path);
    const file = join(folder.path, "running");
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await setTimeout(20);
    const copy = readFileSync(file, "utf8");
    assert.notEqual(copy, folder.path);
    assert.equal(existsSync(copy), true);
    running.process.kill("SIGINT");
    const { code, out, err } = await running.ended;
    assert.deepEqual(
      [code, out, err],
      [2, "", "agentid: stopped by SIGINT, so there is no verdict\n"],
    );
    assert.equal(existsSync(copy), false);
    untouched();
    assert.equal(existsSync(join(folder.path, "node_modules/@pulumi/pulumi/package.json")), true);
  });

  describe("git:REV of a program whose packages Git does not store", () => {
    const inPackages = (text: string): void => {
      folder.write({
        "node_modules/acme-parts/package.json": '{"name":"acme-parts","version":"1.0.0"}',
        "node_modules/acme-parts/index.js": text,
      });
    };
    const roles = (name: string): string =>
      `const pulumi = require("@pulumi/pulumi");
exports.${name} = (name, service) => new (class extends pulumi.CustomResource {})("aws:iam/role:Role", name, {
  assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }] }),
});`;
    const held = (): Promise<Run> =>
      runCli(["check", "infra", "--against", "git:HEAD"], folder.path, {
        variables: { TMPDIR: temporary },
      });

    beforeEach(() => {
      mkdirSync(join(folder.path, "node_modules/@pulumi"), { recursive: true });
      symlinkSync(
        resolve("node_modules/@pulumi/pulumi"),
        join(folder.path, "node_modules/@pulumi/pulumi"),
      );
      inPackages(roles("role"));
      folder.write({
        ".gitignore": "node_modules\n",
        "package-lock.json": '{"lockfileVersion":3}',
        "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
        "infra/index.js": 'require("acme-parts").role("a", "lambda.amazonaws.com");\n',
      });
      commit(before);
    });

    it("uses the packages that are installed", async () => {
      folder.write({
        "infra/index.js":
          'require("acme-parts").role("a", ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]);\n',
      });
      const { out, err, code } = await held();
      assert.deepEqual([err, code], ["", 0]);
      assert.match(
        out,
        /^Authority: 1 wider, 0 the same\n\+ `a` can now be assumed by `ecs-tasks\.amazonaws\.com` {2}infra\/index\.js:1:\d+$/m,
      );
      untouched();
    });

    it("reports how to proceed where they differ now, and names files where they exist", async () => {
      inPackages(roles("part"));
      folder.write({
        "package-lock.json": '{"lockfileVersion":3,"packages":{}}',
        "infra/index.js": 'require("acme-parts").part("a", "lambda.amazonaws.com");\n',
      });
      const { out, err, code } = await held();
      assert.deepEqual([out, code], ["", 2]);
      assert.match(
        err,
        /^agentid: there is nothing to compare with, as `infra` at `HEAD` could not be judged: \.\/infra\/index\.js:1:\d+: the program threw `TypeError: .+`; `package-lock\.json` was another, and the packages are those of now: save a report \(`--report json=FILE`\) in a checkout of `HEAD`, and give that file\n$/,
      );
      untouched();
    });

    it("reports how to proceed where a file is not in Git", async () => {
      folder.write({
        "infra/index.js": 'require("../built");\n',
        ".gitignore": "node_modules\nbuilt.js\n",
      });
      git("commit", "-qam", "built");
      folder.write({ "built.js": "" });
      const { out, err, code } = await held();
      assert.deepEqual([out, code], ["", 2]);
      assert.match(err, /; only files that Git stores are there: save a report /);
      assert.equal(err.includes("agentid-revision-"), false, err);
      untouched();
    });
  });
});
