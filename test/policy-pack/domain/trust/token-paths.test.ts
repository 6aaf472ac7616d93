import assert from "node:assert/strict";
import { Graph } from "../../../../policy-pack/facts/graph";
import { k8sName } from "../../../../policy-pack/facts/name";
import { parsePolicyDocument } from "../../../../core/policy/document";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { lookupsIn, intendedSubjects } from "../../../../policy-pack/domain/trust/in-graph";
import type { Lookups } from "../../../../policy-pack/domain/trust/principal";
import { tokenPaths, type TokenPath } from "../../../../policy-pack/domain/trust/token-paths";

const providerUrn = "urn:pulumi:dev::desk::aws:iam/openIdConnectProvider::cluster";
const at = { urn: "urn:a", property: "p" };

function waysOf(federated: Value, condition: Value, lookups: Lookups): readonly TokenPath[] {
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Federated: federated },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: condition,
    },
  });
  assert.equal(parsed.kind, "document");
  return tokenPaths(parsed.document, lookups);
}

function stated(ways: readonly TokenPath[]): unknown {
  return ways.map(({ issuer, subject, audience }) => [
    issuer?.host,
    subject.kind === "graded" ? [subject.atLeast, subject.atMost] : subject.kind,
    audience.kind,
    [...subject.dependsOn, ...audience.dependsOn],
  ]);
}

const dependencies = new Unknown([providerUrn]);
const exact = "system:serviceaccount:acme:triage";

describe("paths of tokens", () => {
  it("find the issuer of a provider that is made in the same stack", () => {
    const graph = new Graph();
    graph.add({
      kind: "issuer",
      at,
      provider: providerUrn,
      issuer: { kind: "known", text: "oidc.example" },
    });
    const ways = waysOf(
      dependencies,
      { StringEquals: { "oidc.example:sub": exact, "oidc.example:aud": "sts" } },
      lookupsIn(graph),
    );
    assert.deepEqual(stated(ways), [["oidc.example", ["workload", "workload"], "tested", []]]);
  });

  it("leave the issuer open where the provider's own is not known, or several may be meant", () => {
    const graph = new Graph();
    const issuer = { kind: "unknown", dependsOn: ["urn:cluster"] } as const;
    graph.add({ kind: "issuer", at, provider: providerUrn, issuer });
    const lookups = lookupsIn(graph);
    assert.deepEqual(lookups.issuer({ kind: "named", text: providerUrn }), issuer);
    const unknown = { kind: "unknown", dependsOn: [providerUrn, "urn:b"] } as const;
    assert.deepEqual(lookups.issuer(unknown), unknown);
    graph.add({ kind: "issuer", at, provider: "urn:b", issuer: { kind: "known", text: "b" } });
    assert.deepEqual(lookups.issuer(unknown), unknown);
    assert.deepEqual(lookups.issuer({ kind: "unknown", dependsOn: ["urn:b"] }), {
      kind: "known",
      host: "b",
    });
  });

  describe("of an issuer that is not known", () => {
    const none = lookupsIn(new Graph());
    const cases: [string, Value, unknown[]][] = [
      ["admit all where no claim is tested", {}, [undefined, "unguarded", "untested", []]],
      [
        "admit at most whom the tested issuer's subject does",
        { StringLike: { "oidc.example:sub": "system:serviceaccount:acme:*" } },
        [undefined, ["none", "project"], "unknown", [providerUrn, providerUrn]],
      ],
      [
        "are open where only an audience is tested, which may name the tenant or not",
        { StringEquals: { "oidc.example:aud": "sts" } },
        [undefined, "unknown", "tested", [providerUrn]],
      ],
      [
        "are open by a condition that is not known",
        dependencies,
        [undefined, "unknown", "unknown", [providerUrn, providerUrn]],
      ],
    ];
    for (const [name, condition, expected] of cases) {
      it(name, () => assert.deepEqual(stated(waysOf(dependencies, condition, none)), [expected]));
    }

    it("are open by a known test beside a condition that is not known", () => {
      const condition = { StringEquals: { "oidc.example:sub": exact }, StringLike: dependencies };
      assert.deepEqual(stated(waysOf(dependencies, condition, none)), [
        [undefined, ["none", "workload"], "unknown", [providerUrn, providerUrn]],
      ]);
    });
  });

  it("count an audience that contradicts itself as tested: no token matches", () => {
    const arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example";
    const condition = {
      StringEquals: { "oidc.example:sub": exact, "oidc.example:aud": "a" },
      StringLike: { "oidc.example:aud": "b" },
    };
    const graph = new Graph();
    assert.deepEqual(stated(waysOf(arn, condition, lookupsIn(graph))), [
      ["oidc.example", ["workload", "workload"], "tested", []],
    ]);
  });
});

describe("subjects meant", () => {
  it("are those of the ServiceAccounts with the role, only by annotation", () => {
    const graph = new Graph();
    const role = "arn:aws:iam::111122223333:role/triage";
    const account = k8sName("cluster", "acme", "ServiceAccount", "triage");
    const assumes = (identity: string, by: "irsa" | "pod-identity"): void => {
      graph.add({ kind: "assumes", at, identity, role: { kind: "named", name: role }, by });
    };
    assumes(account, "irsa");
    assumes(k8sName("cluster", "acme", "ServiceAccount", "refunds"), "irsa");
    assumes(k8sName("cluster", "acme", "ServiceAccount", "other"), "pod-identity");
    assumes(k8sName("cluster", "", "User", "ada"), "irsa");
    assumes("urn:pulumi:dev::desk::kubernetes:core/v1:ServiceAccount::x", "irsa");
    graph.add({ kind: "alias", at, thing: account, also: "urn:triage" });
    assert.deepEqual(intendedSubjects(graph, role), [
      "system:serviceaccount:acme:refunds",
      "system:serviceaccount:acme:triage",
    ]);
  });
});
