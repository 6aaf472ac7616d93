import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";
import { stated as textOf } from "../support/stated";
import { inProgramHost } from "../support/program-host";

const token = "correct-horse-battery-7x";

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "crm", namespace: "acme" },
  stringData: { CRM_TOKEN: token },
};

/** A maker of pods, of an unknown kind. */
function runner(env: Value, mark: (spec: Value) => Value): Resource {
  return resource("kubernetes:acme.example/v1:Runner", "desk", {
    apiVersion: "acme.example/v1",
    kind: "Runner",
    metadata: { name: "desk", namespace: "acme" },
    spec: mark({ template: { spec: { containers: [{ name: "desk", image: "desk:1", env }] } } }),
  });
}

async function stated(...resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return findings.map(textOf);
}

describe("a mark around more than a value", () => {
  inProgramHost();

  it("is of all Secrets of a list, so that none of them is in plain text", async () => {
    const list = (items: Value): Resource =>
      resource("kubernetes:core/v1:SecretList", "crm", { items });
    assert.deepEqual(await stated(list([new Secret(secret)])), []);
    assert.deepEqual(await stated(list(new Secret([secret]))), []);
    assert.deepEqual(await stated(list([secret])), [
      "The program contains the value of CRM_TOKEN for `acme/crm` in plain text",
    ]);
  });

  it("is of what a custom resourcehas its pods, as of what a Deployment does", async () => {
    const marked = (spec: Value): Value => new Secret(spec);
    const given = "`acme/desk` receives the value of CRM_TOKEN in plain text";
    const credential = [{ name: "CRM_TOKEN", value: token }];
    assert.deepEqual(await stated(runner(credential, (spec) => spec)), [given]);
    assert.deepEqual(await stated(runner(credential, marked)), [
      `${given}, although the program marks it as secret`,
    ]);
    const open = [{ name: "LOG_LEVEL", value: "info" }];
    assert.deepEqual(await stated(runner(open, (spec) => spec)), []);
    assert.deepEqual(await stated(runner(open, marked)), [
      "undetermined: `acme/desk` receives a secret value in plain text, although the program marks it as secret (its value is not known)",
    ]);
  });
});
