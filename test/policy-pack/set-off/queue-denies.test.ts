import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
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
  queueArn,
  queue,
  mapping,
  neither,
  comes,
  toQueue,
  fromQueue,
  send,
  queuePolicy,
  drained,
} from "./sources";

/** The agent's role with a permissions boundary that allows an action. */
function bounded(action: string): readonly Resource[] {
  const { inputs } = role("triage");
  const permissionsBoundary = outputOf(urnOf("aws:iam/policy:Policy", "limit"));
  const statement = { Effect: "Allow", Action: action, Resource: "*" };
  const policy = { Version: "2012-10-17", Statement: [statement] };
  return [
    inAccount(roleType, "triage", { ...inputs, permissionsBoundary }),
    inAccount("aws:iam/policy:Policy", "limit", { name: "limit", policy }),
  ];
}

/** A Deny of a queue's policy. */
function denying(principal: ValueRecord, more: ValueRecord = {}): ValueRecord {
  return { Effect: "Deny", ...principal, Action: "sqs:*", Resource: queueArn("jobs"), ...more };
}

const ofTriage = { Principal: { AWS: roleArn("triage") } };

const root = `arn:aws:iam::${account}:root`;

/** All but another role, with the account that a Deny would refuse as well. */
const butSearch = { NotPrincipal: { AWS: [roleArn("search"), root] } };

const unlessSearch = {
  Condition: { ArnNotEquals: { "aws:PrincipalArn": [roleArn("search")] } },
};

const ofService = { Service: "events.amazonaws.com" };

const letIn = comes([toQueue, fromQueue], { at: "lets in: policy" });

const letInAll = comes([], {
  holder: "anyone",
  at: "lets in: policy",
  message: `\`anyone\` comes to \`acme/refunds\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
  chain: ["anyone -may send to-> jobs", fromQueue],
});

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a queue whose policy denies the agent that it lets in",
      resources: [...drained, queuePolicy(ofTriage.Principal, {}, denying(ofTriage))],
    },
    {
      name: "a queue whose policy denies an agent that its own policy lets send",
      resources: [...drained, send(), queuePolicy(ofService, {}, denying(ofTriage))],
    },
    {
      name: "a queue whose policy denies an agent by its role's output",
      resources: [
        ...drained,
        send(),
        queuePolicy(
          ofService,
          {},
          denying({ Principal: { AWS: outputOf(urnOf(roleType, "triage")) } }),
        ),
      ],
    },
    {
      name: "a queue whose policy denies all but another role",
      resources: [...drained, send(), queuePolicy(ofService, {}, denying(butSearch))],
    },
    {
      name: "a queue whose policy denies all but an agent with a permissions boundary",
      resources: [
        ...drained.filter(({ name, type }) => name !== "triage" || type !== roleType),
        ...bounded("sqs:*"),
        send(),
        queuePolicy(ofService, {}, denying({ NotPrincipal: { AWS: [roleArn("triage"), root] } })),
      ],
    },
    {
      name: "a queue whose policy lets everyone in and denies all whose ARN is another than one role's",
      resources: [
        ...drained,
        send(),
        queuePolicy("*", {}, denying({ Principal: "*" }, unlessSearch)),
      ],
    },
    {
      name: "a queue whose policy denies the whole account",
      resources: [...drained, send(), queuePolicy("*", {}, denying({ Principal: "*" }))],
    },
    {
      name: "an agent that a queue's policy lets in and its own denies",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal),
        allows(
          "triage",
          "logs:PutLogEvents",
          "*",
          {},
          { Effect: "Deny", Action: "sqs:*", Resource: "*" },
        ),
      ],
    },
    {
      name: "an agent that a queue's policy lets in beyond its permissions boundary",
      resources: [
        ...drained.filter(({ name, type }) => name !== "triage" || type !== roleType),
        ...bounded("logs:*"),
        queuePolicy(ofTriage.Principal),
      ],
    },
  ],
  rejects: [
    {
      name: "a queue whose policy denies another role",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal, {}, denying({ Principal: { AWS: roleArn("search") } })),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies the agent another action",
      resources: [
        ...drained,
        queuePolicy(ofTriage.Principal, {}, denying(ofTriage, { Action: "sqs:ReceiveMessage" })),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies what is not encrypted on its way",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying({ Principal: "*" }, { Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies one session of the agent",
      resources: [
        ...drained,
        queuePolicy(
          ofTriage.Principal,
          {},
          denying({ Principal: { AWS: `arn:aws:sts::${account}:assumed-role/triage/once` } }),
        ),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies all but the agent",
      resources: [
        ...drained,
        queuePolicy("*", {}, denying({ NotPrincipal: { AWS: [roleArn("triage"), root] } })),
      ],
      findings: [letIn],
    },
    {
      name: "a queue whose policy denies all but the agent's account",
      resources: [
        ...drained,
        send(),
        queuePolicy(ofService, {}, denying({ NotPrincipal: { AWS: root } })),
      ],
      findings: [comes([toQueue, fromQueue])],
    },
    {
      name: "a queue whose policy lets everyone in but the agent",
      resources: [...refunds(), queue, mapping(), queuePolicy("*", {}, denying(ofTriage))],
      findings: [letInAll],
    },
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
      name: "an agent that a queue's policy lets in within its permissions boundary",
      resources: [
        ...drained.filter(({ name, type }) => name !== "triage" || type !== roleType),
        ...bounded("sqs:*"),
        queuePolicy(ofTriage.Principal),
      ],
      findings: [letIn],
    },
  ],
});
