import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { account, allows, refunds, roleArn, roleType } from "../../support/tools";
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
import { comes, drained, fromQueue, mapping, queue, queuePolicy, send, toQueue } from "./sources";

const unlessSearch = {
  Condition: { ArnNotEquals: { "aws:PrincipalArn": [roleArn("search")] } },
};

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
        ...withoutRole,
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
      resources: [...withoutRole, ...bounded("logs:*"), queuePolicy(ofTriage.Principal)],
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
      name: "an agent that a queue's policy lets in within its permissions boundary",
      resources: [...withoutRole, ...bounded("sqs:*"), queuePolicy(ofTriage.Principal)],
      findings: [letIn],
    },
  ],
});
