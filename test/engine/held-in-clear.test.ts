import assert from "node:assert/strict";
import { read } from "../../core/snapshot/read";
import type { Snapshot } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/settings";
import { resourceOf, snapshotOf } from "./support/programs";

const version = "aws:secretsmanager/secretVersion:SecretVersion";

/** Whether a value is marked as secret, and whether the program holds it in clear. */
function marksOf(value: Value | undefined, ...path: readonly string[]): string {
  const found = read(value, ...path);
  if (found.kind !== "secret") return found.kind;
  return found.secret.isInClear ? "secret, held in clear" : "secret";
}

describe("a text in a place for secrets", () => {
  let snapshot: Snapshot;
  before(async () => {
    snapshot = await snapshotOf("clear");
  });
  const inputsOf = (type: string, name: string): ValueRecord =>
    resourceOf(snapshot, type, name).inputs;

  it("is secret, and held in clear where the program gives it as it stands", () => {
    assert.equal(marksOf(inputsOf(version, "clear"), "secretString"), "secret, held in clear");
    const parameter = inputsOf("aws:ssm/parameter:Parameter", "clear");
    assert.equal(marksOf(parameter, "value"), "secret, held in clear");
    const { stringData = null } = inputsOf("kubernetes:core/v1:Secret", "secret");
    assert.equal(marksOf(stringData, "password"), "secret, held in clear");
  });

  it("is secret alone where the program marks it, itself or what it stands in", () => {
    assert.equal(marksOf(inputsOf(version, "marked"), "secretString"), "secret");
    const secret = inputsOf("kubernetes:core/v1:Secret", "secret");
    assert.equal(marksOf(secret["stringData"], "marked"), "secret");
    assert.equal(marksOf(secret["data"], "token"), "secret");
  });

  it("is a finding where the program gives it as it stands, which shows nothing of it", async () => {
    const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
    const { findings } = await judgeSnapshot(snapshot, judging);
    assert.deepEqual(
      findings.map(({ at, verdict }) => [at.urn.split("::").at(-1), at.property, verdict]).sort(),
      [
        ["clear", "secretString", "violated"],
        ["clear", "value", "violated"],
        ["output", "secretString", "violated"],
        ["secret", "stringData.password", "violated"],
      ],
    );
    assert.doesNotMatch(JSON.stringify([findings, snapshot]), /Qm7vXw2Lr9Tz4Kd1/);
  });

  it("is secret as an output too", () => {
    const stack = snapshot.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    assert.equal(marksOf(stack?.outputs, "secretString"), "secret");
  });
});
