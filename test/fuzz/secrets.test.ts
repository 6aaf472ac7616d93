import assert from "node:assert/strict";
import { Secret, isRecord, type Value } from "../../core/snapshot/value";
import { Random } from "./random";
import { canary, withSecrets } from "./secrets";

/** Keys below which a value is secret, or may be. */
const places = ["data", "stringData", "value", "args", "command", "password", "environment"];

/** What names a Secret and its key, as readers read it. */
const named: Readonly<Record<string, Value>> = {
  "a variable": { secretKeyRef: { name: "crm", key: "token" } },
  "a header of a kind and a name": { valueFrom: { type: "Secret", name: "crm", key: "token" } },
  "a header of a kind and a reference": {
    valueFrom: { type: "Secret", valueRef: "crm", key: "a" },
  },
  "headers in a list": [{ valueFrom: { type: "Secret", name: "crm", key: ["a", "b"] } }],
  "a volume of a provider of secrets": { volumeAttributes: { secretProviderClass: "crm" } },
  "a volume of a Secret": { volumes: [{ secret: { secretName: "crm" } }] },
  "a source of a volume": {
    sources: [{ secret: { name: "crm", items: [{ key: "a", path: "b" }] } }],
  },
  "a ServiceAccount of a pod": { serviceAccountName: "desk", imagePullSecrets: [{ name: "crm" }] },
  "a value of a chart": { authSecretName: "crm" },
  "an existing Secret of a chart": { existingSecret: "crm", existingSecretPasswordKey: "token" },
  "existing Secrets of parts of a chart": [{ db: { authExistingSecret: "crm" } }],
  "Secrets of variables of a chart": { envFromSecrets: ["crm"], environmentSecrets: ["crm"] },
  "a Secret of variables of a chart": { envFromSecret: "crm", extraEnvVarsSecret: "crm" },
};

/** What is like one that names a Secret, and holds a value. */
const holding: Readonly<Record<string, Value>> = {
  "a Secret of a type of its own": { type: "Opaque", name: "crm" },
  "a configuration of a kind and a name": { valueFrom: { type: "ConfigMap", name: "crm" } },
  "a secret in a record": { secret: { value: "a" } },
  "a client's secret": { clientSecret: "a" },
  "a value beside a name": [{ name: "crm", value: "a" }],
};

/** The value with secrets planted many times, so that each text is replaced at least once. */
function plantedIn(value: Value): string {
  const random = new Random(1);
  return JSON.stringify(Array.from({ length: 100 }, () => withSecrets(value, random)));
}

describe("secrets that fuzzing plants", () => {
  it("are other texts where they are marked than where they are in plain text", () => {
    const random = new Random(1);
    const given = { policy: { Statement: "a" }, data: "a" };
    const marked = new Set<unknown>();
    const plain = new Set<unknown>();
    for (let times = 0; times < 1_000; times += 1) {
      const { policy, data } = withSecrets(given, random) as Record<string, Value>;
      const found = policy instanceof Secret ? policy : isRecord(policy) && policy["Statement"];
      if (found instanceof Secret) marked.add(found.revealForComparison());
      plain.add(data);
    }
    assert.deepEqual([marked.size, plain.size], [1, 2]);
    assert.ok([...marked].every((text) => String(text).includes(canary) && !plain.has(text)));
  });

  for (const place of places) {
    for (const [name, value] of Object.entries(named)) {
      it(`are not in the name of a Secret below \`${place}\`: ${name}`, () => {
        assert.ok(!plantedIn({ [place]: value }).includes(canary));
      });
    }
    for (const [name, value] of Object.entries(holding)) {
      it(`are in a value below \`${place}\`: ${name}`, () => {
        assert.ok(plantedIn({ [place]: value }).includes(canary));
      });
    }
  }
});
