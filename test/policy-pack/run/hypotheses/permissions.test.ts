import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noOpenGateway from "../../../../policy-pack/rules/no-open-gateway";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { stated } from "../../../support/stated";

const functionUrn = urnOf("aws:lambda/function:Function", "desk");
const unknown = outputOf(urnOf("random:index/randomPet:RandomPet", "pet"));

/** A declared function, and a permission to call it by its URL. */
function permission(inputs: Readonly<Record<string, Value>>): readonly Resource[] {
  return [
    resource("aws:lambda/function:Function", "desk", {
      name: "desk",
      role: "arn:aws:iam::111122223333:role/desk",
      tags: { "agentid.dev/kind": "tool", "agentid.dev/name": "desk" },
    }),
    resource("aws:lambda/permission:Permission", "lets", {
      action: "lambda:InvokeFunctionUrl",
      function: outputOf(functionUrn),
      principal: "*",
      functionUrlAuthType: "AWS_IAM",
      ...inputs,
    }),
  ];
}

async function reported(inputs: Readonly<Record<string, Value>>): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [noOpenGateway] };
  const { findings } = await judgeSnapshot(snapshotOf(permission(inputs)), judging);
  return findings.map(stated);
}

/** The one violation where all is known. */
async function certain(): Promise<string> {
  const [open = "", ...others] = await reported({});
  assert.match(open, /^(?!undetermined).*[`<]desk[`>]/);
  assert.deepEqual(others, []);
  return open;
}

describe("by what a permission to call a function may turn out to be", () => {
  for (const [property, sentence] of [
    ["principal", "`*`"],
    ["function", "of `desk`"],
    ["functionUrlAuthType", "`AWS_IAM`"],
  ] as const) {
    it(`is one whose ${property} opens it`, async () => {
      assert.deepEqual(await reported({ [property]: unknown }), [
        `undetermined: ${await certain()} (\`${property}\` of \`lets\` may be ${sentence})`,
      ]);
    });
  }

  it("is nothing where a role calls that the stack makes", async () => {
    const caller = outputOf(urnOf("aws:iam/role:Role", "triage"));
    assert.deepEqual(await reported({ principal: caller }), []);
  });

  it("is a URL with unknown function and unknown authentication", async () => {
    const [desk] = permission({});
    assert.ok(desk);
    const other = outputOf(urnOf("random:index/randomPet:RandomPet", "other"));
    const url = (inputs: Readonly<Record<string, Value>>) =>
      resource("aws:lambda/functionUrl:FunctionUrl", "url", {
        functionName: unknown,
        authorizationType: other,
        ...inputs,
      });
    const judging = { settings: defaultSettings, rules: [noOpenGateway] };
    const toldOf = async (one: Resource) => {
      const { findings } = await judgeSnapshot(snapshotOf([desk, one]), judging);
      return findings.map(stated);
    };
    const known = { functionName: outputOf(functionUrn), authorizationType: "NONE" };
    const [violation = "", ...others] = await toldOf(url(known));
    assert.match(violation, /^(?!undetermined).*[`<]desk[`>]/);
    assert.deepEqual(others, []);
    assert.deepEqual(await toldOf(url({})), [
      `undetermined: ${violation} (\`functionName\` of \`url\` and \`authorizationType\` of \`url\` may be of \`desk\` and \`NONE\`, in this order)`,
    ]);
    assert.deepEqual(await toldOf(url({ authorizationType: "AWS_IAM" })), []);
    assert.equal((await toldOf(url({ authorizationType: "NONE" }))).length, 1);
  });
});
