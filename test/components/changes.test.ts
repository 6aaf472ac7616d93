import * as assert from "node:assert/strict";
import type { Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { changesBetween, type Changes } from "./support/changes";
import { inProgramHost } from "../support/program-host";

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
  "ecs",
  "lambda",
  "agentCore",
] as const;

/** Those that identify workloads by their ServiceAccount. */
const clusters: readonly string[] = ["eksIrsa", "eksPodIdentity", "spiffe"];

const agent = "agentid:index:Agent";
const legacyTool = "agentid:index:LegacyTool";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

type Updated = readonly (readonly [urn: string, inputs: readonly string[]])[];

describe("two previews, before and after a change", () => {
  inProgramHost();

  let first: Snapshot;
  let more: Snapshot;

  before(async () => {
    first = await preview({});
    more = await preview({ workload: "answer" });
  });

  it("are the same where nothing changes", async () => {
    assert.deepEqual(changesBetween(first, await preview({})), nothing);
  });

  it("of permissions: each workload's policy and Kubernetes role are updated, and nothing is replaced", async () => {
    const updated = federations.flatMap((kind): Updated => [
      // It names roles of the account that a trust anchor yet to be made is in.
      ...(kind === "rolesAnywhere"
        ? []
        : ([[`${agent}$${rolePolicy}::${kind}-triage`, ["policy"]]] as const)),
      ...(clusters.includes(kind)
        ? ([
            [`${agent}$kubernetes:rbac.authorization.k8s.io/v1:Role::${kind}-triage`, ["rules"]],
            [`${agent}::${kind}-triage`, ["kubernetesPermissions", "permissions"]],
          ] as const)
        : ([[`${agent}::${kind}-triage`, ["permissions"]]] as const)),
      [`${legacyTool}$${rolePolicy}::${kind}-crm`, ["policy"]],
      [`${legacyTool}::${kind}-crm`, ["permissions"]],
    ]);
    assert.deepEqual(changesBetween(first, await preview({ permissions: "write" })), {
      ...nothing,
      updated: Object.fromEntries(updated),
    });
  });

  it("of what a grant is for: only what the agent declares is updated", async () => {
    const updated = federations.map((kind) => [`${agent}::${kind}-triage`, ["grants"]]);
    assert.deepEqual(changesBetween(first, await preview({ intents: "find,list" })), {
      ...nothing,
      updated: Object.fromEntries(updated) as Changes["updated"],
    });
  });

  it("of a grant more: the policy of the agent that has it is updated, and the tool is not touched", async () => {
    const updated = federations.flatMap((kind): Updated => [
      [`${agent}$${rolePolicy}::${kind}-search`, ["policy"]],
      [`${agent}::${kind}-search`, ["grants"]],
    ]);
    assert.deepEqual(changesBetween(first, await preview({ granted: "true" })), {
      ...nothing,
      updated: Object.fromEntries(updated),
    });
  });

  it("of a key's day of issue: its value is written anew, and what guards it stays", async () => {
    const version = `${legacyTool}$aws:secretsmanager/secretVersion:SecretVersion`;
    assert.deepEqual(changesBetween(first, await preview({ issued: "2026-11-20" })), {
      ...nothing,
      updated: Object.fromEntries(
        federations.map((kind) => [`${legacyTool}::${kind}-crm`, ["rotation"]]),
      ),
      // A version of a secret never changes: the next one is put before this one goes.
      replaced: Object.fromEntries(
        federations.map((kind) => [`${version}::${kind}-crm-key`, ["secretStringWoVersion"]]),
      ),
    });
  });

  it("of a tool with a key more: it is made, and no other's resources are touched", async () => {
    const { created, ...rest } = changesBetween(first, await preview({ key: "erp" }));
    assert.deepEqual({ created: [], ...rest }, nothing);
    assert.deepEqual(
      created.filter((urn) => !/-erp(?:-key|-egress)?$/.test(urn)),
      [],
    );
    assert.deepEqual(
      created.filter((urn) => urn.includes("aws:kms/key:Key")),
      federations.map((kind) => `${legacyTool}$aws:kms/key:Key::${kind}-erp-key`).sort(),
    );
  });

  it("of a workload more: it is made, and no other's resources are touched", () => {
    const { created, ...rest } = changesBetween(first, more);
    assert.deepEqual({ created: [], ...rest }, nothing);
    assert.deepEqual(
      created.filter((urn) => !urn.endsWith("-answer")),
      [],
    );
    const roles = federations.map((kind) => `${agent}$aws:iam/role:Role::${kind}-answer`).sort();
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

  it("of a workload's name: resources named by it are replaced, and reported", async () => {
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
        replaced[
          `${agent}$aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity::agentCore-answer`
        ],
      ],
      [["name"], ["role"], ["metadata.name"], ["serviceAccount"], ["metadata.name"], ["name"]],
    );
  });
});

async function preview(config: Readonly<Record<string, string>>): Promise<Snapshot> {
  const settings = Object.entries({ keyValue: "made-up", ...config }).map(([key, value]) => [
    `changing:${key}`,
    value,
  ]);
  const result = await previewProgram({
    directory,
    stack: "dev",
    config: Object.fromEntries(settings) as Record<string, string>,
  });
  assert.ok(result.kind === "snapshot", JSON.stringify(result));
  return result.snapshot;
}
