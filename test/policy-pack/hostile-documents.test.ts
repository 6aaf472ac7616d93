import assert from "node:assert/strict";
import type { Value } from "../../core/snapshot/value";
import { IncrementalJudge, judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";

const canary = "canary-Zk3v9Qw7";

function nested(depth: number): Value {
  let value: Value = canary;
  for (let level = 0; level < depth; level += 1) value = { Statement: [value] };
  return value;
}

const documents: Readonly<Record<string, Value>> = {
  "is not JSON": `{"Version": ${canary}`,
  "is 10 MB long": JSON.stringify({ Version: "2012-10-17", Statement: canary.repeat(700_000) }),
  "is nested 10,000 deep, as text": `${'{"Statement":['.repeat(10_000)}"${canary}"${"]}".repeat(10_000)}`,
  "is nested 10,000 deep, as an object": nested(10_000),
  "has `__proto__` for a key": `{"Version":"2012-10-17","__proto__":{"Statement":"${canary}"},"Statement":[]}`,
  "is a number": 7,
  "is a list": [canary],
  "is empty": "",
  "has an effect of its own": JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: canary, Action: "sts:AssumeRole", Principal: "*" },
  }),
};

describe("a policy document that cannot be parsed", () => {
  for (const [question, document] of Object.entries(documents)) {
    for (const [type, property] of [
      ["aws:iam/role:Role", "assumeRolePolicy"],
      ["aws:iam/policy:Policy", "policy"],
    ] as const) {
      it(`blocks, names the property and shows nothing of it: ${property} ${question}`, async () => {
        const role = resource(type, "desk", { name: "desk", [property]: document });
        const { findings } = await judgeSnapshot(snapshotOf([role]), { settings: defaultSettings });
        assert.deepEqual(
          findings.map(({ rule, verdict, level }) => [rule, verdict, level]),
          [["agentid", "undetermined", "mandatory"]],
        );
        assert.ok(findings[0]?.message.includes(property), findings[0]?.message);
        assert.equal(JSON.stringify(findings).includes("canary"), false);
      });
    }
  }

  it("does no harm, wherever something nested 10,000 deep is", async () => {
    const deep = nested(10_000);
    const resources = [
      resource("aws:lambda/function:Function", "f", { environment: { variables: { A: deep } } }),
      resource("kubernetes:core/v1:ConfigMap", "c", { data: { A: deep } }),
      resource("kubernetes:apps/v1:Deployment", "d", { spec: { template: { spec: deep } } }),
      resource("kubernetes:helm.sh/v3:Release", "h", { values: deep }),
    ];
    const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
    assert.deepEqual(
      findings.map(({ rule, message }) => `${rule}: ${message}`),
      [
        "no-default-identity: Default ServiceAccount `default/default` is used by a workload without an account of its own",
      ],
    );
  });

  it("blocks the update on the role itself", async () => {
    const judge = new IncrementalJudge({ settings: defaultSettings });
    const role = resource("aws:iam/role:Role", "desk", { name: "desk", assumeRolePolicy: "{" });
    assert.equal((await judge.add(role)).length, 1);
  });
});
