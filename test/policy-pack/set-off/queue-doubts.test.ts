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

/** What is told of the agent that a queue's policy lets in where that may be taken away. */
function perhapsLetIn(reason: string, more: Partial<Expected> = {}): Expected {
  return comes([toQueue, fromQueue], {
    verdict: "undetermined",
    at: "lets in: policy",
    message: `undetermined: \`acme/triage\` may come to \`acme/refunds\`, which causes \`payment\`, without that anything decides the call: ${reason}`,
    waitsFor: ["platform"],
    ...more,
  });
}

/** An agent whose role has other inputs. */
function drainedBy(inputs: ValueRecord): readonly Resource[] {
  return [...withoutRole, inAccount(roleType, "triage", { ...role("triage").inputs, ...inputs })];
}

/** What is told of whoever there is where a policy may let them in. */
function perhapsAnyone(reason: string): Expected {
  return perhapsLetIn(reason, {
    holder: "anyone",
    message: `undetermined: \`anyone\` may come to \`acme/refunds\`, which causes \`payment\`, without that anything decides the call: ${reason}`,
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
            "undetermined: `acme/triage` may come to `acme/refunds`, which causes `payment`, without that anything decides the call: a principal of a policy is not known yet",
          waitsFor: ["platform"],
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
      findings: [perhapsLetIn("an action of the statement is not known yet")],
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
      findings: [perhapsLetIn("an action of the statement is not known yet")],
    },
    {
      name: "a queue whose policy may allow or deny, as undetermined",
      resources: [
        ...drained,
        send(),
        queuePolicy(ofService, {}, denying(ofTriage, { Effect: later })),
      ],
      findings: [
        perhapsAnyone("whom a policy lets send to it is not known yet"),
        perhapsLetIn("the effect of a statement is not known yet", { at: "triage calls: policy" }),
      ],
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
      findings: [perhapsLetIn("a value of the condition is not known yet")],
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
      findings: [perhapsLetIn("a value of the condition is not known yet")],
    },
    {
      name: "a queue whose policy denies all but the agent, whose name is not known, as undetermined",
      resources: [
        ...drainedBy({ name: later }),
        queuePolicy("*", {}, denying({ NotPrincipal: { AWS: [roleArn("triage"), root] } })),
      ],
      findings: [
        perhapsLetIn("the name or path of a role is not known", { open: ["triage: name"] }),
      ],
    },
    {
      name: "an agent whose boundary allows what is not known, as undetermined",
      resources: [...withoutRole, ...bounded(later), queuePolicy(ofTriage.Principal)],
      findings: [
        perhapsLetIn("an action of the statement is not known yet", {
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
        perhapsLetIn("an action of the statement is not known yet", {
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
        perhapsLetIn("a statement is not known yet", {
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
        ["what is not known", { Action: later }, "an action of the statement is not known yet"],
        [
          "under a condition that is not known",
          { Condition: later },
          "a part of the condition is not known yet",
        ],
      ] as const
    ).map(([what, more, reason]): RuleCases["rejects"][number] => ({
      name: `a queue whose policy lets everyone in and denies all ${what}, as undetermined`,
      resources: [
        ...refunds(),
        queue,
        mapping(),
        queuePolicy("*", {}, denying({ Principal: "*" }, more)),
      ],
      findings: [perhapsAnyone(reason)],
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
      findings: [
        perhapsAnyone("whom a policy lets send to it is not known yet"),
        perhapsLetIn("a statement is not known yet"),
      ],
    },
  ],
});
