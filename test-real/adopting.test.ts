import assert from "node:assert/strict";
import { join } from "node:path";
import type { Finding } from "../policy-pack/findings/finding";
import { runCommand } from "./support/command";
import { builtCheckout } from "./support/installation";
import { onCluster } from "./support/on-cluster";
import { copyCompiled, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { makeNamespace, objectAt, oneAfterTheOther, update, type Step } from "./support/steps";
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

describe("a role that three workloads share, split step by step on the real engine and an API server", function () {
  this.timeout(600_000);
  let cluster: ApiServer;
  let project: Project;
  let shared: Record<string, unknown>;
  let baseline: string | undefined;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
    await makeNamespace(cluster, "desk");
    project = await copyCompiled("test/components/programs/splitting");
    project.write(onCluster("splitting"));
    const before = await step({ step: "0" }, { isJudged: false });
    assert.equal(before.exitCode, 0, before.stated);
    shared = await identities();
    await everybodyHoldsAnIdentity();
  });

  after(() => cluster.stop());
  oneAfterTheOther();

  it("0: the pack stops the shared identity, until a baseline lists it", async () => {
    const found = await step({ step: "0" });
    assert.notEqual(found.exitCode, 0, found.stated);
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
    assert.equal(last.exitCode, 0, last.stated);
    assert.deepEqual([last.operations, last.findings], [[], []]);
  });

  it("4: the pack stops the last from taking over while another still runs as the account", async () => {
    const found = await step({ step: "4", unmoved: "refunds" });
    assert.notEqual(found.exitCode, 0, found.stated);
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

  /**
   * Updates, checks that only that happened, that each workload has what it needs, and that a further update does nothing;
   * returns the findings.
   */
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
    assert.equal(first.exitCode, 0, first.stated);
    assert.deepEqual([...first.operations].sort(), [...wanted].sort());
    assert.deepEqual(await identities(), shared);
    await everybodyHoldsAnIdentity();
    const second = await step(config, { isPreviewed: false });
    assert.equal(second.exitCode, 0, second.stated);
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

  /** The backend's ids of role, account and Deployments; they change where one is created anew. */
  async function identities(): Promise<Record<string, unknown>> {
    const desk = project
      .resources()
      .filter(({ type, inputs }) => type === role && inputs?.["name"] === "desk");
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
    const state = project.resources();
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
      const assumed = state.filter(
        ({ type, outputs }) => type === role && outputs?.["arn"] === arn,
      );
      assert.equal(assumed.length, 1, `${name} has no role`);
      const trust = String(assumed[0]?.inputs?.["assumeRolePolicy"]);
      assert.ok(trust.includes(`"system:serviceaccount:desk:${serviceAccountName}"`), name);
      assert.ok(
        state.some(
          ({ type, inputs }) =>
            type === policy &&
            inputs?.["role"] === assumed[0]?.inputs?.["name"] &&
            String(inputs?.["policy"]).includes(`"${action}"`),
        ),
        `${name} may not ${action}`,
      );
    }
  }
});

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
