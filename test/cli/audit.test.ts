import assert from "node:assert/strict";
import { Folder } from "./support/folder";
import { runCli } from "./support/run-cli";

/** What `pulumi stack export` prints of a tenant's stack with one task. */
function exportOf(tenant: string, role: string): string {
  const urn = (type: string, name: string) => `urn:pulumi:dev::${tenant}-desk::${type}::${name}`;
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: urn("pulumi:pulumi:Stack", `${tenant}-desk-dev`), type: "pulumi:pulumi:Stack" },
        {
          urn: urn("aws:ecs/taskDefinition:TaskDefinition", "triage"),
          custom: true,
          id: `${tenant}-triage`,
          type: "aws:ecs/taskDefinition:TaskDefinition",
          inputs: {
            family: `${tenant}-triage`,
            taskRoleArn: `arn:aws:iam::111122223333:role/${role}`,
            tags: { "agentid.dev/tenant": tenant },
            containerDefinitions: '[{"name":"main","image":"registry.example/triage:1.4.0"}]',
          },
          outputs: {},
        },
      ],
    },
  });
}

describe("audit", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const audit = (...args: readonly string[]) => runCli(["audit", ...args], folder.path);

  it("finds a role that two stacks share, which each alone does not show", () => {
    folder.write({
      "acme.json": exportOf("acme", "integrations"),
      "globex.json": exportOf("globex", "integrations"),
    });
    assert.equal(audit("acme.json").code, 0);
    assert.equal(audit("globex.json").code, 0);
    const { code, out } = audit("acme.json", "globex.json");
    assert.equal(code, 1);
    assert.match(
      out,
      /^critical {2}Role `integrations` is shared by 2 workloads {2}\[no-shared-identity\]\n {4}affects: acme\/triage, globex\/triage$/m,
    );
    assert.match(out, /^acme-desk\/dev \+ globex-desk\/dev: BLOCKED: 2 findings /m);
  });

  it("holds where each stack has a role of its own", () => {
    folder.write({
      "acme.json": exportOf("acme", "acme-triage"),
      "globex.json": exportOf("globex", "globex-triage"),
    });
    const { code, out } = audit("acme.json", "globex.json");
    assert.equal(code, 0);
    assert.match(out, /^acme-desk\/dev \+ globex-desk\/dev: passed; 2 workloads/m);
  });

  it("goes by the settings of the current folder", () => {
    folder.write({
      "stacks/acme.json": exportOf("acme", "integrations"),
      "stacks/globex.json": exportOf("globex", "integrations"),
      "agentid.yaml":
        "levels:\n  no-shared-identity: disabled\n  no-cross-tenant-trust: disabled\n",
    });
    assert.equal(audit("stacks/acme.json", "stacks/globex.json").code, 0);
  });

  it("does not run where a stack is missing, given twice or no export, and says which", () => {
    folder.write({ "acme.json": exportOf("acme", "acme-triage"), "globex.yaml": "kind: Pod\n" });
    const says = (...args: readonly string[]): string => {
      const { code, out, err } = audit(...args);
      assert.deepEqual([code, out], [2, ""]);
      return err;
    };
    const wanted = "give what `pulumi stack export` printed, or a saved snapshot\n";
    assert.equal(
      says("acme.json", "globex.json"),
      `agentid: cannot read \`globex.json\`: it does not exist; ${wanted}`,
    );
    assert.equal(
      says("acme.json", "globex.yaml"),
      `agentid: \`globex.yaml\` is no JSON file; ${wanted}`,
    );
    assert.equal(
      says("acme.json", "acme.json"),
      "agentid: two of the files are of stack `acme-desk/dev`; give one export of each stack\n",
    );
  });
});
