import assert from "node:assert/strict";
import { stringify } from "yaml";
import { Unknown, type Value } from "../../../core/snapshot/value";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { resource, snapshotOf, urnOf } from "../../support/resources";

/** The configuration of a broker, as people write it, with rules of its one tool. */
const configuration = (sessions: readonly object[], grants: readonly object[]): string =>
  stringify({
    tenant: "acme",
    tools: [{ name: "refunds", aws: { roleArn: "arn:aws:iam::111122223333:role/a", sessions } }],
    grants: grants.map((grant) => ({ caller: "triage", tool: "refunds", ...grant })),
  });

async function found(text: Value, kind = "ConfigMap", field = "data"): Promise<readonly string[]> {
  const object = resource(`kubernetes:core/v1:${kind}`, "broker", {
    metadata: { name: "broker", namespace: "acme-broker" },
    [field]: { "broker.yaml": text },
  });
  const snapshot = snapshotOf([object]);
  const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
  return findings
    .filter(({ rule }) => rule === "require-runtime-policy")
    .map(({ verdict, message }) => `${verdict}: ${message}`);
}

const free = { intents: ["read"], approval: "none" };
const approved = { intents: ["refund"], approval: "human" };
const whole = (intent: string) => [{ intents: [intent], wholeRole: true }];
const beyond = "Task broker configuration `acme-broker/broker` gives credentials beyond its grants";

describe("a task broker that could issue more than its grants", () => {
  it("is reported with the whole role and several intents, or an approval", async () => {
    assert.deepEqual(await found(configuration(whole("read"), [free, approved])), [
      `violated: ${beyond}: a rule of tool \`refunds\` gives the whole role, and the tool has several intents: \`read\`, \`refund\``,
    ]);
    assert.deepEqual(
      await found(configuration(whole("refund"), [approved]), "Secret", "stringData"),
      [
        `violated: ${beyond}: a rule of tool \`refunds\` gives the whole role, and \`refund\` needs approval`,
      ],
    );
  });

  it("is not reported with one intent and no approval, or with rules for each intent", async () => {
    assert.deepEqual(await found(configuration(whole("read"), [free])), []);
    const each = ["read", "refund"].map((intent) => ({ intents: [intent], actions: ["s3:Get*"] }));
    assert.deepEqual(await found(configuration(each, [free, approved])), []);
    assert.deepEqual(await found("no: configuration"), []);
  });

  it("is not proven where its configuration is not known", async () => {
    const text = new Unknown([urnOf("aws:iam/role:Role", "a")]);
    assert.deepEqual(
      (await found(text)).map((each) => each.split(":")[0]),
      ["undetermined"],
    );
  });
});
