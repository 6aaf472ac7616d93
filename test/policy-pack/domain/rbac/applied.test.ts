import assert from "node:assert/strict";
import { appliedBy, type Given } from "../../../../policy-pack/domain/rbac/applied";
import type { RbacReach, RbacRule } from "../../../../policy-pack/facts/fact-values";
import { urnOf } from "../../../support/resources";

const jobs: RbacRule = {
  verbs: ["create"],
  apiGroups: ["batch"],
  resources: ["jobs"],
  resourceNames: ["desk"],
  nonResourceURLs: [],
};
const patching: RbacRule = { ...jobs, apiGroups: ["*"], resources: ["*"], verbs: ["patch"] };
const together: RbacRule = { ...jobs, verbs: ["create", "patch"] };
const cluster: RbacReach = { kind: "cluster" };
const acme: RbacReach = { kind: "namespace", namespace: "acme" };
const stack = urnOf("pulumi:pulumi:StackReference", "names");
const open: RbacReach = { kind: "unknown", dependsOn: [stack] };

/** What a right to create by name comes to in a place, beside a right to patch in another. */
function beside(place: RbacReach, where: RbacReach, rule = patching): readonly RbacRule[] {
  const given: Given = { rule, where };
  return appliedBy([jobs], place, [given]);
}

describe("what rules together allow to apply", () => {
  it("is what one rule allows to create by name and another to patch", () => {
    assert.deepEqual(appliedBy([jobs, patching], acme, []), [together]);
    assert.deepEqual(appliedBy([{ ...patching, verbs: ["create"] }, jobs], acme, []), []);
    assert.deepEqual(appliedBy([jobs, { ...patching, resourceNames: ["pay"] }], acme, []), []);
    assert.deepEqual(appliedBy([jobs, { ...patching, apiGroups: ["apps"] }], acme, []), []);
  });

  it("counts what is granted in the whole cluster or in the same namespace", () => {
    assert.deepEqual(beside(acme, cluster), [together]);
    assert.deepEqual(beside(acme, acme), [together]);
    assert.deepEqual(beside(acme, { kind: "namespace", namespace: "globex" }), []);
    assert.deepEqual(beside(cluster, acme), []);
  });

  it("leaves open grants of an unknown namespace, and unknown names", () => {
    const possible = [{ ...together, dependsOn: [stack] }];
    assert.deepEqual(beside(acme, open), possible);
    assert.deepEqual(beside(open, acme), possible);
    assert.deepEqual(beside(cluster, { ...open, mayBeCluster: true }), possible);
    assert.deepEqual(beside(cluster, open), []);
    assert.deepEqual(
      beside(acme, acme, { ...patching, resourceNames: ["*"], dependsOn: [stack] }),
      possible,
    );
  });
});
