import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { decodeYaml } from "../../engine/program/function-answers";
import { expandConfig } from "../../engine/kubernetes/expand-config";
import { typeToken } from "../../core/kubernetes-type";
import { isNamespaced } from "../../engine/kubernetes/kinds";
import { matchingFiles } from "../../engine/kubernetes/expand-config";
import { withPlainText } from "../../engine/plain-text";
import { completeInputs } from "../../engine/providers/complete-inputs";
import { withFolder } from "./support/programs";

const account = (name: string, namespace?: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`} }\n`;

const secretOf = (name: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\nstringData: { token: ${name} }\n`;

describe("a yaml.v2 component", () => {
  it("has the children its files, texts and objects declare, in that order", () =>
    withFolder({ "a.yaml": account("a", "acme"), "b.yaml": account("b") }, (folder) => {
      const { children, notes } = expandConfig(
        component({
          files: ["*.yaml"],
          yaml: new Secret(account("c")),
          objs: [
            {
              apiVersion: "rbac.authorization.k8s.io/v1",
              kind: "ClusterRole",
              metadata: { name: "d" },
            },
          ],
        }),
        folder,
        "urn:provider",
      );
      assert.deepEqual(notes, []);
      assert.deepEqual(
        children.map(({ name }) => name),
        ["desk:acme/a", "desk:default/b", "desk:default/c", "desk:d"],
      );
      assert.deepEqual(children[1], {
        urn: "urn:pulumi:dev::p::kubernetes:yaml/v2:ConfigGroup$kubernetes:core/v1:ServiceAccount::desk:default/b",
        type: "kubernetes:core/v1:ServiceAccount",
        name: "desk:default/b",
        custom: true,
        parent: component({}).urn,
        provider: "urn:provider",
        inputs: {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { name: "b", namespace: "default" },
        },
        dependencies: [],
        propertyDependencies: {},
      });
    }));

  it("has in plain text the literals of a Secret, and not what the program has in a secret", () =>
    withFolder({ "a.yaml": secretOf("a") }, (folder) => {
      const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "d" } };
      const { children } = expandConfig(
        component({
          file: "a.yaml",
          yaml: new Secret([secretOf("b")]),
          objs: [
            new Secret({ ...object, data: { token: "d" } }),
            { ...object, data: new Secret({ token: "d" }) },
            { ...object, data: { token: new Secret("d"), other: "d" } },
          ],
        }),
        folder,
        undefined,
      );
      const marks = (value: Value | undefined): unknown =>
        value instanceof Secret ? (value.isInClear ? "in clear" : "secret") : value;
      assert.deepEqual(
        children.map(({ inputs }) => {
          const { data, stringData = data } = inputs;
          return isRecord(stringData) ? Object.values(stringData).map(marks) : [marks(stringData)];
        }),
        [["in clear"], ["secret"], ["secret"], ["secret"], ["secret", "in clear"]],
      );
    }));

  it("has children in its unknown namespace, and none in the default one", () =>
    withFolder({}, (folder) => {
      const namespace = new Unknown(["urn:ns"]);
      const yaml = [account("a"), account("b", "acme")].join("---\n");
      const { children } = expandConfig(component({ yaml, namespace }), folder, undefined);
      assert.deepEqual(
        children.map(({ name, inputs }) => [name, inputs["metadata"]]),
        [
          ["desk:a", { name: "a", namespace }],
          ["desk:acme/b", { name: "b", namespace: "acme" }],
        ],
      );
    }));

  it("names what of it could not be read: the network, a missing file, broken YAML, an unknown", () =>
    withFolder({ "broken.yaml": "a: [" }, (folder) => {
      const { children, notes } = expandConfig(
        component({
          files: ["https://example.com/a.yaml", "none.yaml", "broken.yaml"],
          yaml: new Unknown(["urn:later"]),
          objs: new Unknown(["urn:later"]),
        }),
        folder,
        undefined,
      );
      assert.deepEqual(children, []);
      assert.deepEqual(
        notes.map(({ kind, message }) => `${kind}: ${message}`),
        [
          "unrendered: `https://example.com/a.yaml` is on the network and was not fetched",
          "unreadable: no file `none.yaml`",
          "unreadable: broken.yaml:1:6: this is no YAML that is read here: Flow sequence in block collection must be sufficiently indented and end with a ]",
          "unrendered: its manifest is unknown before other resources are made",
          "unrendered: an object is unknown before other resources are made",
        ],
      );
    }));
});

