import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onCluster } from "./support/on-cluster";
import { copyCompiled, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { makeNamespace, objectAt, oneAfterTheOther, update, type Step } from "./support/steps";
import { temporaryFolder } from "./support/temporary";

const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";
const account = "kubernetes:core/v1:ServiceAccount";
const agent = "agentid:index:Agent";
const tenant = "agentid:index:Tenant";

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
    await cluster.query("/api/v1/namespaces/desk/serviceaccounts", {
      method: "POST",
      body: { metadata: { name: "triage-sa", annotations: { "example.com/team": "support" } } },
    });
    uid = (await accountNow()).metadata.uid;
    writeFileSync(existing, JSON.stringify({ [role]: { "triage-irsa": desk } }));
    project = await copyCompiled("test/components/programs/importing");
    project.write(onCluster("importing"));
  });

  after(() => cluster.stop());
  oneAfterTheOther();

  const accountNow = () => objectAt(cluster, "api/v1/namespaces/desk/serviceaccounts/triage-sa");

  it("is refused where there is no such role, and where its path is another: nothing is made or deleted", async () => {
    const other = await step({ step: "1", path: "/other/" });
    assert.notEqual(other.exitCode, 0, other.stated);
    assert.match(other.stated, /unable to replace resource .*aws:iam\/role:Role::triage/);
    assert.deepEqual(other.operations, []);
    writeFileSync(existing, "{}");
    const none = await step({ step: "1" });
    assert.notEqual(none.exitCode, 0, none.stated);
    assert.match(none.stated, /resource 'triage-irsa' does not exist/);
    assert.deepEqual(none.operations, []);
  });

  it("is imported and changed in place, and protected meanwhile", async () => {
    writeFileSync(existing, JSON.stringify({ [role]: { "triage-irsa": desk } }));
    const first = await step({ step: "1" });
    assert.equal(first.exitCode, 0, first.stated);
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
    assert.equal(second.exitCode, 0, second.stated);
    assert.deepEqual([second.operations, second.findings], [[], []]);
  });

  it("is the workload's from then on, without the import and without its protection", async () => {
    for (const wanted of [[`update ${agent}::triage`], []]) {
      const next = await step({ step: "2" });
      assert.equal(next.exitCode, 0, next.stated);
      assert.deepEqual([next.operations, next.findings], [wanted, []]);
      assert.deepEqual(await adopted(), [undefined, undefined]);
    }
  });

  /** Holds that role and account are those that there were, with the workload's trust and role; answers whether they are protected. */
  async function adopted(): Promise<readonly unknown[]> {
    const state = project.resources();
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
