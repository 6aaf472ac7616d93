import assert from "node:assert/strict";
import type { FactOf } from "../../../../policy-pack/facts/fact";
import type { Resource } from "../../../../core/snapshot/resource";
import { notReadIn } from "../../../../policy-pack/read/reading";
import { StackReader } from "../../../../policy-pack/run/stack-reader";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, urnOf } from "../../../support/resources";
import { stated } from "./reading";

const podType = "kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID";

function registers(resources: readonly Resource[]): readonly FactOf<"registers">[] {
  const reader = new StackReader(defaultSettings);
  const readings = resources.map((each) => reader.read(each));
  assert.deepEqual(notReadIn(readings), []);
  return reader.graph.all("registers");
}

describe("the reader of ClusterSPIFFEIDs", () => {
  it("returns which pods it selects, which SPIFFE ID they get and how long their SVIDs last", () => {
    const [fact] = registers(
      manifest(`
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterSPIFFEID
metadata: { name: desk }
spec:
  className: prod
  fallback: true
  hint: desk
  federatesWith: [globex.example]
  dnsNameTemplates: ["{{ .PodMeta.Name }}.example"]
  spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/desk"
  namespaceSelector: { matchLabels: { team: desk } }
  podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] }
  workloadSelectorTemplates: ["k8s:sa:desk"]
`),
    );
    assert.deepEqual(fact, {
      kind: "registers",
      at: { urn: urnOf(podType, "desk"), property: "spec.spiffeIDTemplate" },
      registration: urnOf(podType, "desk"),
      cluster: "default",
      className: { kind: "known", text: "prod" },
      within: "spiffe-id|default|prod|desk",
      whole: undefined,
      alike: undefined,
      entry: {
        kind: "pods",
        template: {
          kind: "known",
          parts: [
            { kind: "text", text: "spiffe://" },
            { kind: "constant", name: "TrustDomain" },
            { kind: "text", text: "/desk" },
          ],
          text: "spiffe://{{ .TrustDomain }}/desk",
        },
        namespaces: {
          kind: "known",
          requirements: [{ key: "team", operator: "In", values: ["desk"] }],
        },
        pods: {
          kind: "known",
          requirements: [{ key: "app", operator: "In", values: ["a", "b"] }],
        },
        found: [
          { kind: "known", parts: [{ kind: "text", text: "k8s:sa:desk" }], text: "k8s:sa:desk" },
        ],
        fallback: true,
      },
    });
  });

  it("reads configured lifetimes, and SPIRE's defaults", () => {
    const lifetimes = (spec: string): readonly string[] =>
      stated(
        manifest(`
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterSPIFFEID
metadata: { name: desk }
spec: { spiffeIDTemplate: "spiffe://acme.example/desk", ${spec} }
`),
      )
        .filter((text) => text.startsWith("token"))
        .map((text) => text.replace(/holder=\S+ token=\S+ /, ""));
    assert.deepEqual(lifetimes("ttl: 1h30m, jwtTtl: 90s"), [
      'token @spec.ttl is=X.509-SVID longest={"kind":"known","seconds":5400}',
      'token @spec.jwtTtl is=JWT-SVID longest={"kind":"known","seconds":90}',
    ]);
    assert.deepEqual(lifetimes("ttl: 0s, hint: x"), [
      'token @spec.ttl is=X.509-SVID longest={"kind":"known","seconds":3600}',
      'token @spec.jwtTtl is=JWT-SVID longest={"kind":"known","seconds":300}',
    ]);
  });

  it("keeps what is not known", () => {
    const waiting = outputOf(urnOf("kubernetes:core/v1:Namespace", "acme"));
    const [fact] = registers([
      resource(podType, "desk", {
        spec: {
          className: waiting,
          fallback: waiting,
          spiffeIDTemplate: waiting,
          namespaceSelector: waiting,
          podSelector: { matchLabels: { app: waiting } },
          workloadSelectorTemplates: waiting,
        },
      }),
    ]);
    const unknown = { kind: "unknown", dependsOn: waiting.dependsOn };
    assert.deepEqual(fact?.className, unknown);
    assert.equal(fact.within, undefined);
    assert.deepEqual(fact.entry, {
      kind: "pods",
      template: unknown,
      namespaces: unknown,
      pods: unknown,
      found: [unknown],
      fallback: undefined,
    });
  });
});

describe("the reader of ClusterStaticEntries", () => {
  it("returns what agents select by, in lists of objects too", () => {
    const facts = registers(
      manifest(`
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterStaticEntryList
metadata: { name: all }
items:
  - apiVersion: spire.spiffe.io/v1alpha1
    kind: ClusterStaticEntry
    metadata: { name: search }
    spec:
      spiffeID: spiffe://Acme.example/search
      parentID: spiffe://acme.example/agent
      selectors: ["unix:uid:1001"]
      x509SVIDTTL: 1h
`),
    );
    assert.deepEqual(
      facts.map(({ at, whole, within, entry }) => [at.property, whole, within, entry]),
      [
        [
          "items[0].spec.spiffeID",
          "spiffe://acme.example/search",
          "spiffe-id|default||search",
          {
            kind: "static",
            id: { kind: "known", text: "spiffe://Acme.example/search" },
            parent: { kind: "known", text: "spiffe://acme.example/agent" },
            selectors: [{ kind: "known", text: "unix:uid:1001" }],
            dependsOn: [],
          },
        ],
      ],
    );
  });
});
