import assert from "node:assert/strict";
import { Unknown, type Value } from "../../core/snapshot/value";
import { PartialText } from "../../engine/partial/partial-text";
import { judgeSnapshot } from "../../policy-pack/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/settings";
import { resource, snapshotOf, urnOf } from "../support/resources";

const host = new Unknown([urnOf("aws:rds/instance:Instance", "db")]);
const whole = new PartialText(["postgres://app:k3ep1tQu1etPw9@", host, "/desk"]);
const open = new PartialText(["postgres://app@", host, "/desk"]);

async function linesOf(type: string, inputs: Readonly<Record<string, Value>>) {
  const judged = await judgeSnapshot(snapshotOf([resource(type, "desk", inputs)]), {
    settings: defaultSettings,
    rules: [noLiteralSecret],
  });
  return judged.findings.map(({ message }) => message);
}

const pod = (value: Value): Readonly<Record<string, Value>> => ({
  metadata: { name: "desk", namespace: "acme" },
  spec: { containers: [{ name: "main", image: "desk", env: [{ name: "DATABASE_URL", value }] }] },
});

describe("a text of which only parts are not known", () => {
  it("is looked at for credentials that stand in it, in a function, a pod and a ConfigMap", async () => {
    const found = "is given a credential as a literal: database password in a connection string";
    assert.deepEqual(
      await linesOf("aws:lambda/function:Function", {
        environment: { variables: { DATABASE_URL: whole } },
      }),
      [`\`desk\` ${found}`],
    );
    assert.deepEqual(await linesOf("kubernetes:core/v1:Pod", pod(whole)), [
      `\`acme/desk\` ${found}`,
    ]);
    assert.deepEqual(
      await linesOf("kubernetes:core/v1:ConfigMap", {
        metadata: { name: "desk", namespace: "acme" },
        data: { DATABASE_URL: whole },
      }),
      [`\`acme/desk\` ${found}`],
    );
  });

  it("has none where no password is in it", async () => {
    assert.deepEqual(
      await linesOf("aws:lambda/function:Function", {
        environment: { variables: { DATABASE_URL: open } },
      }),
      [],
    );
    assert.deepEqual(await linesOf("kubernetes:core/v1:Pod", pod(open)), []);
  });
});
