import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  account,
  allows,
  inAccount,
  later,
  refunds,
  role,
  roleArn,
  roleType,
} from "../../support/tools";
import {
  bounded,
  denying,
  ofTriage,
  root,
  butSearch,
  ofService,
  withoutRole,
  letIn,
  letInAll,
} from "./denied";
import {
  comes,
  drained,
  fromQueue,
  mapping,
  queue,
  queueArn,
  queuePolicy,
  send,
  toQueue,
} from "./sources";

type Expected = RuleCases["rejects"][number]["findings"][number];

/** The report on the agent that a queue's policy allows where that may be denied. */
function perhapsLetIn(more: Partial<Expected> = {}): Expected {
  return comes([toQueue, fromQueue], {
    verdict: "undetermined",
    at: "lets in: policy",
    dependsOn: ["platform"],
    ...more,
  });
}

/** An agent whose role has other inputs. */
function drainedBy(inputs: ValueRecord): readonly Resource[] {
  return [...withoutRole, inAccount(roleType, "triage", { ...role("triage").inputs, ...inputs })];
}

/** The report on any principal where a policy may allow it. */
function perhapsAnyone(): Expected {
  return perhapsLetIn({
    holder: "anyone",
    chain: ["anyone -may send to-> jobs", fromQueue],
  });
}

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a queue whose policy denies the agent, and something more that is not known",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying(ofTriage),
          denying(ofTriage, { Action: later }),
        ),
      ],
    },
    {
      name: "a queue whose policy denies all but a role, where the agent's name is not known and is another",
      resources: [
        ...drainedBy({ name: later, path: "/agents/" }),
        queuePolicy("*", {}, denying(butSearch)),
      ],
    },
    {
      name: "an agent beyond a boundary of which the Deny is not known",
      resources: [
        ...withoutRole,
        ...bounded("logs:*", { Effect: "Deny", Action: later, Resource: "*" }),
        queuePolicy(ofTriage.Principal),
      ],
    },
  ],
  rejects: [
    {
      name: "a queue whose policy denies whom a preview cannot know, as undetermined",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal, {}, denying({ Principal: { AWS: later } })),
      ],
      findings: [
        comes([toQueue, fromQueue], {
          verdict: "undetermined",
          at: "lets in: policy",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "a queue whose policy denies another role what is not known",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying({ Principal: { AWS: roleArn("search") } }, { Action: later }),
        ),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies what is not known under a condition that the agent does not meet",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying(ofTriage, {
            Action: later,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ),
      ],
      findings: [letIn],
    },
    {
      name: "an agent whose boundary allows what is not known, and sending as well",
      resources: [
        ...withoutRole,
        ...bounded(later, { Effect: "Allow", Action: "sqs:*", Resource: "*" }),
        queuePolicy(ofTriage.Principal),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies the agent what is not known, as undetermined",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal, {}, denying(ofTriage, { Action: later })),
      ],
      findings: [perhapsLetIn()],
    },
    {
      name: "a queue whose policy denies all but what is not known, as undetermined",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          {
            Effect: "Deny",
            ...ofTriage,
            NotAction: later,
            Resource: queueArn("jobs"),
          },
        ),
      ],
      findings: [perhapsLetIn()],
    },
    {
      name: "a queue whose policy may allow or deny, as undetermined",
      resources: [
        ...drained,
        send(),
        queuePolicy(ofService, {}, denying(ofTriage, { Effect: later })),
      ],
      findings: [perhapsAnyone(), perhapsLetIn({ at: "triage calls: policy" })],
    },
    {
      name: "a queue whose policy denies what meets a value that is not known, as undetermined",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying(ofTriage, { Condition: { Bool: { "aws:SecureTransport": later } } }),
        ),
      ],
      findings: [perhapsLetIn()],
    },
    {
      name: "a queue whose policy denies what lacks a key or has it, as undetermined",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying(ofTriage, { Condition: { Null: { "aws:PrincipalArn": later } } }),
        ),
      ],
      findings: [perhapsLetIn()],
    },
    {
      name: "a queue whose policy denies all but the agent, whose name is not known, as undetermined",
      resources: [
        ...drainedBy({ name: later }),
        queuePolicy("*", {}, denying({ NotPrincipal: { AWS: [roleArn("triage"), root] } })),
      ],
      findings: [perhapsLetIn({ open: ["triage: name"] })],
    },
    {
      name: "an agent whose boundary allows what is not known, as undetermined",
      resources: [...withoutRole, ...bounded(later), queuePolicy(ofTriage.Principal)],
      findings: [
        perhapsLetIn({
          open: ["limit: policy.Statement[0].Action"],
        }),
      ],
    },
    {
      name: "an agent whose own policy denies what is not known, as undetermined",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal),
        allows(
          "triage",
          "logs:PutLogEvents",
          "*",
          {},
          { Effect: "Deny", Action: later, Resource: "*" },
        ),
      ],
      findings: [
        perhapsLetIn({
          open: ["triage calls: policy.Statement[1].Action"],
        }),
      ],
    },
    {
      name: "an agent whose own policy has a statement of which nothing is known, as undetermined",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal),
        allows("triage", "logs:PutLogEvents", "*", {}, later),
      ],
      findings: [
        perhapsLetIn({
          open: ["triage calls: policy.Statement[1]"],
        }),
      ],
    },
    {
      name: "a queue whose policy lets everyone in and denies one role what is not known",
      resources: [
        ...refunds(),
        queue,
        mapping(),
        queuePolicy("*", {}, denying(ofTriage, { Action: later })),
      ],
      findings: [letInAll],
    },
    ...(
      [
        ["what is not known", { Action: later }],
        ["under a condition that is not known", { Condition: later }],
      ] as const
    ).map(([what, more]): RuleCases["rejects"][number] => ({
      name: `a queue whose policy lets everyone in and denies all ${what}, as undetermined`,
      resources: [
        ...refunds(),
        queue,
        mapping(),
        queuePolicy("*", {}, denying({ Principal: "*" }, more)),
      ],
      findings: [perhapsAnyone()],
    })),
    {
      name: "a queue whose policy has a statement of which nothing is known beside one that lets the agent in, as undetermined",
      resources: [
        ...drained,
        inAccount("aws:sqs/queuePolicy:QueuePolicy", "lets in", {
          queueUrl: `https://sqs.eu-west-1.amazonaws.com/${account}/jobs`,
          policy: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", ...ofTriage, Action: "sqs:*", Resource: "*" }, later],
          },
        }),
      ],
      findings: [perhapsAnyone(), perhapsLetIn()],
    },
  ],
});
