import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import requireHumanApproval from "../../policy-pack/rules/require-human-approval";
import requireRuntimePolicy from "../../policy-pack/rules/require-runtime-policy";
import { outputOf, urnOf } from "../support/resources";
import { ruleTester, type RuleCases } from "../support/rule-tester";
import {
  account,
  admitting,
  allows,
  functionArn,
  inAccount,
  later,
  refunds,
  role,
  roleArn,
  roleType,
  tenant,
  triage,
} from "../support/tools";

type Expected = RuleCases["rejects"][number]["findings"][number];

const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;
const queue = inAccount("aws:sqs/queue:Queue", "jobs", { name: "jobs" });
const topicArn = `arn:aws:sns:eu-west-1:${account}:news`;
const topic = inAccount("aws:sns/topic:Topic", "news", { name: "news" });
const busArn = `arn:aws:events:eu-west-1:${account}:event-bus/default`;
const machineType = "aws:sfn/stateMachine:StateMachine";
const machineArn = `arn:aws:states:eu-west-1:${account}:stateMachine:flow`;

function mapping(source: Value = queueArn("jobs"), of = "refunds"): Resource {
  const inputs = { eventSourceArn: source, functionName: of };
  return inAccount("aws:lambda/eventSourceMapping:EventSourceMapping", "drain", inputs);
}

function subscription(protocol: string, endpoint: Value): Resource {
  const inputs = { topic: topicArn, protocol, endpoint };
  return inAccount("aws:sns/topicSubscription:TopicSubscription", `to ${protocol}`, inputs);
}

function rule(inputs: ValueRecord, target: ValueRecord = {}): readonly Resource[] {
  const arn = functionArn("refunds");
  return [
    inAccount("aws:cloudwatch/eventRule:EventRule", "each", { name: "each", ...inputs }),
    inAccount("aws:cloudwatch/eventTarget:EventTarget", "do", { rule: "each", arn, ...target }),
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
      arn: busNamed(to),
    }),
  ];
}

const busNamed = (name: string, of = account) =>
  name.startsWith("arn:") ? name : `arn:aws:events:eu-west-1:${of}:event-bus/${name}`;
const central = busNamed("central", "444455556666");

function machine(definition: Value): readonly Resource[] {
  return [
    inAccount(roleType, "flow", {
      name: "flow",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [admitting({ Service: "states.amazonaws.com" })],
      },
    }),
    inAccount(machineType, "flow", { name: "flow", roleArn: roleArn("flow"), definition }),
  ];
}

function step(resource: string, more: ValueRecord = {}): string {
  const state = { Type: "Task", Resource: resource, End: true, ...more };
  return JSON.stringify({ StartAt: "pay", States: { pay: state } });
}

function permission(principal: string, sourceArn?: Value): Resource {
  return inAccount("aws:lambda/permission:Permission", "open", {
    function: "refunds",
    action: "lambda:InvokeFunction",
    principal,
    ...(sourceArn !== undefined && { sourceArn }),
  });
}

const orders = JSON.stringify({ source: ["orders"] });
const neither = "neither the broker of its tenant nor a gateway in `ENFORCE`";

