import type { Value } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import { account, inAccount, later, refunds, roleArn, roleType, triage } from "../../support/tools";
import {
  queue,
  topicArn,
  mapping,
  comes,
  toQueue,
  fromQueue,
  queuePolicy,
  drained,
} from "./sources";

/** Policies with unknown principals. */
const hiddenPolicies: readonly (readonly [string, Value])[] = [
  ["of which nothing is known", later],
  ["of which one statement is not known", { Version: "2012-10-17", Statement: [later] }],
  [
    "of which it is not known whether it allows",
    {
      Version: "2012-10-17",
      Statement: [{ Effect: later, Principal: "*", Action: "sqs:*", Resource: "*" }],
    },
  ],
  [
    "of which it is not known what it allows",
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: later, Resource: "*" }],
    },
  ],
  [
    "of which it is not known whom it lets in",
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: later }, Action: "sqs:*", Resource: "*" }],
    },
  ],
];

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a queue whose policy lets a topic send",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        queuePolicy("*", { Condition: { ArnEquals: { "aws:SourceArn": topicArn } } }),
      ],
    },
  ],
  rejects: [
    ...hiddenPolicies.map(([what, policy]): RuleCases["rejects"][number] => ({
      name: `a queue with a policy ${what}, as undetermined`,
      resources: [
        ...drained,
        inAccount("aws:sqs/queuePolicy:QueuePolicy", "lets in", {
          queueUrl: `https://sqs.eu-west-1.amazonaws.com/${account}/jobs`,
          policy,
        }),
      ],
      findings: [
        comes([], {
          verdict: "undetermined",
          holder: "anyone",
          at: "lets in: policy",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
          chain: ["anyone -may send to-> jobs", fromQueue],
          dependsOn: ["platform"],
        }),
      ],
    })),
    {
      name: "a queue whose policy lets the agent send",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        queuePolicy({ AWS: roleArn("triage") }),
      ],
      findings: [comes([toQueue, fromQueue], { at: "lets in: policy" })],
    },
    {
      name: "a queue whose policy lets the agent send by its role's output",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        queuePolicy({ AWS: outputOf(urnOf(roleType, "triage")) }),
      ],
      findings: [comes([toQueue, fromQueue], { at: "lets in: policy" })],
    },
    {
      name: "a queue whose policy lets everyone send",
      resources: [...refunds(), queue, mapping(), queuePolicy("*")],
      findings: [
        comes([], {
          holder: "anyone",
          at: "lets in: policy",
          chain: ["anyone -may send to-> jobs", fromQueue],
        }),
      ],
    },
  ],
});
