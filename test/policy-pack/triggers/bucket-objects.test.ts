import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { allows, inAccount, later, refunds, roleArn, triage } from "../../support/tools";
import { comes, inbox, fromInbox } from "./sources";

function inboxPolicy(resource: Value, effect = "Allow"): Resource {
  const statement = {
    Effect: effect,
    Principal: { AWS: roleArn("triage") },
    Action: "s3:PutObject",
    Resource: resource,
  };
  const policy = { Version: "2012-10-17", Statement: [statement] };
  return inAccount("aws:s3/bucketPolicy:BucketPolicy", "lets in", { bucket: "inbox", policy });
}

const partUnknown = comes(fromInbox, {
  verdict: "undetermined",
  at: "lets in: policy",
  message:
    "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
  dependsOn: ["platform"],
});

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a Deny in a bucket's policy of all names of which it tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: "signed/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
        inboxPolicy(["arn:aws:s3:::inbox/signed/*", "arn:aws:s3:::inbox/approved/*"], "Deny"),
      ],
    },
    {
      name: "objects of other ends than those of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/", filterSuffix: ".json" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*.csv"),
      ],
    },
    {
      name: "objects of other names than those of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/incoming/*"),
      ],
    },
    {
      name: "objects of other names than those of two kinds of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: "signed/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/incoming/*"),
      ],
    },
    {
      name: "objects of other names by the policy of a bucket",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        inboxPolicy("arn:aws:s3:::inbox/incoming/*"),
      ],
    },
  ],
  rejects: [
    {
      name: "a Deny in a bucket's policy of one of the names of which it tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: "signed/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
        inboxPolicy("arn:aws:s3:::inbox/signed/*", "Deny"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "a Deny of other names in a bucket than those that an agent may write",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox(),
        allows(
          "triage",
          "s3:PutObject",
          "arn:aws:s3:::inbox/incoming/*",
          {},
          { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::inbox/private/*" },
        ),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "objects of the ends of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/", filterSuffix: ".json" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/approved/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "objects of the names of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/approved/eu/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "objects of the names of which a bucket tells, by its policy",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        inboxPolicy("arn:aws:s3:::inbox/*"),
      ],
      findings: [comes(fromInbox, { at: "lets in: policy" })],
    },
    {
      name: "objects of the second of two names of which a bucket tells",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: "signed/" }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/signed/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "objects of a bucket by its output, of which it tells some, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        inboxPolicy(outputOf(urnOf("aws:s3/bucket:Bucket", "inbox"))),
      ],
      findings: [{ ...partUnknown, dependsOn: ["inbox"] }],
    },
    {
      name: "objects of a bucket that its policy does not name yet, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }),
        inboxPolicy(later),
      ],
      findings: [partUnknown],
    },
    {
      name: "a Deny in a bucket's policy of what is not known, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox(),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
        inboxPolicy(later, "Deny"),
      ],
      findings: [{ ...partUnknown, at: "triage calls: policy" }],
    },
    {
      name: "objects of names that a preview cannot know, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: later }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [
        comes(fromInbox, {
          verdict: "undetermined",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "objects of other names than those that are known, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: later }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/incoming/*"),
      ],
      findings: [
        {
          ...partUnknown,
          at: "triage calls: policy",
          message: partUnknown.message.replace(
            "a resource of a policy",
            "which of its events trigger more",
          ),
        },
      ],
    },
    {
      name: "objects of a name that is known, beside one that is not",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ filterPrefix: "approved/" }, { filterPrefix: later }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/approved/*"),
      ],
      findings: [comes(fromInbox)],
    },
    {
      name: "objects with a header that a policy asks for",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox(),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*", {
          Condition: { StringEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
        }),
      ],
      findings: [comes(fromInbox)],
    },
  ],
});
