import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester } from "../../support/rule-tester";
import { allows, functionArn, inAccount, later, refunds, triage } from "../../support/tools";
import { comes, inbox, fromInbox } from "./sources";

const possible = comes(fromInbox, {
  verdict: "undetermined",
  message:
    "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
  dependsOn: ["platform"],
});

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "an agent that may delete from a bucket that tells what comes to it",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox(),
        allows("triage", "s3:DeleteObject", "arn:aws:s3:::inbox/*"),
      ],
    },
    {
      name: "an agent that may write to a bucket that tells what is removed",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:ObjectRemoved:*"] }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
    },
    {
      name: "a bucket that tells what it does by itself",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:LifecycleExpiration:*", "s3:Replication:*"] }),
        allows("triage", "s3:*Object", "arn:aws:s3:::inbox/*"),
      ],
    },
    {
      name: "a bucket that tells of some names what comes and of others what is removed",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox(
          { filterPrefix: "approved/" },
          { filterPrefix: "incoming/", events: ["s3:ObjectRemoved:Delete"] },
        ),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/incoming/*"),
      ],
    },
    {
      name: "an agent that may read a bucket of which it is not known what it tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: later }),
        allows("triage", "s3:GetObject", "arn:aws:s3:::inbox/*"),
      ],
    },
  ],
  rejects: [
    {
      name: "a bucket that tells of what is removed, versions included",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:ObjectRemoved:*"] }),
        allows("triage", "s3:DeleteObjectVersion", "arn:aws:s3:::inbox/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "a bucket that tells of tags",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:ObjectTagging:Put"] }),
        allows("triage", "s3:PutObjectTagging", "arn:aws:s3:::inbox/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "a bucket of which it is not known what it tells, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: later }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [possible],
    },
    {
      name: "a bucket of which it is not known what it tells, by an agent that may tag, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: later }),
        allows("triage", "s3:PutObjectTagging", "arn:aws:s3:::inbox/*"),
      ],
      findings: [possible],
    },
    {
      name: "a bucket that tells of what comes to it, and of more that is not known",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:ObjectCreated:*", later] }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "a bucket that tells of more that is not known, by an agent that may tag, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: ["s3:ObjectCreated:*", later] }),
        allows("triage", "s3:PutObjectTagging", "arn:aws:s3:::inbox/*"),
      ],
      findings: [possible],
    },
    {
      name: "a bucket of which it is not known what it notifies, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        inAccount("aws:s3/bucket:Bucket", "inbox", { bucket: "inbox" }),
        inAccount("aws:s3/bucketNotification:BucketNotification", "told", {
          bucket: "inbox",
          queues: later,
        }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "told",
          at: "told: queues",
          message: "`told` exposes a high-risk tool without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a bucket that notifies the tool",
      resources: [
        ...refunds(),
        ...triage(),
        inAccount("aws:s3/bucket:Bucket", "inbox", { bucket: "inbox" }),
        inAccount("aws:s3/bucketNotification:BucketNotification", "told", {
          bucket: "inbox",
          lambdaFunctions: [{ lambdaFunctionArn: functionArn("refunds"), events: ["s3:*"] }],
        }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [comes(["triage -may write to-> inbox", "inbox -triggers-> acme/refunds"])],
    },
  ],
});
