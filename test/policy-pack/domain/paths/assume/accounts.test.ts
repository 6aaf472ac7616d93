import assert from "node:assert/strict";
import { Unknown, type Value } from "../../../../../core/snapshot/value";
import { account, host, oidc, Facts, roleName, named, trusts, service, admitsToken } from "./facts";

describe("what tokens assume across tenants", () => {
  const acme = "k8s|c|acme|ServiceAccount|a";
  const withAccounts = () =>
    new Facts()
      .add("inside", { thing: acme, namespace: named("k8s|c||Namespace|acme") })
      .tenant("k8s|c||Namespace|acme", "acme");
  const sub = (subject: Value, operator = "StringEquals") => ({
    [operator]: { [`${host}:sub`]: subject },
  });
  const byArn = `arn:aws:iam::${account}:oidc-provider/${host}`;

  it("passes over subjects that are no ServiceAccount and conditions that cannot be met", () => {
    const found = (condition: Value) =>
      withAccounts().role("tool", "globex", admitsToken(byArn, condition)).found();
    assert.deepEqual(found(sub("repo:acme/desk:ref:x")), []);
    assert.deepEqual(found(sub("system:serviceaccount:acme")), []);
    assert.deepEqual(
      found({
        ...sub("system:serviceaccount:acme:a"),
        ...sub("system:serviceaccount:b:*", "StringLike"),
      }),
      [],
    );
    assert.deepEqual(found(sub("system:serviceaccount:other:*", "StringLike")), []);
    assert.deepEqual(found(sub("system:serviceaccount:acme:*", "StringLike")), ["acme > tool"]);
    assert.deepEqual(found(sub("system:*", "StringLike")), ["acme > tool"]);
  });

  it("takes a cluster's issuer without a subject for every namespace, and no other issuer's", () => {
    const aud = { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } };
    const found = (arn: string, condition: Value) =>
      withAccounts().role("tool", "globex", admitsToken(arn, condition)).found();
    assert.deepEqual(found(byArn, aud), ["acme > tool"]);
    const github = "token.actions.githubusercontent.com";
    assert.deepEqual(
      found(`arn:aws:iam::${account}:oidc-provider/${github}`, {
        StringEquals: { [`${github}:aud`]: "x" },
      }),
      [],
    );
  });

  it("finds the issuer of an unknown provider by its resource, else by the keys", () => {
    const trust = admitsToken(new Unknown([oidc]), sub("system:serviceaccount:acme:a"));
    assert.deepEqual(
      withAccounts()
        .add("issuer", { provider: oidc, issuer: { kind: "known", text: host } })
        .role("tool", "globex", trust)
        .found(),
      ["acme/a > tool"],
    );
    assert.deepEqual(withAccounts().role("tool", "globex", trust).found(), ["acme/a > tool"]);
  });

  it("is unknown where accounts of one name are of several tenants", () => {
    const other = "k8s|d|acme|ServiceAccount|a";
    const facts = withAccounts()
      .add("inside", { thing: other, namespace: named("k8s|d||Namespace|acme") })
      .tenant("k8s|d||Namespace|acme", "initech")
      .role("tool", "globex", admitsToken(byArn, sub("system:serviceaccount:acme:a")));
    const reason = "which cluster's ServiceAccount a subject names is not known";
    assert.deepEqual(facts.found(), [`acme/a > tool? ${reason}`, `acme/a > tool? ${reason}`]);
    const elsewhere = withAccounts()
      .tenant("k8s|d||Namespace|acme", "initech")
      .role("tool", "globex", admitsToken(byArn, sub("system:serviceaccount:acme:z")));
    assert.deepEqual(elsewhere.found(), [`acme/z > tool? ${reason}`]);
  });

  it("follows Pod Identity where the trust takes the account's tags", () => {
    const found = (trust: Value, identity = acme) =>
      withAccounts()
        .tenant("urn:x::association", "acme")
        .role("tool", "globex", trust)
        .add("assumes", { identity, role: named(roleName("tool")), by: "pod-identity" })
        .found();
    const pods = { Service: "pods.eks.amazonaws.com" };
    const authentication = (namespace: Value) =>
      trusts(pods, { StringEquals: { "aws:RequestTag/kubernetes-namespace": namespace } });
    assert.deepEqual(found(authentication("acme")), ["acme/a > tool"]);
    assert.deepEqual(found(authentication("globex")), []);
    assert.deepEqual(found(service), []);
    assert.deepEqual(found(trusts(pods), "urn:x::association"), ["association > tool"]);
    assert.deepEqual(found("not JSON"), []);
    assert.deepEqual(found(trusts(pods, new Unknown())), ["acme/a > tool"]);
  });
});
