import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester } from "../../support/rule-tester";
import { account, allows, functionArn, inAccount, refunds, triage } from "../../support/tools";
import { comes } from "./sources";

const busArn = `arn:aws:events:eu-west-1:${account}:event-bus/default`;

function rule(inputs: ValueRecord, target: ValueRecord = {}): readonly Resource[] {
  const arn = functionArn("refunds");
  const { eventBusName } = inputs;
  const bus = eventBusName === undefined ? {} : { eventBusName };
  return [
    inAccount("aws:cloudwatch/eventRule:EventRule", "each", { name: "each", ...inputs }),
    inAccount("aws:cloudwatch/eventTarget:EventTarget", "do", {
      rule: "each",
      arn,
      ...bus,
      ...target,
    }),
  ];
}

/** A rule of one bus, by name or ARN, that sends events of a source on to another bus. */
function forwarding(from: string, to: string, source: string): readonly Resource[] {
  const eventPattern = JSON.stringify({ source: [source] });
  const of = `from ${from}`;
  return [
    inAccount("aws:cloudwatch/eventRule:EventRule", of, {
      name: of,
      eventBusName: from,
      eventPattern,
    }),
    inAccount("aws:cloudwatch/eventTarget:EventTarget", `${of} on`, {
      rule: of,
      eventBusName: from,
      arn: busNamed(to),
    }),
  ];
}

const busNamed = (name: string, of = account) =>
  name.startsWith("arn:") ? name : `arn:aws:events:eu-west-1:${of}:event-bus/${name}`;

const central = busNamed("central", "444455556666");

const orders = JSON.stringify({ source: ["orders"] });

ruleTester(requireRuntimePolicy, {
  accepts: [
    {
      name: "events that services of AWS alone put on a bus",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: JSON.stringify({ source: ["aws.ec2"] }) }),
        allows("triage", "events:PutEvents", busArn),
      ],
    },
    {
      name: "a rule by the clock",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ scheduleExpression: "rate(1 day)" }),
        allows("triage", "events:PutEvents", busArn),
      ],
    },
    {
      name: "a rule that is off",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: orders, state: "DISABLED" }),
        allows("triage", "events:PutEvents", busArn),
      ],
    },
    {
      name: "events of another source than those that a rule lets through",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busArn, {
          Condition: { StringEquals: { "events:source": "desk" } },
        }),
      ],
    },
    {
      name: "events of a source that the next bus does not let through",
      resources: [
        ...refunds(),
        ...triage(),
        ...forwarding("front", "default", "desk"),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busNamed("front")),
      ],
    },
    {
      name: "events that a third bus would have to be sent",
      resources: [
        ...refunds(),
        ...triage(),
        ...forwarding("front", "middle", "orders"),
        ...forwarding("middle", "default", "orders"),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busNamed("front")),
      ],
    },
    {
      name: "events on a bus of that name in another account than the rule's",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: orders, eventBusName: central }),
        allows("triage", "events:PutEvents", busNamed("central")),
      ],
    },
  ],
  rejects: [
    {
      name: "a rule of the default bus",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busArn),
      ],
      findings: [
        comes([
          "triage -may put events on-> event bus/default",
          "event bus/default -triggers-> each",
          "each -triggers-> acme/refunds",
        ]),
      ],
    },
    {
      name: "a bus whose events go on to another",
      resources: [
        ...refunds(),
        ...triage(),
        ...forwarding("front", "default", "orders"),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busNamed("front")),
      ],
      findings: [
        comes([
          "triage -may put events on-> event bus/front",
          "event bus/front -triggers-> from front",
          "from front -triggers-> event bus/default",
          "event bus/default -triggers-> each",
          "each -triggers-> acme/refunds",
        ]),
      ],
    },
    {
      name: "a bus whose events go on to one of another account",
      resources: [
        ...refunds(),
        ...triage(),
        ...forwarding("front", central, "orders"),
        ...rule({ eventPattern: orders, eventBusName: central }),
        allows("triage", "events:PutEvents", busNamed("front")),
      ],
      findings: [
        comes([
          "triage -may put events on-> event bus/front",
          "event bus/front -triggers-> from front",
          "from front -triggers-> event bus/central",
          "event bus/central -triggers-> each",
          "each -triggers-> acme/refunds",
        ]),
      ],
    },
    {
      name: "events of the source that a policy asks for and a rule lets through",
      resources: [
        ...refunds(),
        ...triage(),
        ...rule({ eventPattern: orders }),
        allows("triage", "events:PutEvents", busArn, {
          Condition: { StringEquals: { "events:source": "orders" } },
        }),
      ],
      findings: [
        comes([
          "triage -may put events on-> event bus/default",
          "event bus/default -triggers-> each",
          "each -triggers-> acme/refunds",
        ]),
      ],
    },
  ],
});
