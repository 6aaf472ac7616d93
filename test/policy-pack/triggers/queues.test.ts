import requireHumanApproval from "../../../policy-pack/rules/require-human-approval";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  allows,
  functionArn,
  inAccount,
  later,
  refunds,
  role,
  roleArn,
  tenant,
  triage,
} from "../../support/tools";
import { queueArn, queue, mapping, comes, toQueue, fromQueue, send } from "./sources";

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "a queue that a tool drains, to which nobody may send",
      resources: [...refunds(), ...triage(), queue, mapping()],
    },
    {
      name: "an agent that may send to another queue",
      resources: [...refunds(), ...triage(), queue, mapping(), send(queueArn("other"))],
    },
    {
      name: "an agent that may receive from the queue",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        allows("triage", "sqs:ReceiveMessage", queueArn("jobs")),
      ],
    },
    {
      name: "an agent that may send to a queue that another function drains",
      resources: [...refunds(), ...triage(), queue, mapping(queueArn("jobs"), "search"), send()],
    },
    {
      name: "a Deny on the queue",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        allows(
          "triage",
          "sqs:SendMessage",
          "*",
          {},
          { Effect: "Deny", Action: "sqs:*", Resource: queueArn("jobs") },
        ),
      ],
    },
    {
      name: "the broker that may send to the queue",
      resources: [
        ...refunds(),
        tenant(),
        role("acme-broker"),
        queue,
        mapping(),
        allows("acme-broker", "sqs:SendMessage", queueArn("jobs")),
      ],
    },
    {
      name: "a mapping that is off",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        inAccount("aws:lambda/eventSourceMapping:EventSourceMapping", "drain", {
          eventSourceArn: queueArn("jobs"),
          functionName: "refunds",
          enabled: false,
        }),
        send(),
      ],
    },
  ],
  rejects: [
    {
      name: "a queue that a tool drains",
      resources: [...refunds(), ...triage(), queue, mapping(), send()],
      findings: [comes([toQueue, fromQueue])],
    },
    {
      name: "a queue by outputs",
      resources: [
        ...refunds(),
        ...triage(),
        inAccount("aws:sqs/queue:Queue", "jobs", {}),
        mapping(outputOf(urnOf("aws:sqs/queue:Queue", "jobs"))),
        send(outputOf(urnOf("aws:sqs/queue:Queue", "jobs"))),
      ],
      findings: [comes([toQueue, fromQueue])],
    },
    {
      name: "a pipe from a queue",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        inAccount("aws:pipes/pipe:Pipe", "pipe", {
          source: queueArn("jobs"),
          target: functionArn("refunds"),
          roleArn: roleArn("pipe"),
        }),
        send(),
      ],
      findings: [comes([toQueue, fromQueue])],
    },
    {
      name: "a source of which nothing is known, as undetermined",
      resources: [...refunds(), ...triage(), mapping(later)],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "drain",
          at: "drain: eventSourceArn",
          message: "`drain` exposes a high-risk tool without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
  ],
});

ruleTester(requireHumanApproval, {
  accepts: [
    {
      name: "a supervised agent that may send to the queue of a tool",
      resources: [
        ...refunds(),
        ...triage({ "agentid.dev/autonomy": "supervised" }),
        queue,
        mapping(),
        send(),
      ],
    },
  ],
  rejects: [
    {
      name: "an autonomous agent that may send to the queue of a tool",
      resources: [
        ...refunds(),
        ...triage({ "agentid.dev/autonomy": "autonomous" }),
        queue,
        mapping(),
        send(),
      ],
      findings: [
        comes([toQueue, fromQueue], {
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called by an autonomous workload without human approval",
        }),
      ],
    },
  ],
});
