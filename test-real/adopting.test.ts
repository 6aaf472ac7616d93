import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../core/finding";
import type { Report } from "../core/report";
import { runCommand } from "./support/command";
import { builtCheckout } from "./support/installation";
import { onCluster } from "./support/on-cluster";
import { readOperations, writingOperations, type Operation } from "./support/operations";
import { copyProject, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { temporaryFolder } from "./support/temporary";

const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";
const account = "kubernetes:core/v1:ServiceAccount";
const deployment = "kubernetes:apps/v1:Deployment";
const agent = "agentid:index:Agent";
const tool = "agentid:index:Tool";
const tenant = "agentid:index:Tenant";

/** What each workload has to do in AWS at all times. */
const needs = {
  triage: "s3:GetObject",
  refunds: "sqs:SendMessage",
  answer: "s3:PutObject",
} as const;

/** How an update ended. */
interface Step {
  readonly exitCode: number;
  readonly operations: readonly Operation[];
  readonly findings: readonly Finding[];
  readonly said: string;
}

describe("a role that three workloads share, split step by step on the real engine and an API server", function () {
  this.timeout(600_000);
  let cluster: ApiServer;
  let project: Project;
  let shared: Record<string, unknown>;
  let baseline: string | undefined;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
    await makeNamespace(cluster, "desk");
    project = await copyProject("test/components/programs/splitting");
    project.write(onCluster("splitting"));
    const before = await step({ step: "0" }, { isJudged: false });
    assert.equal(before.exitCode, 0, before.said);
    shared = await identities();
    await everybodyHoldsAnIdentity();
  });

  after(() => cluster.stop());
  oneAfterTheOther();

  it("0: the pack stops the shared identity, until a baseline knows it", async () => {
    const found = await step({ step: "0" });
    assert.notEqual(found.exitCode, 0, found.said);
    assert.deepEqual(found.operations, []);
    const args = ["baseline", project.directory, "--stack", "dev", "--config", "splitting:step=0"];
    baseline = join(temporaryFolder(), "baseline.json");
    const written = await runCommand(
      process.execPath,
      [builtCheckout.command, ...args, "--out", baseline],
      { cwd: project.directory, env: process.env },
    );
    assert.equal(written.exitCode, 0, written.stdout + written.stderr);
    assert.deepEqual(sharing(await changing({ step: "0" }, [])), [
      "desk/answer known",
      "desk/refunds known",
      "desk/triage known",
    ]);
  });

  it("1: identities are made beside the shared one", async () => {
    const found = await changing({ step: "1" }, [
      `create ${tenant}$aws:iam/policy:Policy::acme-boundary`,
      `create ${tenant}::acme`,
      ...[`${agent}$%::triage`, `${tool}$%::refunds`].flatMap((child) =>
        [role, policy, account].map((type) => `create ${child.replace("%", type)}`),
      ),
      `create ${agent}::triage`,
      `create ${tool}::refunds`,
    ]);
    assert.deepEqual(sharing(found), [
      "desk/answer known",
      "desk/refunds known",
      "desk/triage known",
    ]);
  });

  it("2: one workload moves, by its Deployment alone, and back, and again", async () => {
    const moved = [`update ${deployment}::triage`];
    assert.deepEqual(sharing(await changing({ step: "2" }, moved)), [
      "desk/answer known",
      "desk/refunds known",
    ]);
    assert.equal((await changing({ step: "1" }, moved)).length, 3);
    await changing({ step: "2" }, moved);
  });

  it("3: the next moves, and nothing is shared any more, so that the baseline can go", async () => {
    assert.deepEqual(await changing({ step: "3" }, [`update ${deployment}::refunds`]), []);
    baseline = undefined;
    const last = await step({ step: "3" });
    assert.equal(last.exitCode, 0, last.said);
    assert.deepEqual([last.operations, last.findings], [[], []]);
  });

  it("4: the pack stops the last from taking over while another still runs as the account", async () => {
    const found = await step({ step: "4", unmoved: "refunds" });
    assert.notEqual(found.exitCode, 0, found.said);
    assert.deepEqual(found.operations, []);
    assert.deepEqual(sharing(found.findings), ["desk/answer new", "desk/refunds new"]);
    assert.deepEqual(await identities(), shared);
  });

  const takingOver = [
    `create ${agent}$${policy}::answer`,
    `create ${agent}::answer`,
    `update ${agent}$${role}::answer`,
    `update ${agent}$${account}::answer`,
    `update ${deployment}::answer`,
  ];

  it("4: the last takes over role and account, which stay what they are", async () => {
    assert.deepEqual(await changing({ step: "4" }, takingOver), []);
  });

  it("4: that is taken back, and done again", async () => {
    await changing({ step: "4", back: "true" }, [
      `delete ${agent}$${policy}::answer`,
      `delete ${agent}::answer`,
      `update ${role}::desk`,
      `update ${account}::desk`,
      `update ${deployment}::answer`,
    ]);
    await changing({ step: "4" }, takingOver);
  });

  it("5: what is no longer needed goes, the policy of all three, and nothing else", async () => {
    const found = await changing({ step: "5" }, [
      `delete ${policy}::desk`,
      `update ${agent}::answer`,
    ]);
    assert.deepEqual(found, []);
  });

  it("5: that is taken back, with the policy of all three before the last one's is gone", async () => {
    const { operations } = await changed({ step: "5", back: "true" }, [
      `create ${policy}::desk`,
      `delete ${agent}$${policy}::answer`,
      `delete ${agent}::answer`,
      `update ${role}::desk`,
      `update ${account}::desk`,
      `update ${deployment}::answer`,
    ]);
    const at = (operation: string): number => operations.indexOf(operation);
    assert.ok(at(`create ${policy}::desk`) < at(`delete ${agent}$${policy}::answer`));
  });

  /** Updates, holds that it did just that, that each workload has what it needs, and that a further update does nothing; answers the findings. */
  async function changing(
    config: Readonly<Record<string, string>>,
    wanted: readonly string[],
  ): Promise<readonly Finding[]> {
    return (await changed(config, wanted)).findings;
  }

  async function changed(
    config: Readonly<Record<string, string>>,
    wanted: readonly string[],
  ): Promise<Step> {
    const first = await step(config);
    assert.equal(first.exitCode, 0, first.said);
    assert.deepEqual([...first.operations].sort(), [...wanted].sort());
    assert.deepEqual(await identities(), shared);
    await everybodyHoldsAnIdentity();
    const second = await step(config, { isPreviewed: false });
    assert.equal(second.exitCode, 0, second.said);
    assert.deepEqual(second.operations, []);
    assert.deepEqual(fingerprints(second.findings), fingerprints(first.findings));
    return first;
  }

  function step(
    config: Readonly<Record<string, string>>,
    { isJudged = true, isPreviewed = true }: { isJudged?: boolean; isPreviewed?: boolean } = {},
  ): Promise<Step> {
    return update(project, cluster, {
      config: { unmoved: "", back: "false", ...config },
      isJudged,
      isPreviewed,
      ...(isJudged && baseline !== undefined && { baseline }),
    });
  }

  /** What role, account and Deployments are known by where they are kept; it is another where one is made anew. */
  async function identities(): Promise<Record<string, unknown>> {
    const desk = (await project.stackExport()).filter(
      ({ type, inputs }) => type === role && inputs?.["name"] === "desk",
    );
    assert.equal(desk.length, 1);
    const uids = await Promise.all(
      [
        "api/v1/namespaces/desk/serviceaccounts/desk",
        ...Object.keys(needs).map((name) => `apis/apps/v1/namespaces/desk/deployments/${name}`),
      ].map(async (path) => (await objectAt(cluster, path)).metadata.uid),
    );
    return { role: [desk[0]?.id, desk[0]?.outputs?.["arn"]], uids };
  }

  /** Follows each workload from its Deployment to its account, from there to its role, and to what that may do. */
  async function everybodyHoldsAnIdentity(): Promise<void> {
    const state = await project.stackExport();
    for (const [name, action] of Object.entries(needs)) {
      const runs = await objectAt(cluster, `apis/apps/v1/namespaces/desk/deployments/${name}`);
      const { serviceAccountName, containers } = runs.spec.template.spec;
      const path = `api/v1/namespaces/desk/serviceaccounts/${serviceAccountName}`;
      const arn = (await objectAt(cluster, path)).metadata.annotations[
        "eks.amazonaws.com/role-arn"
      ];
      const given = containers.flatMap(({ env = [] }) =>
        env.flatMap((one) => (one.name === "AWS_ROLE_ARN" ? [one.value] : [])),
      );
      assert.ok(
        given.every((value) => value === arn),
        name,
      );
      const obtained = state.filter(
        ({ type, outputs }) => type === role && outputs?.["arn"] === arn,
      );
      assert.equal(obtained.length, 1, `${name} has no role`);
      const trust = String(obtained[0]?.inputs?.["assumeRolePolicy"]);
      assert.ok(trust.includes(`"system:serviceaccount:desk:${serviceAccountName}"`), name);
      assert.ok(
        state.some(
          ({ type, inputs }) =>
            type === policy &&
            inputs?.["role"] === obtained[0]?.inputs?.["name"] &&
            String(inputs?.["policy"]).includes(`"${action}"`),
        ),
        `${name} may not ${action}`,
      );
    }
  }
});

