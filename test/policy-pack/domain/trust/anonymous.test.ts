import assert from "node:assert/strict";
import { isDiscovery } from "../../../../policy-pack/domain/trust/anonymous";
import type { RbacRule } from "../../../../policy-pack/facts/fact-values";

function rule(given: Partial<RbacRule>): RbacRule {
  return {
    verbs: ["get"],
    apiGroups: [],
    resources: [],
    resourceNames: [],
    nonResourceURLs: [],
    ...given,
  };
}

describe("what any principal may do", () => {
  const cases: [string, Partial<RbacRule>, boolean][] = [
    ["read the list of APIs", { nonResourceURLs: ["/api", "/apis/*", "/openapi/v2"] }, true],
    ["check health", { verbs: ["get", "head"], nonResourceURLs: ["/healthz", "/readyz/*"] }, true],
    ["do nothing", { verbs: [] }, true],
    ["read the certificate of the cluster", clusterInfo(["cluster-info"]), true],
    ["read metrics", { nonResourceURLs: ["/metrics"] }, false],
    ["read every path", { nonResourceURLs: ["*"] }, false],
    ["write to the list of APIs", { verbs: ["post"], nonResourceURLs: ["/api"] }, false],
    ["use every verb", { verbs: ["*"], nonResourceURLs: ["/healthz"] }, false],
    ["read any ConfigMap", clusterInfo([]), false],
    ["read secrets", { resources: ["secrets"] }, false],
  ];
  for (const [name, given, expected] of cases) {
    it(`is ${expected ? "" : "not "}to ${name}`, () => {
      assert.equal(isDiscovery(rule(given)), expected);
    });
  }
});

function clusterInfo(resourceNames: readonly string[]): Partial<RbacRule> {
  return { apiGroups: [""], resources: ["configmaps"], resourceNames };
}
