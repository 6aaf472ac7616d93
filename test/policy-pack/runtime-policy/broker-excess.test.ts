import assert from "node:assert/strict";
import { stringify } from "yaml";
import { Unknown, type Value } from "../../../core/snapshot/value";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { readStackExport } from "../../../engine/state";
import { resource, snapshotOf, urnOf } from "../../support/resources";
import { exportOf } from "../../support/views";

/** The configuration of a broker, as people write it, with rules of its one tool. */
const configuration = (sessions: readonly object[], grants: readonly object[]): string =>
  stringify({
    tenant: "acme",
    tools: [{ name: "refunds", aws: { roleArn: "arn:aws:iam::111122223333:role/a", sessions } }],
    grants: grants.map((grant) => ({ caller: "triage", tool: "refunds", ...grant })),
  });

async function found(
  text: Value,
  kind = "ConfigMap",
  field = "data",
  isState = false,
): Promise<readonly string[]> {
  const inputs = {
    metadata: { name: "broker", namespace: "acme-broker" },
    [field]: { "broker.yaml": text },
  };
  const made = resource(`kubernetes:core/v1:${kind}`, "broker", inputs);
  const id = { id: "acme-broker/broker", outputs: { apiVersion: "v1", kind, ...inputs } };
  const exported = exportOf([{ ...made, ...id }]);
  const read = isState ? readStackExport(exported ?? "") : undefined;
  if (read !== undefined && read.kind !== "snapshot") throw new Error(read.kind);
  const snapshot = read?.snapshot ?? snapshotOf([made]);
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

  it("is reported by its state as by a preview, and so is nothing else", async () => {
    for (const [sessions, grants] of [
      [whole("read"), [free, approved]],
      [whole("refund"), [approved]],
      [whole("read"), [free]],
    ] as const) {
      const text = configuration(sessions, grants);
      assert.deepEqual(await found(text, "ConfigMap", "data", true), await found(text));
      assert.deepEqual(
        await found(text, "Secret", "stringData", true),
        await found(text, "Secret", "stringData"),
      );
    }
  });

  it("is not proven where its configuration is not known", async () => {
    const text = new Unknown([urnOf("aws:iam/role:Role", "a")]);
    assert.deepEqual(
      (await found(text)).map((each) => each.split(":")[0]),
      ["undetermined"],
    );
  });
});
