import assert from "node:assert/strict";
import type { FactBodies } from "../../../../../policy-pack/facts/fact";
import type { RbacRule } from "../../../../../policy-pack/facts/fact-values";
import { Facts } from "./facts";

describe("what is assumed across tenants by RBAC", () => {
  const operator = "k8s|c|acme|ServiceAccount|operator";
  const role = "k8s|c|globex|Role|r";
  const rule = (rest: Partial<RbacRule>): RbacRule => ({
    verbs: [],
    apiGroups: [""],
    resources: [],
    resourceNames: [],
    nonResourceURLs: [],
    ...rest,
  });
  const bound = (body: Partial<FactBodies["binds"]>, ...rules: readonly RbacRule[]) =>
    new Facts()
      .tenant(operator, "acme")
      .tenant("k8s|c||Namespace|globex", "globex")
      .tenant("k8s|other||Namespace|initech", "initech")
      .tenant("urn:x::made", "umbrella")
      .add("rbac-role", { role, rules })
      .add("binds", {
        binding: "k8s|c|globex|RoleBinding|b",
        role,
        roleName: "r",
        where: { kind: "namespace", namespace: "globex" },
        subject: { kind: "ServiceAccount", name: "operator" },
        subjectName: operator,
        ...body,
      })
      .found();
  const tokens = rule({ verbs: ["create"], resources: ["serviceaccounts/token"] });

  it("follows token requests, impersonation and workloads, one path for each binding", () => {
    const found = ["acme/operator > globex"];
    assert.deepEqual(bound({}, tokens, rule({ verbs: ["*"], resources: ["*"] })), found);
    const impersonates = rule({ verbs: ["impersonate"], resources: ["serviceaccounts"] });
    assert.deepEqual(bound({}, impersonates), found);
    const runs = rule({ verbs: ["patch"], apiGroups: ["batch"], resources: ["cronjobs"] });
    assert.deepEqual(bound({}, runs), found);
    assert.deepEqual(bound({}, { ...runs, apiGroups: [""] }), []);
    assert.deepEqual(bound({}, { ...runs, resources: ["jobs"] }), []);
    assert.deepEqual(bound({}, { ...runs, resources: ["jobs"], verbs: ["create"] }), found);
    assert.deepEqual(bound({}, rule({ verbs: ["update"], resources: ["pods"] })), found);
    assert.deepEqual(bound({}, rule({ verbs: ["create"], resources: ["*/token"] })), found);
    assert.deepEqual(bound({}, rule({ verbs: ["get"], resources: ["*"] })), []);
  });

  it("does not take what is not known for a right", () => {
    const anything = rule({ verbs: ["*"], resources: ["*"], dependsOn: ["urn:x::config"] });
    assert.deepEqual(bound({}, anything), [
      "acme/operator > globex? the rules of a role are not known yet",
    ]);
    assert.deepEqual(bound({}, anything, tokens), ["acme/operator > globex"]);
  });

  it("counts the named accounts, where resource names are accounts", () => {
    const byName = { ...tokens, resourceNames: ["a", "a"] };
    const named = bound({}, byName);
    assert.deepEqual(named, []);
    const pods = rule({ verbs: ["create"], resources: ["pods"], resourceNames: ["a"] });
    assert.deepEqual(bound({}, pods), ["acme/operator > globex"]);
  });

  it("reaches the namespaces of its own cluster by a ClusterRoleBinding", () => {
    const facts = (where: FactBodies["binds"]["where"]) => {
      const built = new Facts()
        .tenant(operator, "acme")
        .tenant("k8s|c||Namespace|globex", "globex")
        .tenant("k8s|other||Namespace|initech", "initech")
        .add("rbac-role", { role, rules: [tokens] });
      for (const name of ["operator", "second"]) {
        built.add("binds", {
          binding: "k8s|c||ClusterRoleBinding|b",
          role,
          roleName: "r",
          where,
          subject: { kind: "ServiceAccount", name },
          subjectName: `k8s|c|acme|ServiceAccount|${name}`,
        });
      }
      return built.found();
    };
    assert.deepEqual(facts({ kind: "cluster" }), ["acme/operator > globex"]);
    // A RoleBinding whose namespace is not known is no ClusterRoleBinding: it may be in any namespace.
    assert.deepEqual(facts({ kind: "unknown", dependsOn: [] }), [
      "acme/operator > globex? the namespace of a binding is not known yet",
    ]);
  });

  it("finds a namespace by its resource, and passes over subjects that are no account or of no cluster", () => {
    assert.deepEqual(bound({ where: { kind: "namespace", namespace: "urn:x::made" } }, tokens), [
      "acme/operator > made",
    ]);
    assert.deepEqual(bound({ subject: { kind: "User", name: "ann" } }, tokens), []);
    const nowhere = new Facts()
      .tenant("urn:x::a", "acme")
      .tenant("k8s|c||Namespace|globex", "globex")
      .add("rbac-role", { role: "urn:x::r", rules: [tokens] })
      .add("binds", {
        binding: "urn:x::b",
        role: "urn:x::r",
        roleName: "r",
        where: { kind: "namespace", namespace: "globex" },
        subject: { kind: "ServiceAccount", name: "a" },
        subjectName: "urn:x::a",
      });
    assert.deepEqual(nowhere.found(), []);
  });
});
