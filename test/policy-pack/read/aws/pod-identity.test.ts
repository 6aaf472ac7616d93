import assert from "node:assert/strict";
import { Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { podIdentityReader } from "../../../../policy-pack/read/aws/eks/pod-identity";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const role = urnOf("aws:iam/role:Role", "planner");
const cluster = urnOf("aws:eks/cluster:Cluster", "prod");
const account = urnOf("kubernetes:core/v1:ServiceAccount", "planner");

function association(inputs: ValueRecord, context = contextOf()): readonly unknown[] {
  const whole = { clusterName: "prod", roleArn: outputOf(role), ...inputs };
  return stated([podIdentityReader], resource(type, "planner", whole), context);
}

const assumes = (identity: string, name = role, property = "roleArn") => ({
  kind: "assumes",
  identity,
  role: { kind: "named", name },
  by: "pod-identity",
  property,
});
const inside = (thing: string, namespace: string | undefined) => ({
  kind: "inside",
  thing,
  namespace:
    namespace === undefined
      ? { kind: "unknown", dependsOn: [] }
      : { kind: "named", name: namespace },
  property: "namespace",
});

describe("the reader of Pod Identity associations", () => {
  it("names the account by cluster, namespace and name", () => {
    const scope = "urn:aws:eks:default:cluster/prod";
    const name = `k8s|${scope}|acme|ServiceAccount|planner`;
    assert.deepEqual(association({ namespace: "acme", serviceAccount: "planner" }), [
      inside(name, `k8s|${scope}||Namespace|acme`),
      assumes(name),
    ]);
    const made = `k8s|${cluster}|acme|ServiceAccount|planner`;
    assert.deepEqual(
      association({ clusterName: outputOf(cluster), namespace: "acme", serviceAccount: "planner" }),
      [inside(made, `k8s|${cluster}||Namespace|acme`), assumes(made)],
    );
  });

  it("returns for both roles whether the session carries no tags", () => {
    const scope = "urn:aws:eks:default:cluster/prod";
    const name = `k8s|${scope}|acme|ServiceAccount|planner`;
    const target = urnOf("aws:iam/role:Role", "target");
    const given = { namespace: "acme", serviceAccount: "planner", targetRoleArn: outputOf(target) };
    const withoutTags = { kind: "known", value: true };
    assert.deepEqual(association({ ...given, disableSessionTags: true }).slice(1), [
      { ...assumes(name), withoutTags },
      { ...assumes(name, target, "targetRoleArn"), withoutTags },
    ]);
    const waiting = { kind: "unknown", dependsOn: [cluster] };
    assert.deepEqual(association({ ...given, disableSessionTags: outputOf(cluster) }).slice(1), [
      { ...assumes(name), withoutTags: waiting },
      { ...assumes(name, target, "targetRoleArn"), withoutTags: waiting },
    ]);
  });

  it("identifies the account by the resource its name comes from", () => {
    assert.deepEqual(association({ namespace: "acme", serviceAccount: outputOf(account) }), [
      assumes(account),
    ]);
  });

  it("takes the cluster of the namespace with an unknown name", () => {
    const namespace = resource("kubernetes:core/v1:Namespace", "acme", {
      metadata: { name: "acme" },
    });
    const name = "k8s|default|acme|ServiceAccount|planner";
    assert.deepEqual(
      association(
        { namespace: outputOf(namespace.urn), serviceAccount: "planner" },
        contextOf([namespace]),
      ),
      [inside(name, namespace.urn), assumes(name)],
    );
  });

  it("uses the association for an unknown account", () => {
    const itself = urnOf(type, "planner");
    const acme = "k8s|urn:aws:eks:default:cluster/prod||Namespace|acme";
    assert.deepEqual(association({ namespace: "acme", serviceAccount: new Unknown() }), [
      inside(itself, acme),
      assumes(itself),
    ]);
    assert.deepEqual(association({ namespace: new Unknown(), serviceAccount: "x" }), [
      inside(itself, undefined),
      assumes(itself),
    ]);
  });

  it("reads the role of another account that is reached through the first", () => {
    const target = "arn:aws:iam::444455556666:role/target";
    const facts = association({ namespace: "a", serviceAccount: "b", targetRoleArn: target });
    assert.deepEqual(
      facts.slice(2),
      [
        assumes("iam-role|444455556666|target", "iam-role|444455556666|target", "targetRoleArn"),
      ].map((fact) => ({
        ...fact,
        identity: "k8s|urn:aws:eks:default:cluster/prod|a|ServiceAccount|b",
      })),
    );
  });

  it("returns nothing for an association without role or account", () => {
    assert.deepEqual(association({}), []);
  });
});