function comes(chain: readonly string[], more: Partial<Expected> = {}): Expected {
  return {
    grade: "high",
    about: "acme/refunds",
    holder: "acme/triage",
    at: "triage calls: policy",
    message: `\`acme/triage\` comes to \`acme/refunds\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
    chain: ["acme/triage -runs as-> triage", ...chain],
    ...more,
  };
}

function inbox(...more: readonly ValueRecord[]): readonly Resource[] {
  const item = { lambdaFunctionArn: functionArn("refunds"), events: ["s3:ObjectCreated:*"] };
  return [
    inAccount("aws:s3/bucket:Bucket", "inbox", { bucket: "inbox" }),
    permission("s3.amazonaws.com", "arn:aws:s3:::inbox"),
    inAccount("aws:s3/bucketNotification:BucketNotification", "told", {
      bucket: "inbox",
      lambdaFunctions: (more.length === 0 ? [{}] : more).map((each) => ({ ...item, ...each })),
    }),
  ];
}

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

const fromInbox = ["triage -may write to-> inbox", "inbox -sets off-> acme/refunds"];

const toQueue = "triage -may send to-> jobs";
const fromQueue = "jobs -sets off-> acme/refunds";

function send(on: Value = queueArn("jobs")): Resource {
  return allows("triage", "sqs:SendMessage", on);
}

function queuePolicy(
  principal: Value,
  more: ValueRecord = {},
  ...others: readonly ValueRecord[]
): Resource {
  const statement = {
    Effect: "Allow",
    Principal: principal,
    Action: "sqs:SendMessage",
    Resource: queueArn("jobs"),
    ...more,
  };
  const policy = { Version: "2012-10-17", Statement: [statement, ...others] };
  return inAccount("aws:sqs/queuePolicy:QueuePolicy", "lets in", {
    queueUrl: `https://sqs.eu-west-1.amazonaws.com/${account}/jobs`,
    policy,
  });
}

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
const drained = [...refunds(), ...triage(), queue, mapping()];
const letIn = comes([toQueue, fromQueue], { at: "lets in: policy" });
const letInAll = comes([], {
  holder: "anyone",
  at: "lets in: policy",
  message: `\`anyone\` comes to \`acme/refunds\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
  chain: ["anyone -may send to-> jobs", fromQueue],
});

/** Policies of which it is not known whom they let in. */
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
      name: "a queue whose policy lets a topic send",
      resources: [
        ...refunds(),
        ...triage(),
        queue,
        mapping(),
        queuePolicy("*", { Condition: { ArnEquals: { "aws:SourceArn": topicArn } } }),
      ],
    },
    {
      name: "a topic of which people alone are told",
      resources: [
        ...refunds(),
        ...triage(),
        topic,
        subscription("email", "ops@acme.example"),
        allows("triage", "sns:Publish", topicArn),
      ],
    },
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
    {
      name: "a state machine that calls another function",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(step(functionArn("search"))),
        allows("triage", "states:StartExecution", machineArn),
      ],
    },
    {
      name: "a state machine that the agent may look at",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(step(functionArn("refunds"))),
        allows("triage", "states:DescribeExecution", "*"),
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
            "undetermined: `anyone` may come to `acme/refunds`, which causes `payment`, without that anything decides the call: whom a policy lets send to it is not known yet",
          chain: ["anyone -may send to-> jobs", fromQueue],
          waitsFor: ["platform"],
        }),
      ],
    })),
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
      name: "a queue of another stack by its ARN",
      resources: [...refunds(), ...triage(), mapping(), send()],
      findings: [
        comes(["triage -may send to-> queue/jobs", fromQueue.replace("jobs", "queue/jobs")]),
      ],
    },
    {
      name: "a topic that calls the tool",
      resources: [
        ...refunds(),
        ...triage(),
        topic,
        subscription("lambda", functionArn("refunds")),
        allows("triage", "sns:Publish", "*"),
      ],
      findings: [comes(["triage -may publish to-> news", "news -sets off-> acme/refunds"])],
    },
    {
      name: "a topic before a queue",
      resources: [
        ...refunds(),
        ...triage(),
        topic,
        queue,
        subscription("sqs", queueArn("jobs")),
        mapping(),
        allows("triage", "sns:Publish", topicArn),
      ],
      findings: [comes(["triage -may publish to-> news", "news -sets off-> jobs", fromQueue])],
    },
    {
      name: "a topic of another stack that a permission names",
      resources: [
        ...refunds(),
        ...triage(),
        permission("sns.amazonaws.com", topicArn),
        allows("triage", "sns:Publish", topicArn),
      ],
      findings: [
        comes(["triage -may publish to-> topic/news", "topic/news -sets off-> acme/refunds"]),
      ],
    },
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
          "event bus/default -sets off-> each",
          "each -sets off-> acme/refunds",
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
          "event bus/front -sets off-> from front",
          "from front -sets off-> event bus/default",
          "event bus/default -sets off-> each",
          "each -sets off-> acme/refunds",
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
          "event bus/front -sets off-> from front",
          "from front -sets off-> event bus/central",
          "event bus/central -sets off-> each",
          "each -sets off-> acme/refunds",
        ]),
      ],
    },
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
      name: "a bucket of which it is not known what it tells, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...inbox({ events: later }),
        allows("triage", "s3:PutObject", "arn:aws:s3:::inbox/*"),
      ],
      findings: [
        comes(fromInbox, {
          verdict: "undetermined",
          message:
            "undetermined: `acme/triage` may come to `acme/refunds`, which causes `payment`, without that anything decides the call: what of all that comes to it sets off more is not known yet",
          waitsFor: ["platform"],
        }),
      ],
    },
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
          message: `\`anyone\` comes to \`acme/refunds\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
          chain: ["anyone -may send to-> jobs", fromQueue],
        }),
      ],
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
      findings: [comes(["triage -may write to-> inbox", "inbox -sets off-> acme/refunds"])],
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
      findings: [
        comes(fromInbox, {
          verdict: "undetermined",
          at: "lets in: policy",
          message:
            "undetermined: `acme/triage` may come to `acme/refunds`, which causes `payment`, without that anything decides the call: a resource of a policy is not known yet",
          waitsFor: ["inbox"],
        }),
      ],
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
            "undetermined: `acme/triage` may come to `acme/refunds`, which causes `payment`, without that anything decides the call: what of all that comes to it sets off more is not known yet",
          waitsFor: ["platform"],
        }),
      ],
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
          "event bus/default -sets off-> each",
          "each -sets off-> acme/refunds",
        ]),
      ],
    },
    {
      name: "a state machine that calls the tool",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(
          step("arn:aws:states:::lambda:invoke", {
            Parameters: { FunctionName: functionArn("refunds"), "Payload.$": "$" },
          }),
        ),
        allows("triage", "states:StartExecution", machineArn),
      ],
      findings: [comes(["triage -may start-> flow", "flow -sets off-> acme/refunds"])],
    },
    {
      name: "a state machine whose caller says what it calls, as far as its role may",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(
          step("arn:aws:states:::lambda:invoke", { Parameters: { "FunctionName.$": "$.tool" } }),
        ),
        allows("flow", "lambda:InvokeFunction", functionArn("refunds")),
        allows("triage", "states:StartExecution", machineArn),
      ],
      findings: [
        comes(
          ["triage -may start-> flow", "flow -sets off-> flow", "flow -may call-> acme/refunds"],
          { at: "flow calls: policy" },
        ),
      ],
    },
    {
      name: "an API of another stack that the agent may call",
      resources: [
        ...refunds(),
        ...triage(),
        permission(
          "apigateway.amazonaws.com",
          `arn:aws:execute-api:eu-west-1:${account}:abc123/*/POST/refund`,
        ),
        allows("triage", "execute-api:Invoke", `arn:aws:execute-api:eu-west-1:${account}:abc123/*`),
      ],
      findings: [
        comes(["triage -may call-> abc123", "abc123 -calls-> acme/refunds"]),
        {
          verdict: "undetermined",
          grade: "high",
          about: "acme/refunds",
          holder: "open",
          at: "open: sourceArn",
          message:
            "undetermined: `acme/refunds`, which causes `payment`, is called by an API that is not in the stack, so that nobody can tell whom that asks",
        },
      ],
    },
    {
      name: "a state machine of which nothing is known, as undetermined",
      resources: [...refunds(), ...triage(), ...machine(later)],
      findings: [
        {
          verdict: "undetermined",
          grade: "high",
          about: "flow",
          at: "flow: definition",
          message:
            "undetermined: a preview cannot know whether `flow` leads to a tool each of whose calls has to be decided",
          waitsFor: ["platform"],
        },
      ],
    },
    {
      name: "a source of which nothing is known, as undetermined",
      resources: [...refunds(), ...triage(), mapping(later)],
      findings: [
        {
          verdict: "undetermined",
          grade: "high",
          about: "drain",
          at: "drain: eventSourceArn",
          message:
            "undetermined: a preview cannot know whether `drain` leads to a tool each of whose calls has to be decided",
          waitsFor: ["platform"],
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
            "`acme/triage` acts by itself and comes to `acme/refunds`, which causes `payment`, by a way on which no broker asks a person",
        }),
      ],
    },
  ],
});
