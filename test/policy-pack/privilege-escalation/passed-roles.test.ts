import type { Value, ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-privilege-escalation";
import { outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  roleType,
  policyType,
  account,
  aws,
  document,
  admitting,
  role,
  allow,
  inline,
  attachment,
  managed,
  roleArn,
  functionArn,
  makesFunctions,
  found,
  runsFunction,
  runsFunctionAs,
} from "../../support/escalating";

const passedTo = (service: string) => ({
  Condition: { StringEquals: { "iam:PassedToService": service } },
});

ruleTester(rule, {
  accepts: [
    {
      name: "a role that may be passed, with nothing to run as it",
      resources: [aws, role(), inline(allow("iam:PassRole"))],
    },
    {
      name: "functions that may be made, with no role to pass",
      resources: [aws, role(), inline(allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))],
    },
    {
      name: "a role that may be passed to another service than the one to run it",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:PassRole", "*", passedTo("ecs-tasks.amazonaws.com")),
          allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        ),
      ],
    },
    {
      name: "its own role passed on",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:PassRole", roleArn("desk")),
          allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        ),
      ],
    },
    {
      name: "a named role that the service cannot obtain",
      resources: [
        aws,
        role(),
        role("tasks", { assumeRolePolicy: admitting("ecs-tasks.amazonaws.com") }),
        inline(
          allow("iam:PassRole", roleArn("tasks")),
          allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        ),
      ],
    },
    {
      name: "a function that may be made and another that may be called",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:PassRole"),
          allow("lambda:CreateFunction", functionArn("made")),
          allow("lambda:InvokeFunction", functionArn("called")),
        ),
      ],
    },
    {
      name: "a Deny that takes the companion away",
      resources: [
        aws,
        role(),
        inline(
          allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
          deny("iam:PassRole", "*", {
            Condition: { StringNotEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
          }),
        ),
      ],
    },
    {
      name: "a boundary without the companion",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow(["lambda:*", "s3:*"])),
        inline(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])),
      ],
    },
  ],
  rejects: [
    {
      name: "a role passed to a function, both halves of one policy",
      resources: [
        aws,
        role(),
        inline(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])),
      ],
      findings: [found(runsFunction)],
    },
    {
      name: "halves in two policies, told of the one that passes the role",
      resources: [
        aws,
        role(),
        inline(allow("iam:PassRole", "*", passedTo("lambda.amazonaws.com"))),
        managed(allow(["lambda:CreateFunction", "lambda:Invoke*"])),
        attachment(outputOf(urnOf(policyType, "shared"))),
      ],
      findings: [found(runsFunction)],
    },
    {
      name: "one named role that the service can obtain",
      resources: [
        aws,
        role(),
        role("pay"),
        inline(
          allow("iam:PassRole", outputOf(urnOf(roleType, "pay"))),
          allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        ),
      ],
      findings: [found(runsFunction.replace(" on `*`", ""))],
    },
    {
      name: "a role passed to an AgentCore code interpreter",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:PassRole", `arn:aws:iam::${account}:role/agentcore_*`),
          allow(["bedrock-agentcore:*CodeInterpreter*"], "arn:aws:bedrock-agentcore:*:*:*"),
        ),
      ],
      findings: [
        found(
          `run code in an AgentCore code interpreter with a role (\`iam:PassRole\` on \`arn:aws:iam::${account}:role/agentcore_*\`, \`bedrock-agentcore:CreateCodeInterpreter\`, \`bedrock-agentcore:InvokeCodeInterpreter\`); run code in others' code interpreters (\`bedrock-agentcore:InvokeCodeInterpreter\` on \`arn:aws:bedrock-agentcore:*:*:*\`, \`bedrock-agentcore:StartCodeInterpreterSession\`)`,
        ),
      ],
    },
    {
      name: "a role passed that everyone may obtain",
      resources: [
        aws,
        role(),
        role("open", {
          assumeRolePolicy: document({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }),
        }),
        inline(allow("iam:PassRole", roleArn("open")), makesFunctions),
      ],
      findings: [found(runsFunctionAs("open"))],
    },
    {
      name: "a role passed that is not of the stack",
      resources: [aws, role(), inline(allow("iam:PassRole", roleArn("elsewhere")), makesFunctions)],
      findings: [found(runsFunctionAs("elsewhere"))],
    },
  ],
});

function deny(action: Value, on: Value = "*", more: ValueRecord = {}): Value {
  return { Effect: "Deny", Action: action, Resource: on, ...more };
}
