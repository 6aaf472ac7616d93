import assert from "node:assert/strict";
import { authorityOf } from "../../../../../policy-pack/domain/iam/authority/authority-of";
import { Graph } from "../../../../../policy-pack/facts/graph";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import { urnOf } from "../../../../support/resources";

describe("authority of an identity", () => {
  it("has no policy that IAM would refuse", () => {
    const graph = new Graph();
    const at = { urn: urnOf("aws:iam/rolePolicy:RolePolicy", "calls"), property: "policy" };
    graph.add({ kind: "allows", at, identity: "desk", policy: parsePolicyDocument("everything") });
    graph.close();
    assert.deepEqual(authorityOf(graph, "desk"), { policies: [], limits: [] });
  });
});