describe("a role and a ServiceAccount that no program has, imported on the real engine", () => {
  let cluster: ApiServer;
  let project: Project;
  let uid: string;
  const existing = join(temporaryFolder(), "existing.json");
  const desk = {
    name: "triage-irsa",
    path: "/service-role/",
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    maxSessionDuration: 43_200,
  };

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
    await makeNamespace(cluster, "desk");
    await cluster.ask("/api/v1/namespaces/desk/serviceaccounts", {
      method: "POST",
      body: { metadata: { name: "triage-sa", annotations: { "example.com/team": "support" } } },
    });
    uid = (await accountNow()).metadata.uid;
    writeFileSync(existing, JSON.stringify({ [role]: { "triage-irsa": desk } }));
    project = await copyProject("test/components/programs/importing");
    project.write(onCluster("importing"));
  });

  after(() => cluster.stop());
  oneAfterTheOther();

  const accountNow = () => objectAt(cluster, "api/v1/namespaces/desk/serviceaccounts/triage-sa");

  it("is refused where there is no such role, and where its path is another: nothing is made or deleted", async () => {
    const other = await step({ step: "1", path: "/other/" });
    assert.notEqual(other.exitCode, 0, other.said);
    assert.match(other.said, /unable to replace resource .*aws:iam\/role:Role::triage/);
    assert.deepEqual(other.operations, []);
    writeFileSync(existing, "{}");
    const none = await step({ step: "1" });
    assert.notEqual(none.exitCode, 0, none.said);
    assert.match(none.said, /resource 'triage-irsa' does not exist/);
    assert.deepEqual(none.operations, []);
  });

  it("is imported and changed in place, and protected meanwhile", async () => {
    writeFileSync(existing, JSON.stringify({ [role]: { "triage-irsa": desk } }));
    const first = await step({ step: "1" });
    assert.equal(first.exitCode, 0, first.said);
    assert.deepEqual(
      [...first.operations].sort(),
      [
        `create ${agent}$${policy}::triage`,
        `create ${agent}::triage`,
        `create ${tenant}$aws:iam/policy:Policy::acme-boundary`,
        `create ${tenant}::acme`,
        `import ${agent}$${role}::triage`,
        `import ${agent}$${account}::triage`,
        `update ${agent}$${role}::triage`,
        `update ${agent}$${account}::triage`,
      ].sort(),
    );
    assert.deepEqual(first.findings, []);
    assert.deepEqual(await adopted(), [true, true]);
    const second = await step({ step: "1" });
    assert.equal(second.exitCode, 0, second.said);
    assert.deepEqual([second.operations, second.findings], [[], []]);
  });

  it("is the workload's from then on, without the import and without its protection", async () => {
    for (const wanted of [[`update ${agent}::triage`], []]) {
      const next = await step({ step: "2" });
      assert.equal(next.exitCode, 0, next.said);
      assert.deepEqual([next.operations, next.findings], [wanted, []]);
      assert.deepEqual(await adopted(), [undefined, undefined]);
    }
  });

  /** Holds that role and account are those that there were, with the workload's trust and role; answers whether they are protected. */
  async function adopted(): Promise<readonly unknown[]> {
    const state = await project.stackExport();
    const [has, runs] = [role, account].map((type) => state.find((one) => one.type === type));
    assert.equal(has?.outputs?.["arn"], "arn:aws:iam::111122223333:role/service-role/triage-irsa");
    assert.equal(has.outputs["maxSessionDuration"], 3600);
    assert.match(String(has.outputs["assumeRolePolicy"]), /"system:serviceaccount:desk:triage-sa"/);
    const { metadata } = await accountNow();
    assert.equal(metadata.uid, uid);
    assert.equal(metadata.annotations["eks.amazonaws.com/role-arn"], has.outputs["arn"]);
    return [has.protect, runs?.protect];
  }

  function step(config: Readonly<Record<string, string>>): Promise<Step> {
    return update(project, cluster, {
      config: { path: "/service-role/", ...config },
      isJudged: true,
      isPreviewed: true,
      env: { AGENTID_EXISTING: existing },
    });
  }
});

