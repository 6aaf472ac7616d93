import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { PartialText, Unknown, type Value } from "../../core/snapshot/value";
import { baselineOf, parseBaseline, printBaseline } from "../../policy-pack/run/baseline";
import { createDetector } from "../../policy-pack/read/credentials";
import { Run } from "../../policy-pack/crossguard/run";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import requirePodIdentityCondition from "../../policy-pack/rules/require-pod-identity-condition";
import requireRuntimePolicy from "../../policy-pack/rules/require-runtime-policy";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { casesOf } from "../support/cases";
import { differsAsDeployed } from "../support/deployed-exceptions";
import { listed } from "../support/handed";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { share } from "../support/runs";
import { differencesOf } from "../support/views";

const detector = createDetector();

/** Stacks whose policies name what others are; all others `test/fuzz/as-deployed.fuzz.ts` compares. */
const cases = casesOf<AuthorityStack>("tenancy").filter(
  ({ topic }) => topic === "trust" || topic === "access",
);
const stacks = share(cases, 4).map(({ question, requested }) => ({
  name: question,
  resources: authorityStack(requested),
}));

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
  });
});

describe("a finding that only its account distinguishes", () => {
  const tags = {
    "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/prod",
    "aws:RequestTag/kubernetes-namespace": "acme",
    "aws:RequestTag/kubernetes-service-account": "triage",
  };
  const unknownAccount = [
    resource("aws:iam/role:Role", "triage", {
      name: "triage",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Condition: { StringEquals: tags },
          },
        ],
      },
    }),
    resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "triage", {
      clusterName: "prod",
      namespace: "acme",
      serviceAccount: "triage",
      roleArn: new Unknown([urnOf("aws:iam/role:Role", "triage")], false, "arn"),
      disableSessionTags: true,
    }),
  ];
  /** Its role can only be of the account of the function. */
  const revealing = (account: string) =>
    resource("aws:lambda/function:Function", "sync", {
      role: `arn:aws:iam::${account}:role/sync`,
    });

  it("is reported once, though the account is known after it was reported", async () => {
    const run = new Run({ settings: defaultSettings, rules: [requirePodIdentityCondition] });
    const stack = [...unknownAccount, revealing("111122223333")];
    const reported: string[] = [];
    for (const each of stack) {
      reported.push(...(await run.validate(each)).map(({ finding }) => finding.message));
    }
    assert.equal(reported.length, 1);
    assert.deepEqual((await run.validateAll(stack.map(listed))).reportedFindings, []);
  });

  it("stays known to a baseline when its account is revealed, and is not that of another account", async () => {
    const findingsIn = async (stack: readonly Resource[], baseline = defaultSettings.baseline) =>
      (await judgeSnapshot(snapshotOf(stack), { settings: { ...defaultSettings, baseline } }))
        .findings;
    const knownAfter = async (
      before: readonly Resource[],
      now: readonly Resource[],
    ): Promise<readonly boolean[]> => {
      const parsed = parseBaseline(printBaseline(await findingsIn(before)));
      assert.ok(parsed.kind === "ok");
      return (await findingsIn(now, baselineOf(parsed.known))).map(({ known }) => known);
    };
    const revealed = [...unknownAccount, revealing("111122223333")];
    assert.deepEqual(await knownAfter(unknownAccount, revealed), [true]);
    assert.deepEqual(await knownAfter(revealed, unknownAccount), [true]);
    const pinned = unknownAccount.map((each) => ({ ...each, provider: pinnedProvider.urn }));
    assert.deepEqual(await knownAfter(unknownAccount, [pinnedProvider, ...pinned]), [false]);
  });
});

/** A provider that the program restricts to an account. */
const pinnedProvider = resource("pulumi:providers:aws", "other", {
  allowedAccountIds: ["444455556666"],
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
  const byBucket = (resourceDenied: Value) =>
    resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
      bucket: "inbox",
      policy: statement({ Effect: "Deny", Principal: "*", Resource: resourceDenied }),
    });
  const byRole = (resourceDenied: Value) =>
    resource("aws:iam/rolePolicy:RolePolicy", "refused", {
      role: "triage",
      policy: statement({ Effect: "Deny", Resource: resourceDenied }),
    });
  const isReported = async (behind: string, denied?: Resource): Promise<boolean> => {
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
      ...(denied === undefined ? [] : [denied]),
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

  it("denies where it names that prefix, and not where it names another", async () => {
    assert.equal(await isReported("/*", byBucket(within("/approved/*"))), false);
    assert.equal(await isReported("/*", byRole(within("/approved/*"))), false);
    assert.equal(await isReported("/*", byBucket(within("/signed/*"))), true);
  });
});
