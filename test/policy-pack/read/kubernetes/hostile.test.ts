import assert from "node:assert/strict";
import fc from "fast-check";
import { Graph } from "../../../../policy-pack/facts/graph";
import { Secret, Unknown, isRecord, type Value } from "../../../../core/snapshot/value";
import { createReaderIndex } from "../../../../policy-pack/read";
import { kubernetesReaders } from "../../../../policy-pack/read/kubernetes";
import { resource } from "../../../support/resources";
import { contextOf } from "../aws/reading";

const readersOf = createReaderIndex(kubernetesReaders);

const types = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:DeploymentList",
  "kubernetes:core/v1:Pod",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:core/v1:Namespace",
  "kubernetes:core/v1:Secret",
  "kubernetes:core/v1:ConfigMapList",
  "kubernetes:external-secrets.io/v1:ExternalSecret",
  "kubernetes:external-secrets.io/v1:ClusterExternalSecret",
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
  "kubernetes:acme.com/v1:Sandbox",
];

const names = [
  "metadata",
  "name",
  "namespace",
  "labels",
  "annotations",
  "apiVersion",
  "kind",
  "items",
  "spec",
  "template",
  "jobTemplate",
  "containers",
  "initContainers",
  "env",
  "envFrom",
  "value",
  "valueFrom",
  "secretKeyRef",
  "secretRef",
  "key",
  "volumes",
  "secret",
  "projected",
  "sources",
  "csi",
  "volumeAttributes",
  "secretProviderClass",
  "imagePullSecrets",
  "data",
  "stringData",
  "remoteRef",
  "secretStoreRef",
  "target",
  "roleRef",
  "subjects",
  "rules",
  "parameters",
  "objects",
  "args",
  "command",
  "__proto__",
  "constructor",
  "agentid.dev/kind",
  "agentid.dev/workload",
];

const canary = "cAnArY-k3ep1tQu1et";

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<Value>(
      null,
      true,
      7,
      "",
      "x",
      "Secret",
      "ServiceAccount",
      "constructor",
      "|",
      "- {",
    ),
    fc.constant(new Unknown(["urn:pulumi:x::y::kubernetes:core/v1:Namespace::n", "", "urn:"])),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 6 }),
    tie("value").map((inner) => new Secret(inner)),
  ),
}));

const inputs = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 });

describe("the readers of Kubernetes objects, on anything at all", () => {
  it("never throw, and return no fact that a graph would refuse", () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), inputs, (type, given) => {
        const read = resource(type, "x", given);
        const graph = new Graph();
        for (const reader of readersOf(read)) {
          for (const fact of reader.read(read, contextOf([read]))) graph.add(fact);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never return a value at the position of a secret", () => {
    const data = { BOT_TOKEN: canary, other: canary };
    const env = [
      { name: "BOT_TOKEN", value: canary },
      { name: "X", value: new Secret(canary) },
    ];
    const containers = [
      { name: "main", image: "x", env, args: [`--token=${canary}`, "--password", canary] },
    ];
    const all = [
      resource("kubernetes:core/v1:Secret", "a", { stringData: data }),
      resource("kubernetes:core/v1:Secret", "b", {
        data: { BOT_TOKEN: Buffer.from(canary).toString("base64") },
      }),
      resource("kubernetes:core/v1:ConfigMap", "c", { data }),
      resource("kubernetes:apps/v1:Deployment", "d", {
        spec: { template: { spec: { containers } } },
      }),
    ];
    const facts = all.flatMap((each) =>
      readersOf(each).flatMap((reader) => [...reader.read(each, contextOf(all))]),
    );
    assert.ok(facts.filter((fact) => fact.kind === "literal").length >= 6);
    assert.equal(JSON.stringify(facts).includes(canary), false);
  });

  it("read an object of ten thousand levels", () => {
    let deep: Value = { containers: [{ name: "x" }] };
    for (let level = 0; level < 10_000; level += 1) deep = { spec: deep };
    assert.ok(isRecord(deep));
    const read = resource("kubernetes:acme.com/v1:Sandbox", "x", deep);
    const stated = readersOf(read).flatMap((reader) => [...reader.read(read, contextOf([read]))]);
    assert.deepEqual(stated, []);
  });
});