describe("a pattern of files", () => {
  it("matches within names by * and ?, across folders by **, and never a folder", () =>
    withFolder({ "a.yaml": "", "ab.yaml": "", "a.json": "" }, (folder) => {
      mkdirSync(join(folder, "deep/er.yaml"), { recursive: true });
      writeFileSync(join(folder, "deep/er.yaml/c.yaml"), "");
      assert.deepEqual(matchingFiles("*.yaml", folder), ["a.yaml", "ab.yaml"]);
      assert.deepEqual(matchingFiles("./a?.yaml", folder), ["ab.yaml"]);
      assert.deepEqual(matchingFiles("**/*.yaml", folder), [
        "a.yaml",
        "ab.yaml",
        "deep/er.yaml/c.yaml",
      ]);
      assert.deepEqual(matchingFiles("a.json", folder), ["a.json"]);
      assert.deepEqual(matchingFiles("none/*.yaml", folder), []);
      assert.deepEqual(matchingFiles(`${folder}/*.json`, "/"), [`${folder}/a.json`]);
    }));
});

describe("kubernetes:yaml:decode", () => {
  it("keeps lists as they are and leaves out documents that are no objects", () => {
    assert.deepEqual(
      decodeYaml(
        `${account("a")}---\nkind: List\napiVersion: v1\nitems: [{ a: 1 }]\n---\nb: 1\n`,
        "f",
      ),
      {
        kind: "ok",
        value: [
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a" } },
          { apiVersion: "v1", kind: "List", items: [{ a: 1 }] },
        ],
      },
    );
  });
});

describe("kinds of Kubernetes objects", () => {
  it("have Pulumi's type tokens and a scope where the API server defines one", () => {
    assert.equal(typeToken("v1", "Pod"), "kubernetes:core/v1:Pod");
    assert.equal(typeToken("apps/v1", "Deployment"), "kubernetes:apps/v1:Deployment");
    assert.equal(isNamespaced("v1", "Pod"), true);
    assert.equal(isNamespaced("v1", "Namespace"), false);
    assert.equal(isNamespaced("rbac.authorization.k8s.io/v1", "ClusterRole"), false);
    assert.equal(isNamespaced("spire.spiffe.io/v1alpha1", "ClusterSPIFFEID"), undefined);
  });
});

describe("inputs as a provider completes them", () => {
  const inputsOf = (type: string, inputs: ValueRecord): ValueRecord =>
    completeInputs({ ...component(inputs), type, name: "agent" });

  it("have a name and an annotation where a Kubernetes object has none", () => {
    const { metadata } = inputsOf("kubernetes:core/v1:ServiceAccount", {
      kind: "ServiceAccount",
      metadata: { annotations: { a: "b" } },
    }) as { metadata: { name: string } };
    assert.match(metadata.name, /^agent-[0-9a-f]{8}$/);
    assert.deepEqual(
      { ...metadata, name: "" },
      { annotations: { a: "b", "pulumi.com/autonamed": "true" }, name: "" },
    );
  });

  for (const metadata of [{ name: "own" }, { generateName: "own-" }, new Unknown()]) {
    it(`keep metadata that names itself or is unknown: ${JSON.stringify(metadata)}`, () => {
      const inputs = { kind: "ServiceAccount", metadata };
      assert.deepEqual(inputsOf("kubernetes:core/v1:ServiceAccount", inputs), inputs);
    });
  }

  for (const type of ["core/v1:Secret", "v1:Secret", "core/v1:ConfigMap"]) {
    it(`have unknown data of a Secret as secret, under the token ${type}`, () => {
      const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "own" } };
      const { data } = inputsOf(`kubernetes:${type}`, { ...inputs, data: new Unknown() });
      assert.deepEqual(data, new Unknown([], true));
      const { stringData } = withPlainText(`kubernetes:${type}`, {
        ...inputs,
        stringData: { a: "b" },
      });
      assert.ok(isRecord(stringData) && stringData["a"] instanceof Secret);
    });
  }

  it("have policies as JSON with sorted keys, unless a part is unknown or secret", () => {
    assert.deepEqual(
      inputsOf("aws:iam/role:Role", { assumeRolePolicy: { b: [{ d: 1, c: 2 }], a: 3 } }),
      {
        assumeRolePolicy: '{"a":3,"b":[{"c":2,"d":1}]}',
      },
    );
    for (const part of [new Unknown(), new Secret("x")]) {
      const inputs = { policy: { a: [part] } };
      assert.equal(inputsOf("aws:iam/policy:Policy", inputs), inputs);
    }
    const elsewhere = { policy: { a: 1 } };
    assert.equal(inputsOf("gcp:iam/policy:Policy", elsewhere), elsewhere);
  });
});

function component(inputs: ValueRecord): Resource {
  return {
    urn: "urn:pulumi:dev::p::kubernetes:yaml/v2:ConfigGroup::desk",
    type: "kubernetes:yaml/v2:ConfigGroup",
    name: "desk",
    custom: false,
    inputs,
    dependencies: [],
    propertyDependencies: {},
  };
}
