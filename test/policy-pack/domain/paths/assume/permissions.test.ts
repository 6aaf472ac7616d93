import assert from "node:assert/strict";
import type { Ref } from "../../../../../policy-pack/facts/fact-values";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import { Unknown } from "../../../../../core/snapshot/value";
import {
  account,
  Facts,
  roleName,
  named,
  policyOf,
  trusts,
  service,
  mayAssume,
  acrossAccount,
} from "./facts";

describe("what is assumed across tenants by the caller's policies", () => {
  it("follows a statement whose resources, action and effect fit", () => {
    assert.deepEqual(acrossAccount(mayAssume(`arn:*:iam::*:role/*`)).found(), ["planner > tool"]);
    assert.deepEqual(acrossAccount(mayAssume("arn:aws:s3:::tool")).found(), []);
    assert.deepEqual(acrossAccount(mayAssume("tool")).found(), []);
    assert.deepEqual(acrossAccount(mayAssume(`arn:aws:iam::444455556666:role/*`)).found(), []);
    const not = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      NotResource: "arn:aws:iam::*:role/x",
    };
    assert.deepEqual(acrossAccount(policyOf(not)).found(), ["planner > tool"]);
    const none = { Effect: "Allow", Action: "sts:AssumeRole" };
    assert.deepEqual(acrossAccount(policyOf(none)).found(), []);
  });

  it("is unknown where a policy, a statement, an effect or a resource is unknown", () => {
    const policy = "planner > tool? a policy is not known yet";
    assert.deepEqual(acrossAccount(new Unknown()).found(), [policy]);
    assert.deepEqual(acrossAccount(policyOf(new Unknown())).found(), [policy]);
    const effect = { Effect: new Unknown(), Action: "sts:*", Resource: "*" };
    assert.deepEqual(acrossAccount(policyOf(effect)).found(), [
      "planner > tool? the effect of a statement is not known yet",
    ]);
    assert.deepEqual(acrossAccount(mayAssume(new Unknown(["urn:a", "urn:b"]))).found(), [
      "planner > tool? a resource of a policy is not known yet",
    ]);
  });

  it("identifies a resource by the role it depends on", () => {
    const facts = acrossAccount(mayAssume(new Unknown(["urn:x::tool"])));
    facts.add("alias", { thing: roleName("tool"), also: "urn:x::tool" });
    assert.deepEqual(facts.found(), ["planner > tool"]);
  });

  it("reads what is attached, and passes over what is not about roles", () => {
    const attach = (policy: Ref) =>
      new Facts()
        .role("planner", "acme", service)
        .role("tool", "globex", trusts({ AWS: account }))
        .add("attaches", { policy, identity: named(roleName("planner")), as: "permissions" });
    assert.deepEqual(
      attach(named("p"))
        .add("allows", { identity: "p", policy: parsePolicyDocument(mayAssume("*")) })
        .found(),
      ["planner > tool"],
    );
    const power = "arn:aws:iam::aws:policy/PowerUserAccess";
    assert.deepEqual(attach(named(power)).found(), ["planner > tool"]);
    assert.deepEqual(attach(named("arn:aws:iam::aws:policy/IAMFullAccess")).found(), []);
    const uncertainty = ["planner > tool? a policy is not known yet"];
    assert.deepEqual(attach(named("elsewhere")).found(), uncertainty);
    assert.deepEqual(attach({ kind: "unknown", dependsOn: [] }).found(), uncertainty);
  });

  it("is denied by a Deny and by a boundary that does not allow it", () => {
    const deny = { Effect: "Deny", Action: "sts:AssumeRole", Resource: "*" };
    const allow = { Effect: "Allow", Action: "sts:*", Resource: "*" };
    assert.deepEqual(acrossAccount(policyOf(allow, deny)).found(), []);
    const unless = { ...deny, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } };
    assert.deepEqual(acrossAccount(policyOf(allow, unless)).found(), ["planner > tool"]);
    const bounded = acrossAccount(mayAssume("*"))
      .add("allows", {
        identity: "b",
        policy: parsePolicyDocument(mayAssume("arn:aws:iam::*:role/x")),
      })
      .add("attaches", {
        policy: named("b"),
        identity: named(roleName("planner")),
        as: "boundary",
      });
    assert.deepEqual(bounded.found(), []);
  });

  it("compares the tag of the role that names its tenant", () => {
    const key = "aws:ResourceTag/agentid.dev/tenant";
    const tagged = (tenant: string) =>
      acrossAccount(mayAssume("*", { StringEquals: { [key]: tenant } })).found();
    assert.deepEqual(tagged("globex"), ["planner > tool"]);
    assert.deepEqual(tagged("acme"), []);
    const untagged = new Facts()
      .role("planner", "acme", service)
      .allow("planner", mayAssume("*", { StringEquals: { [key]: "acme" } }))
      .role("tool", undefined, trusts({ AWS: account }))
      .tenant("z", "globex");
    assert.deepEqual(untagged.found(), []);
    const unknown = new Facts()
      .role("planner", "acme", service)
      .allow("planner", mayAssume("*", { StringEquals: { [key]: "acme" } }))
      .role("tool", undefined, trusts({ AWS: account }))
      .add("belongs-to", {
        thing: roleName("tool"),
        tenant: { kind: "unknown", dependsOn: ["urn:t"] },
        by: "own",
      });
    assert.deepEqual(unknown.found(), [
      "planner > tool? the tag that names the tenant of a role is not known yet",
    ]);
  });

  it("is unknown where the caller's or the role's account or name is unknown", () => {
    const facts = new Facts()
      .role("planner", "acme", service, "default")
      .add("allows", {
        identity: roleName("planner", "default"),
        policy: parsePolicyDocument(mayAssume("*")),
      })
      .role("tool", "globex", trusts({ AWS: account }));
    assert.deepEqual(facts.found(), ["planner > tool? the account of a role is not known"]);
    const unnamed = (pattern: string) => {
      const made = new Facts()
        .role("planner", "acme", service)
        .allow("planner", mayAssume(pattern))
        .tenant("urn:x::tool", "globex");
      return made.add("trusts", {
        identity: "urn:x::tool",
        trust: parsePolicyDocument(trusts({ AWS: account })),
        path: { kind: "known", text: "/globex/" },
      });
    };
    const name = "the name or path of a role is not known";
    assert.deepEqual(unnamed("arn:aws:iam::*:role/globex/tool").found(), [
      `planner > tool? ${name}`,
    ]);
    assert.deepEqual(unnamed("arn:aws:iam::*:role/globex/*").found(), ["planner > tool"]);
    assert.deepEqual(unnamed("arn:aws:iam::*:role/acme/*").found(), []);
    const pathless = unnamed("arn:aws:iam::*:role/globex/*").add("trusts", {
      identity: "urn:x::other",
      trust: parsePolicyDocument(trusts({ AWS: account })),
      path: { kind: "unknown", dependsOn: [] },
    });
    assert.deepEqual(pathless.tenant("urn:x::other", "globex").found(), [
      "planner > tool",
      `planner > other? ${name}`,
    ]);
  });
});
