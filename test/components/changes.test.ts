import * as assert from "node:assert/strict";
import type { Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { changesBetween, type Changes } from "./support/changes";

const directory = "test/components/programs/changing";

const nothing: Changes = { created: [], deleted: [], updated: {}, replaced: {} };

const federations = [
  "eksIrsa",
  "eksPodIdentity",
  "github",
  "gitlab",
  "oidc",
  "rolesAnywhere",
  "spiffe",
] as const;

/** Those that know workloads by their ServiceAccount. */
const clusters: readonly string[] = ["eksIrsa", "eksPodIdentity", "spiffe"];

const agent = "agentid:index:Agent";

describe("two previews, before and after a change", () => {
  let first: Snapshot;
  let more: Snapshot;

  before(async () => {
    first = await preview({});
    more = await preview({ workload: "answer" });
  }).timeout(120_000);

  it("are the same where nothing changes", async () => {
    assert.deepEqual(changesBetween(first, await preview({})), nothing);
  });

  it("of an agent's permissions: its policy and its Kubernetes role are updated, and nothing is replaced", async () => {
    const after = await preview({ permissions: "write" });
    const updated = federations.flatMap((kind) => [
      [`${agent}$aws:iam/rolePolicy:RolePolicy::${kind}-triage`, ["policy"]],
      ...(clusters.includes(kind)
        ? [
            [`${agent}$kubernetes:rbac.authorization.k8s.io/v1:Role::${kind}-triage`, ["rules"]],
            [`${agent}::${kind}-triage`, ["kubernetesPermissions", "permissions"]],
          ]
        : [[`${agent}::${kind}-triage`, ["permissions"]]]),
    ]);
    assert.deepEqual(changesBetween(first, after), {
      ...nothing,
      updated: Object.fromEntries(updated) as Changes["updated"],
    });
  });

  it("of a workload more: it is made, and no other's resources are touched", () => {
    const { created, ...rest } = changesBetween(first, more);
    assert.deepEqual({ created: [], ...rest }, nothing);
    assert.deepEqual(
      created.filter((urn) => !urn.endsWith("-answer")),
      [],
    );
    const roles = federations.map((kind) => `${agent}$aws:iam/role:Role::${kind}-answer`);
    assert.deepEqual(
      created.filter((urn) => urn.includes("aws:iam/role:Role")),
      roles,
    );
  });

  it("of a workload less: its resources are deleted, and no other's are touched", () => {
    const { deleted, ...rest } = changesBetween(more, first);
    assert.deepEqual({ deleted: [], ...rest }, nothing);
    assert.deepEqual(
      deleted.filter((urn) => !urn.endsWith("-answer")),
      [],
    );
  });

  it("of a workload's name: what is called by it is replaced, and told so", async () => {
    const changed = changesBetween(more, await preview({ workload: "answer", renamed: "reply" }));
    assert.deepEqual([changed.created, changed.deleted], [[], []]);
    const { replaced } = changed;
    assert.deepEqual(
      Object.keys(replaced).filter((urn) => !urn.endsWith("-answer")),
      [],
    );
    assert.deepEqual(
      [
        replaced[`${agent}$aws:iam/role:Role::eksIrsa-answer`],
        replaced[`${agent}$aws:iam/rolePolicy:RolePolicy::eksIrsa-answer`],
        replaced[`${agent}$kubernetes:core/v1:ServiceAccount::eksIrsa-answer`],
        replaced[
          `${agent}$aws:eks/podIdentityAssociation:PodIdentityAssociation::eksPodIdentity-answer`
        ],
        replaced[`${agent}$kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID::spiffe-answer`],
      ],
      [["name"], ["role"], ["metadata.name"], ["serviceAccount"], ["metadata.name"]],
    );
  });
});

async function preview(config: Readonly<Record<string, string>>): Promise<Snapshot> {
  const settings = Object.entries(config).map(([key, value]) => [`changing:${key}`, value]);
  const result = await previewProgram({
    directory,
    stack: "dev",
    config: Object.fromEntries(settings) as Record<string, string>,
  });
  assert.ok(result.kind === "snapshot", JSON.stringify(result));
  return result.snapshot;
}
