import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  account,
  allows,
  functionArn,
  inAccount,
  later,
  refunds,
  triage,
} from "../../support/tools";

type Expected = RuleCases["rejects"][number]["findings"][number];

const bucketType = "aws:s3/bucket:Bucket";

/** A bucket, and whether it publishes to EventBridge. */
function inbox(eventbridge: Value = true, inputs: ValueRecord = { bucket: "inbox" }): Resource[] {
  return [
    inAccount(bucketType, "inbox", inputs),
    inAccount("aws:s3/bucketNotification:BucketNotification", "told", {
      bucket: outputOf(urnOf(bucketType, "inbox")),
      eventbridge,
    }),
  ];
}

/** A rule for what its pattern fits, which calls the tool. */
function heard(pattern: Value, more: ValueRecord = {}): readonly Resource[] {
  const eventPattern =
    typeof pattern === "object" && pattern !== null && pattern.constructor === Object
      ? JSON.stringify(pattern)
      : pattern;
  return [
    inAccount("aws:cloudwatch/eventRule:EventRule", "each", {
      name: "each",
      eventPattern,
      ...more,
    }),
    inAccount("aws:cloudwatch/eventTarget:EventTarget", "do", {
      rule: "each",
      arn: functionArn("refunds"),
    }),
  ];
}

const created = { source: ["aws.s3"], "detail-type": ["Object Created"] };
const ofInbox = { ...created, detail: { bucket: { name: ["inbox"] } } };
const ofKeys = (key: readonly Value[]): ValueRecord => ({
  ...created,
  detail: { bucket: { name: ["inbox"] }, object: { key } },
});
const stack = [...refunds(), ...triage()];
const write = (on: Value = "arn:aws:s3:::inbox/*", action: Value = "s3:PutObject"): Resource =>
  allows("triage", action, on);

const found: Expected = {
  severity: "high",
  about: "acme/refunds",
  holder: "acme/triage",
  at: "triage calls: policy",
  message:
    "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
  chain: [
    "acme/triage -runs as-> triage",
    "triage -may write to-> inbox",
    "inbox -triggers-> each",
    "each -triggers-> acme/refunds",
  ],
};

