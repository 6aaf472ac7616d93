import assert from "node:assert/strict";
import { permissionHolderOf } from "../../../../../policy-pack/domain/iam/authority/permission-holder";
import type { Fact, FactBodies } from "../../../../../policy-pack/facts/fact";
import { Graph } from "../../../../../policy-pack/facts/graph";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { Value } from "../../../../../core/snapshot/value";
import { urnOf } from "../../../../support/resources";

const at = { urn: urnOf("aws:iam/role:Role", "desk"), property: "policy" };
const refused = parsePolicyDocument("everything");

function graphOf(...facts: readonly Fact[]): Graph {
  const graph = new Graph();
  for (const each of facts) graph.add(each);
  graph.close();
  return graph;
}

function trusts(trust: FactBodies["trusts"]["trust"]): Fact {
  return { kind: "trusts", at, identity: "desk", trust };
}

function trusting(principal: string, Condition: Value = {}): Fact {
  return trusts(
    parsePolicyDocument({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: principal },
        Action: "sts:AssumeRole",
        Condition,
      },
    }),
  );
}

describe("bearer of an identity", () => {
  it("is a workload where its assuming principal is unknown", () => {
    assert.deepEqual(permissionHolderOf(graphOf(), "desk"), { kind: "workload" });
  });

  it("is a workload where its account can assume it", () => {
    assert.deepEqual(permissionHolderOf(graphOf(trusting("111122223333")), "desk"), {
      kind: "workload",
    });
  });

  it("is people where a session has to have a name that only users have", () => {
    const named = { StringLike: { "sts:RoleSessionName": "${aws:username}" } };
    const ofUsers = graphOf(trusting("111122223333", named));
    assert.deepEqual(permissionHolderOf(ofUsers, "desk"), { kind: "people" });
    const open = { StringLikeIfExists: { "sts:RoleSessionName": "${aws:username}" } };
    const ofAll = graphOf(trusting("111122223333", open));
    assert.deepEqual(permissionHolderOf(ofAll, "desk"), { kind: "workload" });
  });

  it("is no workload where IAM would refuse the trust policy", () => {
    assert.deepEqual(permissionHolderOf(graphOf(trusts(refused)), "desk"), { kind: "people" });
  });
});
