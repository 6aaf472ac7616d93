import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { expandCluster } from "../../../../engine/providers/eks/expand-cluster";
import { expandNodes } from "../../../../engine/providers/eks/expand-nodes";
import { formUrn } from "../../../../engine/program/urn";

const head = "urn:pulumi:dev::desk::";
const urnOf = (parent: string, type: string, name: string) =>
  formUrn({ stack: "dev", project: "desk", parent, type, name });
const provider = `${head}pulumi:providers:aws::default`;
const ofNodes = `${head}aws:iam/role:Role::nodes`;
const ofProfile = `${head}aws:iam/instanceProfile:InstanceProfile::nodes`;
const cluster = `${head}eks:index:Cluster$aws:eks/cluster:Cluster::main-eksCluster`;

function component(kind: string, name: string, inputs: ValueRecord): Resource {
  const type = `eks:index:${kind}`;
  const urn = `${head}${type}::${name}`;
  return { urn, type, name, custom: false, inputs, dependencies: [], propertyDependencies: {} };
}

/** What a component with nodes makes in a program with a cluster. */
function expanded(kind: string, inputs: ValueRecord, ofCluster: ValueRecord = {}) {
  const main = component("Cluster", "main", ofCluster);
  const { children } = expandCluster(main, { urnOf, provider });
  const known = new Map([main, ...children].map((each) => [each.urn, each]));
  const place = { urnOf, provider, find: (urn: string) => known.get(urn) };
  const given = { cluster: new Unknown([main.urn]), ...inputs };
  const { children: made, notes } = expandNodes(component(kind, "workers", given), place);
  return {
    made: made.map(({ type, name, inputs: own }) => ({ type, name, inputs: own })),
    notes: notes.map(({ kind: what, message }) => `${what}: ${message}`),
  };
}

const none = (message: string) => ({
  made: [],
  notes: [`opaque-component: ${message}: what it makes was not judged`],
});

describe("what node groups of @pulumi/eks make", () => {
  const nodeRole: Value = new Unknown([ofNodes]);
  const group = (inputs: ValueRecord) => ({
    type: "aws:eks/nodeGroup:NodeGroup",
    name: "workers",
    inputs: {
      clusterName: new Unknown([cluster], false, "name"),
      nodeRoleArn: new Unknown([ofNodes], false, "arn"),
      ...inputs,
    },
  });

  it("is the group of EKS with its configured role", () => {
    assert.deepEqual(expanded("ManagedNodeGroup", { nodeRole }, { version: "1.33" }), {
      made: [group({ version: "1.33" })],
      notes: [],
    });
    const nodeRoleArn = "arn:aws:iam::111122223333:role/nodes";
    const { made } = expanded("ManagedNodeGroup", { nodeRoleArn, amiType: "AL2_x86_64" });
    assert.deepEqual(made, [group({ nodeRoleArn, amiType: "AL2_x86_64" })]);
  });

  it("is a launch template too where it is configured with what only that has", () => {
    const urn = `${head}eks:index:ManagedNodeGroup$aws:ec2/launchTemplate:LaunchTemplate::workers-launchTemplate`;
    const inputs = { nodeRole, enableIMDSv2: true, amiId: "ami-1", userData: "echo" };
    assert.deepEqual(expanded("ManagedNodeGroup", inputs).made, [
      {
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        name: "workers-launchTemplate",
        inputs: {
          userData: "echo",
          metadataOptions: {
            httpTokens: "required",
            httpPutResponseHopLimit: 2,
            httpEndpoint: "enabled",
          },
        },
      },
      group({ amiType: "CUSTOM", launchTemplate: { id: new Unknown([urn], false, "id") } }),
    ]);
  });

  it("has the image of its operating system, which is text of the program", () => {
    const amiOf = (operatingSystem: string) =>
      expanded("ManagedNodeGroup", { nodeRole, operatingSystem }).made[0]?.inputs["amiType"];
    assert.equal(amiOf("Bottlerocket"), "BOTTLEROCKET_x86_64");
    assert.equal(amiOf("constructor"), undefined);
  });

  const userData = new Unknown([cluster], false, "endpoint");
  const template = "aws:ec2/launchTemplate:LaunchTemplate";

  it("launches nodes with the configured profile, else the cluster's own", () => {
    const instanceProfile = new Unknown([ofProfile]);
    const metadataOptions = { httpTokens: "required" };
    assert.deepEqual(expanded("NodeGroupV2", { instanceProfile, metadataOptions }).made, [
      {
        type: template,
        name: "workers-launchTemplate",
        inputs: {
          metadataOptions,
          iamInstanceProfile: { name: new Unknown([ofProfile], false, "name") },
          userData,
        },
      },
    ]);
    const own = `${head}eks:index:Cluster$aws:iam/instanceProfile:InstanceProfile::main-instanceProfile`;
    assert.deepEqual(expanded("NodeGroup", {}).made, [
      {
        type: "aws:ec2/launchConfiguration:LaunchConfiguration",
        name: "workers-nodeLaunchConfiguration",
        inputs: { iamInstanceProfile: new Unknown([own], false, "name"), userData },
      },
    ]);
    const instanceProfileName = "of-cluster";
    const { made } = expanded("NodeGroupV2", {}, { nodeGroupOptions: { instanceProfileName } });
    assert.deepEqual(made[0]?.inputs["iamInstanceProfile"], { name: instanceProfileName });
  });

  it("is not judged without a role or profile, nor on a cluster of another program", () => {
    assert.deepEqual(
      expanded("ManagedNodeGroup", {}),
      none("`nodeRole` of `eks:index:ManagedNodeGroup` is not given"),
    );
    assert.deepEqual(
      expanded("NodeGroupV2", {}, { skipDefaultNodeGroup: true }),
      none("`instanceProfile` of `eks:index:NodeGroupV2` is not set, and its cluster has none"),
    );
    const elsewhere = new Unknown([`${head}pulumi:pulumi:StackReference::platform`]);
    for (const kind of ["ManagedNodeGroup", "NodeGroup", "NodeGroupV2"]) {
      assert.deepEqual(
        expanded(kind, { cluster: elsewhere, nodeRole }),
        none(`\`cluster\` of \`eks:index:${kind}\` is no \`eks.Cluster\` of this program`),
      );
    }
  });
});
