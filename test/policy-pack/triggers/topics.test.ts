import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester } from "../../support/rule-tester";
import { allows, functionArn, inAccount, refunds, triage } from "../../support/tools";
import { queueArn, queue, topicArn, mapping, comes, fromQueue } from "./sources";

const topic = inAccount("aws:sns/topic:Topic", "news", { name: "news" });

function subscription(protocol: string, endpoint: Value): Resource {
  const inputs = { topic: topicArn, protocol, endpoint };
  return inAccount("aws:sns/topicSubscription:TopicSubscription", `to ${protocol}`, inputs);
}

ruleTester(requireRuntimePolicy, {
  accepts: [
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
  ],
  rejects: [
    {
      name: "a topic that calls the tool",
      resources: [
        ...refunds(),
        ...triage(),
        topic,
        subscription("lambda", functionArn("refunds")),
        allows("triage", "sns:Publish", "*"),
      ],
      findings: [comes(["triage -may publish to-> news", "news -triggers-> acme/refunds"])],
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
      findings: [comes(["triage -may publish to-> news", "news -triggers-> jobs", fromQueue])],
    },
  ],
});
