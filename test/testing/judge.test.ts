import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { judge, type Judgeable, type JudgeOptions } from "../../testing/index";
import type { Report } from "../../policy-pack/views/report";
import { Folder } from "../cli/support/folder";
import { runCli } from "../cli/support/run-cli";

const account = (fields: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: triage, namespace: acme }\n${fields}`;
const safeManifest = account("automountServiceAccountToken: false\n");
const tokenSecret =
  "apiVersion: v1\nkind: Secret\nmetadata:\n  name: triage-token\n  namespace: acme\n  annotations:\n" +
  "    kubernetes.io/service-account.name: triage\ntype: kubernetes.io/service-account-token\n";
const notRead =
  "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: desk, namespace: acme }\nspec: { template: { spec: { serviceAccountName: a } } }\n";

const awsModule = `const aws = require("@pulumi/aws");\n`;
const key = `new aws.iam.AccessKey("ci", { user: new aws.iam.User("ci", { name: "ci" }).name });\n`;
const trust = (principal: string): string =>
  `JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: ${principal}, Action: "sts:AssumeRole" }] })`;
const role = (principal: string): string =>
  `new aws.iam.Role("desk", { name: "desk", assumeRolePolicy: ${principal} });\n`;
const lambda = trust(`{ Service: "lambda.amazonaws.com" }`);
const unknownTrust = `new aws.s3.Bucket("b", {}).arn.apply((arn) => arn)`;

const lambdaTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

const listedRole = (assumeRolePolicy: unknown) => ({
  type: "aws:iam/role:Role",
  name: "desk",
  properties: { name: "desk", assumeRolePolicy },
});
const listedKey = [
  { type: "aws:iam/user:User", name: "ci", properties: { name: "ci" } },
  { type: "aws:iam/accessKey:AccessKey", name: "ci", properties: { user: "ci" } },
];
const bucket = { type: "aws:s3/bucket:Bucket", name: "b" };

describe("judge", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const program = (body: string): string => folder.program(awsModule + body);

  describe("verdicts of a program", () => {
    it("passed", async () => {
      await same({ program: program(role(lambda)) }, "passed");
    });
    it("blocked", async () => {
      await same({ program: program(key) }, "blocked");
    });
    it("not proven", async () => {
      await same({ program: program(role(unknownTrust)) }, "not proven");
    });
    it("could not run", async () => {
      const path = program(`throw new Error("no such zone");\n`);
      await refused({ program: path }, /no such zone/);
    });
  });

  describe("verdicts of manifests", () => {
    it("passed", async () => {
      await same({ folder: folder.write({ "a.yaml": safeManifest }) }, "passed");
    });
    it("blocked", async () => {
      await same({ folder: folder.write({ "a.yaml": tokenSecret }) }, "blocked");
    });
    it("not proven", async () => {
      await same(
        { folder: folder.write({ "a.yaml": notRead, "agentid.yaml": "strict: true\n" }) },
        "not proven",
      );
    });
    it("could not run", async () => {
      await refused({ folder: folder.write({ "a.yaml": `${safeManifest}x: [\n` }) }, /a\.yaml/);
    });
  });

  describe("verdicts of a list of resources", () => {
    it("passed", async () => {
      const judged = await judge({ resources: [listedRole(lambdaTrust)] });
      assert.deepEqual([judged.verdict, judged.findings, judged.resources], ["passed", [], 1]);
    });
    it("blocked", async () => {
      const { verdict, findings } = await judge({ resources: listedKey });
      assert.equal(verdict, "blocked");
      assert.ok(findings.some(({ rule }) => rule === "no-access-key"));
    });
    it("not proven", async () => {
      const unknown = { $agentid: "unknown", dependsOn: ["b"], output: "arn" };
      const judged = await judge({ resources: [bucket, listedRole(unknown)] });
      assert.equal(judged.verdict, "not proven");
      assert.ok(judged.findings.every(({ verdict }) => verdict === "undetermined"));
      assert.ok(
        judged.findings.some(({ dependsOn }) =>
          dependsOn.includes("urn:pulumi:test::test::aws:s3/bucket:Bucket::b"),
        ),
        JSON.stringify(judged.findings),
      );
    });
    for (const [name, resources, reason] of [
      ["a resource without a type", [{ type: "", name: "a" }], /`type` of resource 0 is no text/],
      ["no list", "all", /`resources` is no list/],
      ["two resources of one type and name", [bucket, bucket], /two resources have the URN/],
      ["a parent that is not listed", [{ ...bucket, parent: "c" }], /`b` references `c`, which is/],
      ["a parent of itself", [{ ...bucket, parent: "b" }], /`b` is a parent of itself/],
      [
        "a name that two resources have",
        [...listedKey, { ...bucket, parent: "ci" }],
        /`ci`, which 2 resources are called; write `TYPE::NAME`/,
      ],
      [
        "a property that is a function",
        [{ ...bucket, properties: { bucket: () => "b" } }],
        /`bucket` of `b` has a function; write plain data/,
      ],
      [
        "a property of a class",
        [{ ...bucket, properties: { tags: { at: new Date(0) } } }],
        /`tags` of `b` has an object of a class/,
      ],
    ] as const) {
      it(`could not run: ${name}`, async () => {
        await refused({ resources: resources as never }, reason);
      });
    }
  });

  it("takes a parent by type and name, and URNs have the types of parents", async () => {
    const desk = { type: "acme:desk:Desk", name: "ci", component: true };
    const [user, key] = listedKey;
    const below = { ...key, parent: "acme:desk:Desk::ci", dependsOn: ["aws:iam/user:User::ci"] };
    const { findings } = await judge({ resources: [desk, user, below] as never });
    const urns = JSON.stringify(findings);
    assert.match(urns, /urn:pulumi:test::test::acme:desk:Desk\$aws:iam\/accessKey:AccessKey::ci/);
  });

  it("takes any path that `agentid check` takes", async () => {
    folder.write({ "a.yaml": tokenSecret });
    await same(folder.path, "blocked");
    await same(`${folder.path}/a.yaml`, "blocked");
  });

  for (const [name, what, reason] of [
    ["standard input", "-", /`-` is standard input/],
    ["another form", { stack: "dev" }, /takes a path, `\{ program \}`/],
    ["nothing", undefined, /takes a path, `\{ program \}`/],
    ["a number", { program: 1 }, /takes a path, `\{ program \}`/],
    ["a path that is missing", "no-such-folder", /cannot read `no-such-folder`/],
  ] as const) {
    it(`refuses ${name}`, () => refused(what as never, reason));
  }

  it("refuses a program as a folder of manifests, and manifests as a program", async () => {
    await refused({ folder: program(key) }, /is a Pulumi program; give it as/);
    const manifests = new Folder();
    await refused({ program: manifests.write({ "a.yaml": safeManifest }) }, /is no Pulumi program/);
    manifests.remove();
  });

  describe("settings", () => {
    const levels = { "no-access-key": "disabled" } as const;
    const levelsFile = "levels: { no-access-key: disabled }\n";
    const blockedBy = async (what: Judgeable, options?: JudgeOptions): Promise<boolean> =>
      (await judge(what, options)).findings.some(({ rule }) => rule === "no-access-key");

    it("are those beside what is judged by default", async () => {
      folder.program(awsModule + key, { "agentid.yaml": levelsFile });
      assert.equal(await blockedBy(folder.path), false);
    });
    it("as an object take the place of those beside", async () => {
      folder.program(awsModule + key, { "agentid.yaml": levelsFile });
      assert.equal(await blockedBy(folder.path, { settings: {} }), true);
      assert.equal(await blockedBy({ resources: listedKey }, { settings: { levels } }), false);
    });
    it("as a path are read", async () => {
      folder.write({ "other.yaml": levelsFile });
      const settings = `${folder.path}/other.yaml`;
      assert.equal(await blockedBy({ resources: listedKey }, { settings }), false);
    });
    it("with a mistake are refused by their path", async () => {
      const settings = { levels: { "no-acces-key": "disabled" } } as const;
      const what = { resources: listedKey };
      await refused(what, /^settings: this rule is not known; did you mean `no-access-key`\?$/, {
        settings,
      });
      await refused(what, /^settings: `maxToken`: this is no duration/, {
        settings: { maxToken: "soon" },
      });
    });
    it("with waivers go by the given day", async () => {
      const what = { resources: listedKey };
      const { findings } = await judge(what);
      const { fingerprint } = findings.find(({ rule }) => rule === "no-access-key") ?? {};
      const waiver = { rule: "no-access-key", fingerprint, owner: "desk", reason: "moved in May" };
      const more = { ticket: "D-1", expires: "2026-12-24", controls: ["network-policy"] };
      folder.write({ "waivers.yaml": JSON.stringify({ waivers: [{ ...waiver, ...more }] }) });
      const settings = { waivers: `${folder.path}/waivers.yaml` };
      const on = async (today: string): Promise<string> =>
        JSON.stringify(await judge(what, { settings, today }));
      const [before, after] = [await on("2026-12-24"), await on("2026-12-25")];
      assert.doesNotMatch(before, /ended on 2026-12-24|expired/);
      assert.match(after, /ended on 2026-12-24|expired/);
      await refused(what, /`today` is no day/, { today: "soon" });
    });
  });

  it("takes stack, configuration and state of a program as the command line does", async () => {
    folder.program(
      `${awsModule}const pulumi = require("@pulumi/pulumi");
if (pulumi.getStack() === "live" && new pulumi.Config().get("user") === "ci") { ${key} }`,
      { "Pulumi.live.yaml": "config: {}\n" },
    );
    const config = { "desk:user": "ci" };
    await same({ program: folder.path }, "blocked", { stack: "live", config }, [
      ...["--stack", "live", "--config", "desk:user=ci"],
    ]);
    assert.equal((await judge(folder.path, { stack: "dev", config })).verdict, "passed");
    await refused(folder.path, /cannot read .*no-such/, { state: "no-such.json" });
  });

  it("takes outputs of what is deployed from a state", async () => {
    const path = program(role(unknownTrust));
    const urn = "urn:pulumi:dev::desk::aws:s3/bucket:Bucket::b";
    const outputs = { bucket: "b", arn: lambdaTrust };
    const deployed = { urn, type: bucket.type, custom: true, id: "b", inputs: {}, outputs };
    folder.write({
      "state.json": JSON.stringify({ version: 3, deployment: { resources: [deployed] } }),
    });
    const state = `${folder.path}/state.json`;
    await same({ program: path }, "passed", { state }, ["--state", state]);
    await same({ program: path }, "not proven");
  });

  it("ends a program that takes longer than the given time", async () => {
    const path = program("setInterval(() => undefined, 1000);\n");
    await refused(path, /0\.5 s|500 ms/, { timeoutMs: 500 });
  });

  it("prints nothing, and leaves folder, environment and exit code", async () => {
    const before = [process.cwd(), JSON.stringify(process.env), process.exitCode];
    const printed: string[] = [];
    const streams = ["stdout", "stderr"] as const;
    const undo = streams.map((name) => {
      const was = Object.getOwnPropertyDescriptor(process, name);
      const value = new Writable({
        write(chunk: Buffer, _, done) {
          printed.push(chunk.toString("utf8"));
          done();
        },
      });
      Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
      return () => was && Object.defineProperty(process, name, was);
    });
    try {
      await judge(program(`console.log("hello"); console.error("hello");\n${key}`));
    } finally {
      for (const each of undo) each();
    }
    assert.deepEqual(printed, []);
    assert.deepEqual([process.cwd(), JSON.stringify(process.env), process.exitCode], before);
  });

  it("judges several at once as each alone", async () => {
    const others = [new Folder(), new Folder()];
    const inputs: Judgeable[] = [
      program(key),
      others[0]?.program(awsModule + role(lambda)) ?? "",
      others[1]?.write({ "a.yaml": tokenSecret }) ?? "",
      { resources: listedKey },
    ];
    const alone = [];
    for (const input of inputs) alone.push(await judge(input));
    const atOnce = await Promise.all(inputs.map((input) => judge(input)));
    assert.deepEqual(atOnce, alone);
    assert.deepEqual(
      atOnce.map(({ verdict }) => verdict),
      ["blocked", "passed", "blocked", "blocked"],
    );
    for (const other of others) other.remove();
  });

  it("has a program's output in the details of an error, and only there", async () => {
    const path = program(`console.error("more about it"); throw new Error("no such zone");\n`);
    await assert.rejects(judge(path), (error: Error & { readonly details?: string }) => {
      assert.doesNotMatch(error.message, /more about it/);
      assert.match(error.details ?? "", /more about it/);
      return true;
    });
  });
});

const exits = { passed: 0, blocked: 1, "not proven": 3 } as const;

/** That the result is the expected one, and has the data of `agentid check --report json`. */
async function same(
  what: Judgeable,
  verdict: keyof typeof exits,
  options: JudgeOptions = {},
  args: readonly string[] = [],
): Promise<void> {
  const path = typeof what === "string" ? what : (Object.values(what)[0] as string);
  const judged = await judge(what, options);
  const { code, out } = await runCli(["check", path, "--report", "json", ...args]);
  const { findings, notRead, notes, resources } = (JSON.parse(out) as Report).judgement;
  assert.deepEqual(judged, { verdict, findings, notRead, notes, resources });
  assert.equal(code, exits[verdict]);
}

async function refused(what: Judgeable, reason: RegExp, options?: JudgeOptions): Promise<void> {
  await assert.rejects(judge(what, options), (error: Error) => {
    assert.equal(error.name, "CouldNotRun");
    assert.match(error.message, reason);
    return true;
  });
}