/** Each step starts from what the one before has made. */
function oneAfterTheOther(): void {
  let failed: string | undefined;
  beforeEach(() => {
    if (failed !== undefined) throw new Error(`the step before failed: ${failed}`);
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") failed = this.currentTest.title;
  });
}

/** Updates a project. */
async function update(
  project: Project,
  cluster: ApiServer,
  options: {
    readonly config: Readonly<Record<string, string>>;
    readonly isJudged: boolean;
    readonly isPreviewed: boolean;
    readonly baseline?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Step> {
  const name = /::(\w+)::/.exec(project.urn("", ""))?.[1] ?? "";
  await project.configure(
    Object.fromEntries(
      Object.entries(options.config).map(([key, value]) => [
        `${name}:${key}`,
        { value, secret: false },
      ]),
    ),
  );
  const folder = temporaryFolder();
  const [events, report] = [join(folder, "events"), join(folder, "report.json")];
  const { args, env } = writingOperations(events);
  const { isJudged, isPreviewed, baseline } = options;
  const result = await project.up({
    withPreview: isPreviewed,
    args,
    env: { ...env, ...options.env, KUBECONFIG: cluster.kubeconfig, AGENTID_REPORT: report },
    ...(isJudged && { policyPack: builtCheckout.pack }),
    ...(baseline !== undefined && { policyPackConfig: { agentid: { baseline } } }),
  });
  return {
    exitCode: result.exitCode,
    operations: readOperations(events),
    // What fails before anything is judged has no report.
    findings:
      isJudged && (result.exitCode === 0 || existsSync(report))
        ? (JSON.parse(readFileSync(report, "utf8")) as Report).judgement.findings
        : [],
    said: result.stdout + result.stderr,
  };
}

/** Parts of the objects that are looked at here. */
interface KubernetesObject {
  readonly metadata: {
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

async function objectAt(cluster: ApiServer, path: string): Promise<KubernetesObject> {
  const { status, body } = await cluster.ask<KubernetesObject>(`/${path}`);
  assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
  return body;
}

async function makeNamespace(cluster: ApiServer, name: string): Promise<void> {
  await cluster.ask("/api/v1/namespaces", { method: "POST", body: { metadata: { name } } });
}

/** Who shares an identity, a line each. */
function sharing(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule, verdict, holder, known }) => {
    assert.deepEqual([rule, verdict], ["no-shared-identity", "violated"]);
    return `${holder?.label ?? "?"} ${known ? "known" : "new"}`;
  });
}

function fingerprints(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ fingerprint }) => fingerprint);
}
