import assert from "node:assert/strict";
import { mustUp, onCluster } from "./support/on-cluster";
import { builtCheckout } from "./support/installation";
import { copyProject, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";

const policyPack = builtCheckout.pack;

describe("an example on a cluster", () => {
  let cluster: ApiServer;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
  });

  after(() => cluster.stop());

  it("support-desk is made with the pack in force, stays as it is, is approved as it stands, and goes without a rest", async () => {
    const project = await copyProject("examples/support-desk");
    project.write(onCluster("support-desk"));
    const env = { KUBECONFIG: cluster.kubeconfig };
    const before = await tenantsOf(cluster);
    const { stdout } = await mustUp(project, cluster, { policyPack });
    assert.doesNotMatch(stdout, /\[mandatory\]/);
    assert.deepEqual(await tenantsOf(cluster), ["acme", ...before, "globex"].sort());
    const again = await mustUp(project, cluster, { policyPack });
    assert.match(again.stdout, /^Resources:\n +\d+ unchanged\n/m);
    const analyzed = await project.analyze(policyPack);
    assert.equal(analyzed.exitCode, 0, analyzed.stdout + analyzed.stderr);
    const destroyed = await project.destroy({ env });
    assert.equal(destroyed.exitCode, 0, destroyed.stdout);
    assert.deepEqual(await project.stackExport(), []);
    assert.deepEqual(await tenantsOf(cluster), before);
    assert.deepEqual(await policiesOf(cluster), []);
  });

  it("shared-credentials stops before what completes a finding, and analysis of what others would make finds what the preview found", async () => {
    const project = await sharedCredentials();
    const env = { KUBECONFIG: cluster.kubeconfig };
    const previewed = await project.preview({ policyPack, env });
    assert.notEqual(previewed.exitCode, 0);
    const stopped = await project.up({ policyPack, env });
    assert.notEqual(stopped.exitCode, 0);
    const made = (await project.stackExport()).map(({ urn }) => urn);
    assert.ok(!made.some((urn) => urn.endsWith("AccessKey::integrations")));
    assert.ok(!stopped.created.some((urn) => urn.endsWith("AccessKey::integrations")));

    // Without the pack the rest can be made: what was stopped left nothing in the way.
    await mustUp(project, cluster);
    const analyzed = await project.analyze(policyPack);
    assert.notEqual(analyzed.exitCode, 0);
    assert.ok(rulesIn(previewed.stdout).length > 4, previewed.stdout);
    assert.deepEqual(rulesIn(analyzed.stdout), rulesIn(previewed.stdout));
    const destroyed = await project.destroy({ env });
    assert.equal(destroyed.exitCode, 0, destroyed.stdout);
  });
});

async function sharedCredentials(): Promise<Project> {
  const project = await copyProject("examples/shared-credentials");
  project.write(onCluster("shared-credentials"));
  return project;
}

/** Rules that the engine's output says are violated at a level that blocks; what is undetermined, the state decides. */
function rulesIn(output: string): readonly string[] {
  const found = [
    ...output.matchAll(/\[mandatory\]\s+\[severity: [a-z]+\]\s+([a-z-]+).*\n(?!.*undetermined)/g),
  ];
  return [...new Set(found.map(([, rule]) => rule ?? ""))].sort();
}

async function tenantsOf(cluster: ApiServer): Promise<readonly string[]> {
  return namesOf(cluster, "/api/v1/namespaces");
}

async function policiesOf(cluster: ApiServer): Promise<readonly string[]> {
  return namesOf(cluster, "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies");
}

async function namesOf(cluster: ApiServer, path: string): Promise<readonly string[]> {
  const { body } = await cluster.ask<{ items: readonly { metadata: { name: string } }[] }>(path);
  return body.items.map(({ metadata }) => metadata.name).sort();
}
