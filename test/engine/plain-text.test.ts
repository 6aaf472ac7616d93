import assert from "node:assert/strict";
import { read } from "../../core/snapshot/read";
import type { Snapshot } from "../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const version = "aws:secretsmanager/secretVersion:SecretVersion";
const keyProvider =
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider";

/** Whether a value is marked as secret, and whether it is in plain text in the program. */
function marksOf(value: Value | undefined, ...path: readonly string[]): string {
  const found = read(value, ...path);
  if (found.kind !== "secret") return found.kind;
  return found.secret.isInClear ? "secret, held in clear" : "secret";
}

describe("a text in a place for secrets", () => {
  inProgramHost();

  let snapshot: Snapshot;
  before(async () => {
    snapshot = await snapshotOf("clear");
  });
  const inputsOf = (type: string, name: string): ValueRecord =>
    resourceOf(snapshot, type, name).inputs;

  it("is secret, and in plain text where the program writes it so", () => {
    assert.equal(marksOf(inputsOf(version, "clear"), "secretString"), "secret, held in clear");
    const parameter = inputsOf("aws:ssm/parameter:Parameter", "clear");
    assert.equal(marksOf(parameter, "value"), "secret, held in clear");
    const { stringData = null } = inputsOf("kubernetes:core/v1:Secret", "secret");
    assert.equal(marksOf(stringData, "password"), "secret, held in clear");
  });

  it("is only secret where the program marks it, itself or around it", () => {
    assert.equal(marksOf(inputsOf(version, "marked"), "secretString"), "secret");
    const secret = inputsOf("kubernetes:core/v1:Secret", "secret");
    assert.equal(marksOf(secret["stringData"], "marked"), "secret");
    assert.equal(marksOf(secret["data"], "token"), "secret");
  });

  it("is so in patches of Secrets, keys of providers, and the manifests of a program", () => {
    const secretOf = (name: string) => inputsOf("kubernetes:core/v1:Secret", name)["stringData"];
    const { stringData: patch = null } = inputsOf("kubernetes:core/v1:SecretPatch", "patch");
    const key = (name: string) => inputsOf(keyProvider, name);
    assert.deepEqual(
      [
        marksOf(patch, "password"),
        marksOf(patch, "marked"),
        marksOf(key("clear"), "apiKey"),
        marksOf(key("marked"), "apiKey"),
        marksOf(secretOf("grouped"), "password"),
        marksOf(secretOf("group-v2:default/grouped-v2"), "marked"),
      ],
      [
        ...["secret, held in clear", "secret"],
        ...["secret, held in clear", "secret"],
        ...["secret, held in clear", "secret"],
      ],
    );
  });

  it("is secret alone where it comes out of a secret, in a callback of its output", () => {
    const stringDataOf = (name: string) =>
      inputsOf("kubernetes:core/v1:Secret", name)["stringData"];
    assert.deepEqual(
      [
        marksOf(stringDataOf("of-secret"), "password"),
        marksOf(inputsOf(version, "of-secret"), "secretString"),
        marksOf(stringDataOf("of-text"), "password"),
      ],
      ["secret", "secret", "secret, held in clear"],
    );
  });

  it("stays hidden where it is unknown, also in a map with texts, with what is known of it", () => {
    const { stringData } = inputsOf("kubernetes:core/v1:Secret", "unknown");
    const { secretString } = inputsOf(version, "unknown");
    const dependsOn = [resourceOf(snapshot, "aws:secretsmanager/secret:Secret", "erp").urn];
    const hidden = { kind: "unknown", dependsOn, secret: true };
    assert.deepEqual(
      [read(secretString), read(stringData, "arn"), read(stringData, "text")],
      [hidden, hidden, { ...hidden, parts: ["crm:", new Unknown(dependsOn, true)] }],
    );
    assert.equal(marksOf(stringData, "password"), "secret, held in clear");
  });

  it("is a finding where the program writes it in plain text, without its value", async () => {
    const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
    const { findings } = await judgeSnapshot(snapshot, judging);
    assert.deepEqual(
      findings.map(({ at, verdict }) => [at.urn.split("::").at(-1), at.property, verdict]).sort(),
      [
        ["clear", "apiKey", "violated"],
        ["clear", "secretString", "violated"],
        ["clear", "value", "violated"],
        ["group-v2:default/grouped-v2", "stringData.password", "violated"],
        ["grouped", "stringData.password", "violated"],
        ["of-text", "stringData.password", "violated"],
        ["output", "secretString", "violated"],
        ["patch", "stringData.password", "violated"],
        ["secret", "stringData.password", "violated"],
        ["unknown", "stringData.password", "violated"],
      ],
    );
    // A component's argument is the program's own text, which nothing hides.
    const shown = snapshot.resources.filter(({ type }) => !type.endsWith(":ConfigGroup"));
    assert.doesNotMatch(JSON.stringify([findings, shown]), /Qm7vXw2Lr9Tz4Kd1/);
  });

  it("is secret as an output too", () => {
    const stack = snapshot.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    assert.equal(marksOf(stack?.outputs, "secretString"), "secret");
  });
});