function possible(dependsOn: readonly string[]): Expected {
  return {
    ...found,
    verdict: "undetermined",
    dependsOn,
  };
}

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a rule for what is done in a bucket that does not tell EventBridge",
      resources: [...stack, ...inbox(false), ...heard(ofInbox), write()],
    },
    {
      name: "a rule for another bucket",
      resources: [
        ...stack,
        ...inbox(),
        ...heard({ ...created, detail: { bucket: { name: ["outbox"] } } }),
        write(),
      ],
    },
    {
      name: "a rule for what is done to objects that the agent may not do",
      resources: [
        ...stack,
        ...inbox(),
        ...heard({ ...ofInbox, "detail-type": ["Object Deleted"] }),
        write(),
      ],
    },
    {
      name: "a rule for what a bucket does by itself",
      resources: [
        ...stack,
        ...inbox(),
        ...heard({ ...ofInbox, "detail-type": ["Object Storage Class Changed"] }),
        write("arn:aws:s3:::inbox/*", "s3:*"),
      ],
    },
    {
      name: "a rule for objects of other names than the agent writes",
      resources: [
        ...stack,
        ...inbox(),
        ...heard(ofKeys([{ prefix: "approved/" }])),
        write("arn:aws:s3:::inbox/incoming/*"),
      ],
    },
    {
      name: "a rule for another service, with a bucket that tells EventBridge",
      resources: [...stack, ...inbox(), ...heard({ source: ["aws.ec2"] }), write()],
    },
    {
      name: "a rule of another bus than the one to which buckets tell",
      resources: [...stack, ...inbox(), ...heard(ofInbox, { eventBusName: "orders" }), write()],
    },
    {
      name: "a rule that is off",
      resources: [...stack, ...inbox(), ...heard(ofInbox, { state: "DISABLED" }), write()],
    },
    {
      name: "a rule for a bucket of another account",
      resources: [
        ...stack,
        inAccount(bucketType, "inbox", { bucket: "inbox" }),
        {
          ...inAccount("aws:s3/bucketNotification:BucketNotification", "told", {
            bucket: "inbox",
            eventbridge: true,
          }),
          provider: urnOf("pulumi:providers:aws", "other"),
        },
        {
          ...inAccount("pulumi:providers:aws", "other", { allowedAccountIds: ["444455556666"] }),
        },
        ...heard(ofInbox),
        write(),
      ],
    },
    {
      name: "an agent that puts events on the bus of the rule, in no service's name",
      resources: [
        ...stack,
        ...inbox(),
        ...heard(ofInbox),
        allows(
          "triage",
          "events:PutEvents",
          `arn:aws:events:eu-west-1:${account}:event-bus/default`,
        ),
      ],
    },
    {
      name: "a rule for a bucket by its name, where the agent writes to another and the bucket's own is not known",
      resources: [
        ...stack,
        ...inbox(true, { bucket: later }),
        ...heard(ofInbox),
        write("arn:aws:s3:::outbox/whole"),
      ],
    },
  ],
  rejects: [
    {
      name: "a rule for a bucket by its name",
      resources: [...stack, ...inbox(), ...heard(ofInbox), write()],
      findings: [found],
    },
    {
      name: "a rule for all buckets, whatever is done",
      resources: [...stack, ...inbox(), ...heard({ source: ["aws.s3"] }), write()],
      findings: [found],
    },
    {
      name: "a rule for all sources whose names start so",
      resources: [...stack, ...inbox(), ...heard({ source: [{ prefix: "aws." }] }), write()],
      findings: [found],
    },
    {
      name: "a rule for buckets whose names start so",
      resources: [
        ...stack,
        ...inbox(),
        ...heard({ ...created, detail: { bucket: { name: [{ prefix: "in" }] } } }),
        write(),
      ],
      findings: [found],
    },
    {
      name: "a rule for buckets, of which one is named by Pulumi",
      resources: [
        ...stack,
        ...inbox(true, {}),
        ...heard({ ...created, detail: { bucket: { name: [{ prefix: "inbox-" }] } } }),
        write("*"),
      ],
      findings: [found],
    },
    {
      name: "a rule for objects whose names end so",
      resources: [
        ...stack,
        ...inbox(),
        ...heard(ofKeys([{ suffix: ".json" }])),
        write("arn:aws:s3:::inbox/incoming/*"),
      ],
      findings: [found],
    },
    {
      name: "a rule for objects by a pattern",
      resources: [
        ...stack,
        ...inbox(),
        ...heard(ofKeys([{ wildcard: "incoming/*.json" }, "whole"])),
        write("arn:aws:s3:::inbox/whole"),
      ],
      findings: [found],
    },
    {
      name: "a rule for objects of a bucket that may have the name, as undetermined",
      resources: [
        ...stack,
        ...inbox(true, { bucket: later }),
        ...heard(ofKeys(["whole"])),
        write("arn:aws:s3:::inbox/whole"),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          at: "inbox: bucket",
          reason: "`bucket` of `inbox` may be `inbox`",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a rule for all objects but some",
      resources: [...stack, ...inbox(), ...heard(ofKeys([{ "anything-but": ["a"] }])), write()],
      findings: [found],
    },
    {
      name: "a rule for what is taken away",
      resources: [
        ...stack,
        ...inbox(),
        ...heard({ ...ofInbox, "detail-type": [{ "equals-ignore-case": "object deleted" }] }),
        write("arn:aws:s3:::inbox/*", "s3:DeleteObject"),
      ],
      findings: [found],
    },
    {
      name: "a rule whose events go to a queue first",
      resources: [
        ...stack,
        ...inbox(),
        ...heard(ofInbox).slice(0, 1),
        inAccount("aws:cloudwatch/eventTarget:EventTarget", "do", {
          rule: "each",
          arn: `arn:aws:sqs:eu-west-1:${account}:jobs`,
        }),
        inAccount("aws:sqs/queue:Queue", "jobs", { name: "jobs" }),
        inAccount("aws:lambda/eventSourceMapping:EventSourceMapping", "drain", {
          eventSourceArn: `arn:aws:sqs:eu-west-1:${account}:jobs`,
          functionName: "refunds",
        }),
        write(),
      ],
      findings: [
        {
          ...found,
          chain: [
            "acme/triage -runs as-> triage",
            "triage -may write to-> inbox",
            "inbox -triggers-> each",
            "each -triggers-> jobs",
            "jobs -triggers-> acme/refunds",
          ],
        },
      ],
    },
    {
      name: "a bucket of which it is not known whether it tells EventBridge",
      resources: [...stack, ...inbox(later), ...heard(ofInbox), write()],
      findings: [possible(["platform"])],
    },
    {
      name: "a rule whose pattern waits for the bucket",
      resources: [...stack, ...inbox(), ...heard(outputOf(urnOf(bucketType, "inbox"))), write()],
      findings: [possible(["inbox"])],
    },
  ],
});
