import assert from "node:assert/strict";
import { PartialText, Unknown, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { stated } from "../support/stated";

const host = new Unknown([urnOf("aws:rds/instance:Instance", "db")]);
const whole = new PartialText(["postgres://app:k3ep1tQu1etPw9@", host, "/desk"]);
const open = new PartialText(["postgres://app@", host, "/desk"]);

async function linesOf(type: string, inputs: Readonly<Record<string, Value>>) {
  const judged = await judgeSnapshot(snapshotOf([resource(type, "desk", inputs)]), {
    settings: defaultSettings,
    rules: [noLiteralSecret],
  });
  return judged.findings.map(stated);
}

const pod = (value: Value): Readonly<Record<string, Value>> => ({
  metadata: { name: "desk", namespace: "acme" },
  spec: { containers: [{ name: "main", image: "desk", env: [{ name: "DATABASE_URL", value }] }] },
});

describe("a text of which only parts are not known", () => {
  it("is searched for credentials in it, in a function, a pod and a ConfigMap", async () => {
    const found = "receives a database password in a connection string in plain text";
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

  it("is searched in user data, where the rest may have another only where a credential stands", async () => {
    const script = (line: string, call = "curl http://") => ({
      userData: new PartialText([`#!/bin/bash\n${line}\n${call}`, host, "\n"]),
    });
    assert.deepEqual(
      await linesOf("aws:ec2/instance:Instance", script("export DB_PASSWORD=k3ep1tQu1etPw9")),
      ["`desk` receives the value of DB_PASSWORD in plain text"],
    );
    assert.deepEqual(
      await linesOf("aws:ec2/instance:Instance", script("export DB_PASSWORD_FILE=/run/pw")),
      [],
    );
    for (const call of ["", "curl -u desk:"]) {
      assert.deepEqual(
        await linesOf("aws:ec2/instance:Instance", script("export DB_PASSWORD_FILE=/run/pw", call)),
        ["undetermined: `desk` receives a credential in plain text"],
      );
    }
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
