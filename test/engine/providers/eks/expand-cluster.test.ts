import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { expandCluster } from "../../../../engine/providers/eks/expand-cluster";
import { formUrn } from "../../../../engine/program/urn";

const head = "urn:pulumi:dev::desk::";
const source = { file: "index.ts", line: 7, column: 1 };
const place = {
  provider: `${head}pulumi:providers:aws::default`,
  urnOf: (parent: string, type: string, name: string) =>
    formUrn({ stack: "dev", project: "desk", parent, type, name }),
};

function expanded(inputs: Record<string, Value>) {
  const component: Resource = {
    ...{ urn: `${head}eks:index:Cluster::main`, type: "eks:index:Cluster", name: "main" },
    ...{ custom: false, inputs, dependencies: [], propertyDependencies: {}, source },
  };
  return expandCluster(component, place);
}

const inside = `${head}eks:index:Cluster$`;
const cluster = `${inside}aws:eks/cluster:Cluster::main-eksCluster`;
const oidc = `${inside}aws:iam/openIdConnectProvider:OpenIdConnectProvider::main-oidcProvider`;
const role = (name: string) =>
  `${inside}eks:index:ServiceRole$aws:iam/role:Role::main-${name}-role`;

/** Names of what is made, but for policies and the components around roles. */
function namesOf(inputs: Record<string, Value>): readonly string[] {
  return expanded(inputs)
    .children.filter(({ type }) => !/ServiceRole$|RolePolicyAttachment$/.test(type))
    .map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name}`);
}

describe("what a cluster of @pulumi/eks makes", () => {
  it("is roles of the cluster and of its nodes, the cluster, and what its nodes are launched by", () => {
    assert.deepEqual(namesOf({}), [
      "Role main-eksRole-role",
      "Role main-instanceRole-role",
      "Cluster main-eksCluster",
      "SecurityGroup main-eksClusterSecurityGroup",
      "SecurityGroup main-nodeSecurityGroup",
      "InstanceProfile main-instanceProfile",
      "LaunchTemplate main-launchTemplate",
    ]);
  });

  it("has its provider for tokens on request, which waits for the cluster", () => {
    const { children, outputs, from } = expanded({ createOidcProvider: true });
    const provider = children.find(({ urn }) => urn === oidc);
    assert.deepEqual(provider?.propertyDependencies, { url: [cluster] });
    assert.deepEqual(outputs["oidcProviderArn"], new Unknown([oidc], false, "arn"));
    assert.deepEqual(from["oidcProviderArn"], [oidc]);
    assert.deepEqual(from["oidcIssuer"], [cluster]);
    assert.equal(expanded({}).outputs["oidcProviderArn"], "");
  });

  it("has no nodes of its own where they are left out, on Fargate and in Auto Mode", () => {
    const nodes = /instanceProfile|launchTemplate/;
    assert.deepEqual(
      namesOf({ skipDefaultNodeGroup: true }).filter((name) => /instance|launch/.test(name)),
      [],
    );
    assert.deepEqual(
      namesOf({ fargate: true }).filter((name) => /launch|podExecution/.test(name)),
      ["Role main-podExecutionRole-role"],
    );
    const auto = namesOf({ autoMode: { enabled: true }, createInstanceRole: false });
    assert.deepEqual(
      auto.filter((name) => nodes.test(name) || name.startsWith("Role")),
      ["Role main-eksRole-role", "Role main-nodeRole-role"],
    );
  });

  it("uses its configured roles", () => {
    const given = { arn: "arn:aws:iam::111122223333:role/nodes" };
    const { children, outputs } = expanded({ instanceRoles: [given], serviceRole: given });
    assert.deepEqual(
      children.filter(({ type }) => type === "aws:iam/role:Role"),
      [],
    );
    assert.deepEqual(outputs["instanceRoles"], [given]);
  });

  it("trusts the services of AWS, with the policies of AWS alone", () => {
    const { children } = expanded({});
    const policies = children.filter(({ type }) => type.endsWith(":RolePolicyAttachment"));
    assert.deepEqual(
      policies.map(({ inputs, dependencies }) => [inputs["policyArn"], ...dependencies]),
      [
        ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", role("eksRole")],
        ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", role("instanceRole")],
        ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", role("instanceRole")],
        ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", role("instanceRole")],
      ],
    );
    assert.deepEqual(children.find(({ urn }) => urn === role("instanceRole"))?.inputs, {
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: ["sts:AssumeRole"],
            Effect: "Allow",
            Principal: { Service: ["ec2.amazonaws.com"] },
          },
        ],
      },
    });
  });

  it("is not judged where what decides it is not known", () => {
    const { children, notes } = expanded({ fargate: new Unknown(["urn:x"]) });
    assert.deepEqual(children, []);
    assert.deepEqual(notes, [
      {
        kind: "opaque-component",
        message:
          "`fargate` of `eks:index:Cluster` is not known before other resources are made: what it makes was not judged",
        urn: `${head}eks:index:Cluster::main`,
        source,
      },
    ]);
  });
});
