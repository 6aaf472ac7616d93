import assert from "node:assert/strict";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import noAccessKey from "../../../policy-pack/rules/no-access-key";
import noLegacyTokenSecret from "../../../policy-pack/rules/no-legacy-token-secret";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import type { Resource } from "../../../core/snapshot/resource";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";

const keyType = "aws:iam/accessKey:AccessKey";

const rules = [noAccessKey, noLegacyTokenSecret];
const accessKey = resource(keyType, "crm", { user: "crm" });

/** A function that receives the key, declared by its tag or not. */
function given(name: string, tags: Readonly<Record<string, string>> = {}): Resource {
  const KEY = outputOf(urnOf(keyType, "crm"));
  return resource("aws:lambda/function:Function", name, {
    name,
    tags,
    environment: { variables: { KEY } },
  });
}

/** A Secret with the token of an account, and a Pod that runs as it. */
function token(kind: string): readonly Resource[] {
  return manifest(`
apiVersion: v1
kind: Secret
metadata:
  name: desk-token
  namespace: acme
  annotations: { kubernetes.io/service-account.name: desk }
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: Pod
metadata:
  name: desk
  namespace: acme
  labels: { ${kind} }
spec:
  serviceAccountName: desk
  containers: [{ name: main, image: desk }]
`);
}

async function linesOf(resources: readonly Resource[]): Promise<readonly string[]> {
  const lines = [resources, resources.toReversed()].map(async (order) => {
    const settings = { ...defaultSettings, scope: "declared" as const };
    const judged = await judgeSnapshot(snapshotOf(order), { settings, rules });
    return judged.findings.map(({ rule, message }) => `${rule}: ${message}`);
  });
  const [one, other] = await Promise.all(lines);
  assert.deepEqual(one, other);
  return one ?? [];
}

describe("the scope `declared`", () => {
  it("looks at a key that goes to a declared workload, which is no workload itself", async () => {
    assert.deepEqual(await linesOf([accessKey, given("triage", { "agentid.dev/kind": "agent" })]), [
      "no-access-key: IAM access key of user `crm` never expires; 1 resource receives it",
    ]);
  });

  it("leaves out a key that goes to another workload, or to none of the stack", async () => {
    assert.deepEqual(await linesOf([accessKey, given("legacy")]), []);
    assert.deepEqual(await linesOf([accessKey]), []);
  });

  it("looks at the token of an account that a declared workload runs as, and at no other", async () => {
    assert.deepEqual(await linesOf(token("agentid.dev/kind: agent")), [
      "no-legacy-token-secret: Secret `acme/desk-token` contains a token of ServiceAccount `acme/desk` that never expires",
    ]);
    assert.deepEqual(await linesOf(token("app: desk")), []);
  });
});
