import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import type { RuleCases } from "../../support/rule-tester";
import { account, allows, functionArn, inAccount, refunds, triage } from "../../support/tools";

type Expected = RuleCases["rejects"][number]["findings"][number];

/** The ARN of a queue by its name. */
export const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;

/** A queue of the stack. */
export const queue = inAccount("aws:sqs/queue:Queue", "jobs", { name: "jobs" });

/** The ARN of a topic. */
export const topicArn = `arn:aws:sns:eu-west-1:${account}:news`;

/** What has a function drain a queue: the tool, unless another is named. */
export function mapping(source: Value = queueArn("jobs"), of = "refunds"): Resource {
  const inputs = { eventSourceArn: source, functionName: of };
  return inAccount("aws:lambda/eventSourceMapping:EventSourceMapping", "drain", inputs);
}

/** The permission of a service of AWS to call the tool. */
export function permission(principal: string, sourceArn?: Value): Resource {
  return inAccount("aws:lambda/permission:Permission", "open", {
    function: "refunds",
    action: "lambda:InvokeFunction",
    principal,
    ...(sourceArn !== undefined && { sourceArn }),
  });
}

/** The report where the agent calls the tool, by the links after its role. */
export function comes(chain: readonly string[], more: Partial<Expected> = {}): Expected {
  return {
    severity: "high",
    about: "acme/refunds",
    holder: "acme/triage",
    at: "triage calls: policy",
    message:
      "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
    chain: ["acme/triage -runs as-> triage", ...chain],
    ...more,
  };
}

/** A bucket that notifies the tool of objects that are made; of each item what is otherwise. */
export function inbox(...more: readonly ValueRecord[]): readonly Resource[] {
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

/** How the agent comes by the bucket. */
export const fromInbox = ["triage -may write to-> inbox", "inbox -triggers-> acme/refunds"];

/** How the agent comes to the queue. */
export const toQueue = "triage -may send to-> jobs";

/** How the queue comes to the tool. */
export const fromQueue = "jobs -triggers-> acme/refunds";

/** A policy of the agent's role that allows it to send to a queue. */
export function send(on: Value = queueArn("jobs")): Resource {
  return allows("triage", "sqs:SendMessage", on);
}

/** The queue's policy: its principals, the rest of their statement, and other statements. */
export function queuePolicy(
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

/** A queue that the tool drains, and an agent. */
export const drained = [...refunds(), ...triage(), queue, mapping()];
