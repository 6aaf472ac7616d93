import assert from "node:assert/strict";
import { assumedAcross } from "../../../../../policy-pack/domain/paths/assume/assumed";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import { Unknown } from "../../../../../core/snapshot/value";
import {
  account,
  Facts,
  roleName,
  named,
  trusts,
  service,
  mayAssume,
  acrossAccount,
} from "./facts";

describe("what is assumed across tenants", () => {
  it("is nothing where there is one tenant", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("hub", undefined, trusts({ AWS: `arn:aws:iam::${account}:role/planner` }));
    assert.deepEqual(facts.found(), []);
  });

  it("is computed once for a graph", () => {
    const facts = acrossAccount(mayAssume("*"));
    facts.graph.close();
    assert.equal(assumedAcross(facts.graph), assumedAcross(facts.graph));
  });

  it("counts users and instance profiles", () => {
    const facts = new Facts()
      .tenant(`instance-profile|${account}|node`, "acme")
      .role("tool", "globex", service)
      .add("assumes", {
        identity: `instance-profile|${account}|node`,
        role: named(roleName("tool")),
        by: "instance-profile",
      });
    assert.deepEqual(facts.found(), ["node > tool"]);
    const user = new Facts()
      .tenant(`iam-user|${account}|ann`, "acme")
      .role("tool", "globex", trusts({ AWS: `arn:aws:iam::${account}:user/ann` }));
    assert.deepEqual(user.found(), ["ann > tool"]);
  });

  it("adds up the facts on one role under two names", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("tool", "globex", service)
      .add("alias", { thing: roleName("tool"), also: "urn:x::tool" })
      .add("trusts", {
        identity: "urn:x::tool",
        trust: parsePolicyDocument(trusts({ AWS: `arn:aws:iam::${account}:role/planner` })),
      });
    assert.deepEqual(facts.found(), ["planner > tool"]);
  });

  it("passes over an unknown role that is assumed, and principals that are no identity of a tenant", () => {
    const facts = new Facts()
      .tenant("a", "acme")
      .add("assumes", { identity: "a", role: { kind: "unknown", dependsOn: [] }, by: "irsa" })
      .add("runs-as", {
        workload: "a",
        identity: { kind: "unknown", dependsOn: [] },
        how: "",
        isDefault: false,
      })
      .role(
        "tool",
        "globex",
        trusts({ AWS: "AROAEXAMPLE", CanonicalUser: "x", Service: new Unknown() }),
      );
    assert.deepEqual(facts.found(), []);
  });

  it("is unknown where the trust behind an annotation is unknown", () => {
    const facts = new Facts()
      .tenant("k8s|c|acme|ServiceAccount|a", "acme")
      .role("tool", "globex", new Unknown(["urn:x"]))
      .add("assumes", {
        identity: "k8s|c|acme|ServiceAccount|a",
        role: named(roleName("tool")),
        by: "irsa",
      });
    assert.deepEqual(facts.found(), [
      "acme/a > tool? the trust policy of the role is not known yet",
      "tool unknown: urn:x",
    ]);
  });

  it("counts a workload that owns an identity of another tenant", () => {
    const facts = new Facts()
      .tenant("urn:x::agent", "acme")
      .role("tool", "globex", service)
      .add("owns", { workload: "urn:x::agent", identity: roleName("tool") });
    assert.deepEqual(facts.found(), ["agent > tool"]);
  });
});
