import assert from "node:assert/strict";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { resource, snapshotOf } from "../../../support/resources";
import { fakes } from "../credentials/fakes";

const types = ["helm.sh/v3:Release", "helm.sh/v4:Chart"].map((type) => `kubernetes:${type}`);

/** What is found in the value files of a chart, and whether its credentials are those of its values. */
async function found(type: string, valueYamlFiles: Value): Promise<readonly string[]> {
  const chart = resource(type, "crm", { chart: "crm", namespace: "acme", valueYamlFiles });
  const judged = await judgeSnapshot(snapshotOf([chart]), { settings: defaultSettings });
  return judged.findings
    .filter(({ level }) => level === "mandatory")
    .map(({ rule, verdict, at }) => `${rule} ${verdict} ${at.property}`);
}

const literal = "no-literal-secret violated";

describe("the value files of a chart", () => {
  for (const type of types) {
    it(`are values of it: ${type}`, async () => {
      const text = `auth:\n  password: q7Rz2LmX9vKp4TsWd8Bn3Y\nslack: [{ token: ${fakes.slack} }]\n`;
      const lines = [
        `${literal} valueYamlFiles[0].auth.password`,
        `${literal} valueYamlFiles[0].slack[0].token`,
      ];
      assert.deepEqual((await found(type, [{ text }])).toSorted(), lines);
      assert.deepEqual((await found(type, [{ path: "values.yaml", text }])).toSorted(), lines);
      assert.deepEqual((await found(type, new Secret([{ text }]))).length > 0, true);
      assert.deepEqual(await found(type, [{ text: new Secret("password: q7Rz2LmX9vKp4TsW") }]), [
        `${literal} valueYamlFiles[0].password`,
      ]);
    });

    it(`are quiet without a credential: ${type}`, async () => {
      for (const text of ["", "# none\n", "replicas: 2\n", "auth: { existingSecret: crm }\n"]) {
        assert.deepEqual(await found(type, [{ text }]), []);
      }
      assert.deepEqual(await found(type, null), []);
      assert.deepEqual(await found(type, []), []);
    });

    it(`are judged as a text where they are no map: ${type}`, async () => {
      assert.deepEqual(await found(type, [{ text: `{{ broken: ${fakes.slack}` }]), [
        `${literal} valueYamlFiles[0]`,
      ]);
    });

    it(`are not proven where they are unknown: ${type}`, async () => {
      const unknown = (at: string): readonly string[] => [`no-literal-secret undetermined ${at}`];
      const text = new Unknown();
      assert.deepEqual(await found(type, [{ text }]), unknown("valueYamlFiles[0]"));
      assert.deepEqual(await found(type, [new Unknown()]), unknown("valueYamlFiles[0]"));
      assert.deepEqual(await found(type, new Unknown()), unknown("valueYamlFiles"));
    });

    it(`are named as not read where they are elsewhere: ${type}`, async () => {
      const elsewhere = [{ uri: "https://acme.com/values.yaml" }, { path: "../values.yaml" }];
      const chart = resource(type, "crm", { chart: "crm", valueYamlFiles: elsewhere });
      const judged = await judgeSnapshot(snapshotOf([chart]), { settings: defaultSettings });
      assert.deepEqual(judged.notRead, [{ type, count: 1 }]);
      assert.deepEqual(judged.findings, []);
    });
  }
});
