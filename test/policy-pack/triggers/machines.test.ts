import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import requireRuntimePolicy from "../../../policy-pack/rules/require-runtime-policy";
import { ruleTester } from "../../support/rule-tester";
import {
  account,
  admitting,
  allows,
  functionArn,
  inAccount,
  later,
  refunds,
  roleArn,
  roleType,
  triage,
} from "../../support/tools";
import { comes } from "./sources";

const machineType = "aws:sfn/stateMachine:StateMachine";

const machineArn = `arn:aws:states:eu-west-1:${account}:stateMachine:flow`;

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

ruleTester(requireRuntimePolicy, {
  accepts: [
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
    {
      name: "a state machine of which the agent may look at what is not known",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(step(functionArn("refunds"))),
        allows("triage", "states:DescribeExecution", later),
      ],
    },
    {
      name: "a state machine that calls another function, where it is not known which the agent starts",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(step(functionArn("search"))),
        allows("triage", "states:StartExecution", later),
      ],
    },
  ],
  rejects: [
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
      findings: [comes(["triage -may start-> flow", "flow -triggers-> acme/refunds"])],
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
          ["triage -may start-> flow", "flow -triggers-> flow", "flow -may call-> acme/refunds"],
          { at: "flow calls: policy" },
        ),
        // The machine itself is a workload with that role.
        comes([], {
          holder: "flow",
          at: "flow calls: policy",
          chain: ["flow -runs as-> flow", "flow -may call-> acme/refunds"],
        }),
      ],
    },
    {
      name: "a state machine that the agent may start, were it the one that is not known, as undetermined",
      resources: [
        ...refunds(),
        ...triage(),
        ...machine(step(functionArn("refunds"))),
        allows("triage", "states:StartExecution", later),
      ],
      findings: [
        comes(["triage -may start-> flow", "flow -triggers-> acme/refunds"], {
          verdict: "undetermined",
          at: "triage calls: policy.Statement[0].Resource",
          reason: "`policy.Statement[0].Resource` of `triage calls` may be of `flow`",
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "a state machine of which nothing is known, as undetermined",
      resources: [...refunds(), ...triage(), ...machine(later)],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "flow",
          at: "flow: definition",
          message: "`flow` exposes a high-risk tool without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
  ],
});
