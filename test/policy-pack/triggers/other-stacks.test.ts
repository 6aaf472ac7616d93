import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester } from "../../support/rule-tester";
import { account, allows, refunds, triage } from "../../support/tools";
import { topicArn, mapping, permission, comes, fromQueue, send } from "./sources";

ruleTester(requireRuntimePolicy, {
  accepts: [],
  rejects: [
    {
      name: "a queue of another stack by its ARN",
      resources: [...refunds(), ...triage(), mapping(), send()],
      findings: [
        comes(["triage -may send to-> queue/jobs", fromQueue.replace("jobs", "queue/jobs")]),
      ],
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
        comes(["triage -may publish to-> topic/news", "topic/news -triggers-> acme/refunds"]),
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
          severity: "high",
          about: "acme/refunds",
          holder: "open",
          at: "open: sourceArn",
          message:
            "Tool `acme/refunds`, which causes `payment`, is exposed by an API without a runtime policy decision",
        },
      ],
    },
  ],
});
