import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { carriesIdentity } from "../../../../policy-pack/read/resource/not-read";
import data from "../../../../policy-pack/read/resource/not-read.json";

const aws = dirname(require.resolve("@pulumi/aws/package.json"));

/** The inputs of a type of `@pulumi/aws`, as its declaration lists them. */
function inputsOf(type: string): readonly string[] {
  const [, module = ""] = type.split(":");
  const file = join(aws, `${module}.d.ts`);
  assert.ok(existsSync(file), `${type} is no type of @pulumi/aws`);
  const [, args = ""] = readFileSync(file, "utf8").split(/^export interface \w+Args \{$/mu);
  return [...args.matchAll(/^ {4}(\w+)\??:/gmu)].map(([, name = ""]) => name);
}

describe("types that no reader reads", () => {
  it("are named in a report where they have a role, and not where they have none", () => {
    assert.equal(carriesIdentity("aws:bedrock/customModel:CustomModel"), true);
    assert.equal(carriesIdentity("aws:bedrock/inferenceProfile:InferenceProfile"), false);
    assert.equal(carriesIdentity("aws:verifiedpermissions/policyStore:PolicyStore"), false);
  });

  for (const type of data.carriesNone.filter((each) => each.startsWith("aws:bedrock/"))) {
    it(`may leave out ${type}, which takes no role and no credential`, () => {
      const inputs = inputsOf(type);
      assert.ok(inputs.length > 0, `${type} has no inputs`);
      assert.deepEqual(
        inputs.filter((name) => /role|credential|secret|authoriz/iu.test(name)),
        [],
      );
    });
  }
});
