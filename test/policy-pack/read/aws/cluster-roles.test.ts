import assert from "node:assert/strict";
import { clusterRoleReader } from "../../../../policy-pack/read/aws/eks/pod-identity";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { runningAs, stated, undeclared } from "./reading";

const addonType = "aws:eks/addon:Addon";
const capabilityType = "aws:eks/capability:Capability";
const role = urnOf("aws:iam/role:Role", "csi");
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const named = (name: string) => ({ kind: "named", name });

describe("the reader of what EKS runs by a role", () => {
  const csi = urnOf(addonType, "csi");
  const csiWorkload = undeclared(csi, "EKS add-on", "csi");

  it("takes the role of an add-on's account for its identity", () => {
    const inputs = { addonName: "aws-ebs-csi-driver", clusterName: "prod" };
    const given = { ...inputs, serviceAccountRoleArn: outputOf(role) };
    assert.deepEqual(stated([clusterRoleReader], resource(addonType, "csi", given)), [
      csiWorkload,
      runningAs(csi, named(role), "IRSA", "serviceAccountRoleArn"),
    ]);
    assert.deepEqual(stated([clusterRoleReader], resource(addonType, "csi", inputs)), [
      csiWorkload,
    ]);
  });

  it("takes each role that Pod Identity gives an add-on, and one that is not known", () => {
    const podIdentityAssociations = ["csi-controller", "csi-node"].map((name) => ({
      serviceAccount: `${name}-sa`,
      roleArn: arn(name),
    }));
    assert.deepEqual(
      stated([clusterRoleReader], resource(addonType, "csi", { podIdentityAssociations })),
      [
        csiWorkload,
        ...["csi-controller", "csi-node"].map((name, index) =>
          runningAs(
            csi,
            named(`iam-role|111122223333|${name}`),
            "Pod Identity",
            `podIdentityAssociations.${index}.roleArn`,
          ),
        ),
      ],
    );
    const cluster = urnOf("aws:eks/cluster:Cluster", "prod");
    const unknown = { podIdentityAssociations: outputOf(cluster) };
    assert.deepEqual(stated([clusterRoleReader], resource(addonType, "csi", unknown)), [
      csiWorkload,
      runningAs(
        csi,
        { kind: "unknown", dependsOn: [cluster] },
        "Pod Identity",
        "podIdentityAssociations",
      ),
    ]);
  });

  it("takes the role of a capability for its identity", () => {
    const inputs = { capabilityName: "argocd", type: "ARGOCD", roleArn: arn("argocd") };
    const argocd = urnOf(capabilityType, "argocd");
    assert.deepEqual(stated([clusterRoleReader], resource(capabilityType, "argocd", inputs)), [
      undeclared(argocd, "EKS capability", "argocd"),
      runningAs(argocd, named("iam-role|111122223333|argocd"), "capability role", "roleArn"),
    ]);
  });
});
