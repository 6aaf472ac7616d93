import assert from "node:assert/strict";
import { Unknown, type Value } from "../../core/snapshot/value";
import { PartialText } from "../../engine/partial/partial-text";
import { createDetector } from "../../policy-pack/credentials";
import { judgeSnapshot } from "../../policy-pack/judge";
import requireRuntimePolicy from "../../policy-pack/rules/require-runtime-policy";
import { defaultSettings } from "../../policy-pack/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { casesOf } from "../support/cases";
import { differsAsDeployed } from "../support/deployed-exceptions";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { differencesOf } from "../support/views";

const detector = createDetector();

/** Stacks whose policies name what others are; all others `test/fuzz/as-deployed.fuzz.ts` compares. */
const stacks = casesOf<AuthorityStack>("tenancy")
  .filter(({ topic }) => topic === "trust" || topic === "access")
  .map(({ question, asked }) => ({ name: question, resources: authorityStack(asked) }));

describe("stacks that refer to what they make", () => {
  it("are judged the same in their first preview and once they are deployed", async () => {
    const faults: string[] = [];
    for (const stack of stacks) {
      for (const each of (await differencesOf(stack, detector, true)) ?? []) {
        const isMeant = differsAsDeployed.some((one) => one.allows(each));
        if (!isMeant) faults.push(`${each.view}: ${each.stack}: ${each.is} ${each.message}`);
      }
    }
    assert.deepEqual(faults, []);
  }).timeout(180_000);
});

describe("a policy on what is in a bucket, by the bucket's output", () => {
  const bucketType = "aws:s3/bucket:Bucket";
  const within = (behind: string): Value =>
    new PartialText([new Unknown([urnOf(bucketType, "inbox")], false, "arn"), behind]);
  const statement = (more: object): Value => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:PutObject", ...more }],
  });
  const trust = statement({
    Action: "sts:AssumeRole",
    Principal: { Service: "lambda.amazonaws.com" },
  });
  const workload = (name: string, tags: object) => [
    resource("aws:iam/role:Role", name, { name, assumeRolePolicy: trust }),
    resource("aws:lambda/function:Function", name, {
      name,
      role: `arn:aws:iam::111122223333:role/${name}`,
      tags: { "agentid.dev/tenant": "acme", ...tags },
    }),
  ];
  const isReported = async (behind: string, denied?: string): Promise<boolean> => {
    const stack = [
      ...workload("refunds", { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" }),
      ...workload("triage", { "agentid.dev/kind": "agent" }),
      resource(bucketType, "inbox", { bucket: "inbox" }),
      resource("aws:lambda/permission:Permission", "open", {
        function: "refunds",
        action: "lambda:InvokeFunction",
        principal: "s3.amazonaws.com",
        sourceArn: "arn:aws:s3:::inbox",
      }),
      resource("aws:s3/bucketNotification:BucketNotification", "told", {
        bucket: "inbox",
        lambdaFunctions: [
          {
            lambdaFunctionArn: "arn:aws:lambda:eu-west-1:111122223333:function:refunds",
            events: ["s3:ObjectCreated:*"],
            filterPrefix: "approved/",
          },
        ],
      }),
      resource("aws:iam/rolePolicy:RolePolicy", "calls", {
        role: "triage",
        policy: statement({ Resource: within(behind) }),
      }),
      ...(denied === undefined
        ? []
        : [
            resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
              bucket: "inbox",
              policy: statement({ Effect: "Deny", Principal: "*", Resource: within(denied) }),
            }),
          ]),
    ];
    const judging = { settings: defaultSettings, rules: [requireRuntimePolicy] };
    const { findings } = await judgeSnapshot(snapshotOf(stack), judging);
    return findings.some(({ verdict }) => verdict === "violated");
  };

  it("counts where it takes in what leads on", async () => {
    assert.equal(await isReported("/approved/*"), true);
    assert.equal(await isReported("/*"), true);
  });

  it("counts for nothing where it names another prefix", async () => {
    assert.equal(await isReported("/incoming/*"), false);
  });

  it("holds back where it denies that, and not where it denies another prefix", async () => {
    assert.equal(await isReported("/*", "/approved/*"), false);
    assert.equal(await isReported("/*", "/signed/*"), true);
  });
});
