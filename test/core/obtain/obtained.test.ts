import assert from "node:assert/strict";
import { obtainedAcross } from "../../../core/obtain/obtained";
import { parsePolicyDocument } from "../../../core/policy/document";
import { Unknown } from "../../../core/snapshot/value";
import {
  account,
  Facts,
  roleName,
  named,
  admits,
  service,
  mayAssume,
  acrossAccount,
} from "./facts";

describe("what is obtained across tenants", () => {
  it("is nothing where there is one tenant", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("hub", undefined, admits({ AWS: `arn:aws:iam::${account}:role/planner` }));
    assert.deepEqual(facts.found(), []);
  });

  it("is computed once for a graph", () => {
    const facts = acrossAccount(mayAssume("*"));
    facts.graph.close();
    assert.equal(obtainedAcross(facts.graph), obtainedAcross(facts.graph));
  });

  it("counts users and instance profiles", () => {
    const facts = new Facts()
      .tenant(`instance-profile|${account}|node`, "acme")
      .role("tool", "globex", service)
      .say("becomes", {
        identity: `instance-profile|${account}|node`,
        role: named(roleName("tool")),
        by: "instance-profile",
      });
    assert.deepEqual(facts.found(), ["node > tool"]);
    const user = new Facts()
      .tenant(`iam-user|${account}|ann`, "acme")
      .role("tool", "globex", admits({ AWS: `arn:aws:iam::${account}:user/ann` }));
    assert.deepEqual(user.found(), ["ann > tool"]);
  });

  it("adds up what is said of one role under two names", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .role("tool", "globex", service)
      .say("alias", { thing: roleName("tool"), also: "urn:x::tool" })
      .say("admits", {
        identity: "urn:x::tool",
        trust: parsePolicyDocument(admits({ AWS: `arn:aws:iam::${account}:role/planner` })),
      });
    assert.deepEqual(facts.found(), ["planner > tool"]);
  });

  it("passes over what becomes a role nobody knows, and principals that are no identity of a tenant", () => {
    const facts = new Facts()
      .tenant("a", "acme")
      .say("becomes", { identity: "a", role: { kind: "unknown", waitsFor: [] }, by: "irsa" })
      .say("runs-as", {
        workload: "a",
        identity: { kind: "unknown", waitsFor: [] },
        how: "",
        isDefault: false,
      })
      .role(
        "tool",
        "globex",
        admits({ AWS: "AROAEXAMPLE", CanonicalUser: "x", Service: new Unknown() }),
      );
    assert.deepEqual(facts.found(), []);
  });

  it("is in doubt where the trust behind an annotation is not known", () => {
    const facts = new Facts()
      .tenant("k8s|c|acme|ServiceAccount|a", "acme")
      .role("tool", "globex", new Unknown(["urn:x"]))
      .say("becomes", {
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
      .say("owns", { workload: "urn:x::agent", identity: roleName("tool") });
    assert.deepEqual(facts.found(), ["agent > tool"]);
  });
});
