import assert from "node:assert/strict";
import { join } from "node:path";
import { readOperations, writingOperations, type Operation } from "./support/operations";
import { copyCompiled, type Project } from "./support/project";
import { oneAfterTheOther } from "./support/steps";
import { temporaryFolder } from "./support/temporary";

const kubernetesKinds = ["eksIrsa", "eksPodIdentity", "spiffe"];
const federations = [
  ...kubernetesKinds,
  ...["github", "gitlab", "oidc", "rolesAnywhere", "ecs", "lambda", "agentCore"],
];

const agent = "agentid:index:Agent";
const legacyTool = "agentid:index:LegacyTool";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const kubernetesRole = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const version = "aws:secretsmanager/secretVersion:SecretVersion";

const usual = {
  ...{ permissions: "read", intents: "find", granted: "false" },
  ...{ workload: "", key: "", issued: "2026-11-01" },
};

describe("a change of tenants of every federation, on the real engine", () => {
  let project: Project;
  /** Kubernetes objects are written here: no cluster has the kinds of every federation. */
  const rendered = join(temporaryFolder(), "rendered");

  before(async () => {
    project = await copyCompiled("test/components/programs/changing");
    await project.configure({
      "changing:rendered": { value: rendered, secret: false },
      "changing:keyValue": { value: "made-up", secret: true },
    });
    const made = await update(usual);
    const kinds = new Set(made.map((operation) => operation.split(" ")[0]));
    assert.deepEqual([...kinds], ["create"]);
  });

  oneAfterTheOther();

  it("is none where nothing changes", async () => {
    assert.deepEqual(await update({}), []);
  });

  it("of permissions updates each workload's policy and Kubernetes role, and replaces nothing", async () => {
    assert.deepEqual(
      await update({ permissions: "write" }),
      federations
        .flatMap((kind) => [
          `update ${agent}$${rolePolicy}::${kind}-triage`,
          `update ${agent}::${kind}-triage`,
          `update ${legacyTool}$${rolePolicy}::${kind}-crm`,
          `update ${legacyTool}::${kind}-crm`,
          ...(kubernetesKinds.includes(kind)
            ? [`update ${agent}$${kubernetesRole}::${kind}-triage`]
            : []),
        ])
        .sort(),
    );
  });

  it("of what a grant is for updates what agents declare alone", async () => {
    assert.deepEqual(
      await update({ intents: "find,list" }),
      federations.map((kind) => `update ${agent}::${kind}-triage`).sort(),
    );
  });

  it("of a grant more updates the policy of the agent that has it, and not the tool", async () => {
    assert.deepEqual(
      await update({ granted: "true" }),
      federations
        .flatMap((kind) => [
          `update ${agent}$${rolePolicy}::${kind}-search`,
          `update ${agent}::${kind}-search`,
        ])
        .sort(),
    );
  });

  it("of a key's day of issue puts its value anew before the former is gone, and touches nothing that guards it", async () => {
    const versions = federations.map((kind) => `${legacyTool}$${version}::${kind}-crm-key`);
    assert.deepEqual(
      await update({ issued: "2026-11-20" }),
      [
        ...federations.map((kind) => `update ${legacyTool}::${kind}-crm`),
        ...versions.map((urn) => `create-replacement ${urn}`),
        ...versions.map((urn) => `replace ${urn}`),
        ...versions.map((urn) => `delete-replaced ${urn}`),
      ].sort(),
    );
  });

  it("of a workload and a tool with a key more makes theirs and touches no other's, and deletes them alone", async () => {
    const own = /-(?:answer|erp)(?:-key|-egress)?$/;
    const made = await update({ workload: "answer", key: "erp" });
    assert.deepEqual(
      made.filter((operation) => !/^create /.test(operation) || !own.test(operation)),
      [],
    );
    const roles = made.filter((operation) => operation.includes("aws:iam/role:Role::"));
    assert.equal(roles.length, 2 * federations.length);
    const gone = await update({ workload: "", key: "" });
    assert.deepEqual(
      gone,
      made.map((operation) => operation.replace(/^create/, "delete")),
    );
  });

  it("back to what it was updates in place too, and replaces nothing but keys' values", async () => {
    const back = await update(usual);
    const inPlace = back.filter((operation) => operation.startsWith("update "));
    assert.equal(inPlace.length, 6 * federations.length + kubernetesKinds.length);
    const others = back.filter((operation) => !operation.startsWith("update "));
    assert.equal(others.length, 3 * federations.length);
    assert.ok(others.every((operation) => operation.includes(`${legacyTool}$${version}::`)));
  });

  /** What an update to a configuration does, sorted. What is not named stays as the test before left it. */
  async function update(changed: Readonly<Record<string, string>>): Promise<readonly Operation[]> {
    await project.configure(
      Object.fromEntries(
        Object.entries(changed).map(([key, value]) => [
          `changing:${key}`,
          { value, secret: false },
        ]),
      ),
    );
    const events = join(temporaryFolder(), "events");
    const { args, env } = writingOperations(events);
    const result = await project.up({ args, env });
    assert.equal(result.exitCode, 0, result.stdout + result.stderr);
    return [...readOperations(events)].sort();
  }
});
