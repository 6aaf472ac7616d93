import type { Resource } from "../../../core/snapshot/resource";
import { LeftOut, type Value, Unknown } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-privilege-escalation";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  policyType,
  roleType,
  options,
  account,
  aws,
  anyAccount,
  document,
  admitting,
  role,
  allow,
  inline,
  attachment,
  managed,
  lambda,
  roleArn,
  policyArn,
  functionArn,
  makesFunctions,
  found,
  attaches,
  runsFunction,
  runsFunctionAs,
} from "../../support/escalating";

const parameter = resource("aws:ssm/parameter:Parameter", "p", {});
const named = { name: outputOf(parameter.urn) };
/** A policy of the role `desk`, whatever that is called. */
function own(...statements: readonly Value[]): Resource {
  const inputs = { role: outputOf(urnOf(roleType, "desk")), policy: document(...statements) };
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", inputs, options);
}
const thing = resource("acme:index:Thing", "t", {});

ruleTester(rule, {
  accepts: [],
  rejects: [
    ...[
      { action: "iam:PutRolePolicy", on: roleArn("x"), by: "write the policies of a role" },
      {
        action: "iam:UpdateAssumeRolePolicy",
        on: roleArn("x"),
        by: "write who may assume a role",
      },
      {
        action: "iam:DeleteRolePermissionsBoundary",
        on: roleArn("x*"),
        by: "remove its own permissions boundary",
      },
    ].map(({ action, on, by }) => ({
      name: `${action} on ${on} for a role whose name and account are not known, as undetermined`,
      resources: [
        anyAccount,
        parameter,
        role("desk", { ...named, permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        own(allow(action, on)),
      ],
      findings: [
        found("", {
          verdict: "undetermined" as const,
          message: `Policy \`calls\` allows privilege escalation: ${by} (\`${action}\` on \`${on}\`)`,
          dependsOn: ["desk", "p"],
        }),
      ],
    })),
    {
      name: "its own boundary by a pattern of names, where its name is not known, as undetermined",
      resources: [
        aws,
        parameter,
        role("desk", { ...named, permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        own(allow("iam:DeleteRolePermissionsBoundary", roleArn("x*"))),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: remove its own permissions boundary (\`iam:DeleteRolePermissionsBoundary\` on \`${roleArn("x*")}\`)`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role passed that may be one whose name and account are not known, as undetermined",
      resources: [
        anyAccount,
        parameter,
        role(),
        role("late", { ...named, assumeRolePolicy: admitting("ecs-tasks.amazonaws.com") }),
        inline(allow("iam:PassRole", roleArn("x")), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("x")}`,
          dependsOn: ["late", "p"],
        }),
      ],
    },
    {
      name: "a role passed that may be one whose name a saved snapshot leaves out, as undetermined",
      resources: [
        anyAccount,
        role(),
        role("late", {
          name: new LeftOut(1, true),
          assumeRolePolicy: admitting("ecs-tasks.amazonaws.com"),
        }),
        inline(allow("iam:PassRole", roleArn("x")), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("x")}`,
          dependsOn: ["late"],
        }),
      ],
    },
    {
      name: "a role passed that may be one whose name and account are not known and that the service obtains too",
      resources: [
        anyAccount,
        parameter,
        role(),
        role("late", named),
        inline(allow("iam:PassRole", roleArn("x")), makesFunctions),
      ],
      findings: [found(runsFunctionAs("x"))],
    },
    {
      name: "a role passed in an account that is not known, beside one of another path that nobody knows the name of",
      resources: [
        anyAccount,
        parameter,
        role(),
        role("late", {
          ...named,
          path: "/tasks/",
          assumeRolePolicy: admitting("ecs-tasks.amazonaws.com"),
        }),
        inline(allow("iam:PassRole", roleArn("x")), makesFunctions),
      ],
      findings: [found(runsFunctionAs("x"))],
    },
    {
      name: "commands on an instance of which nobody knows the role, as undetermined",
      resources: [
        aws,
        role(),
        inline(allow("ssm:StartSession", `arn:aws:ec2:eu-west-1:${account}:instance/i-1`)),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: open a shell on an instance (\`ssm:StartSession\` on \`arn:aws:ec2:eu-west-1:${account}:instance/i-1\`)`,
        }),
      ],
    },
    {
      name: "a command whose document is not known as undetermined",
      resources: [
        aws,
        role(),
        inline(
          allow("ssm:SendCommand", `arn:aws:ec2:eu-west-1:${account}:instance/i-1`),
          allow("ssm:SendCommand", new Unknown()),
        ),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: run commands on an instance (\`ssm:SendCommand\` on \`arn:aws:ec2:eu-west-1:${account}:instance/i-1\`)`,
        }),
      ],
    },
    {
      name: "a script of the stack for GameLift fleets, whose roles are not read, as undetermined",
      resources: [
        aws,
        role(),
        resource("aws:gamelift/script:Script", "games", {}),
        inline(
          allow("gamelift:UpdateScript", outputOf(urnOf("aws:gamelift/script:Script", "games"))),
        ),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message:
            "Policy `calls` allows privilege escalation: change the script that GameLift fleets run (`gamelift:UpdateScript`)",
          dependsOn: ["games"],
        }),
      ],
    },
    {
      name: "a boundary that is not known as undetermined",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf("aws:ssm/parameter:Parameter", "p")) }),
        resource("aws:ssm/parameter:Parameter", "p", {}),
        inline(allow("iam:AttachRolePolicy")),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${attaches}`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a policy that is not known as undetermined",
      resources: [
        aws,
        role(),
        resource("aws:ssm/parameter:Parameter", "p", {}),
        attachment(outputOf(urnOf("aws:ssm/parameter:Parameter", "p"))),
      ],
      findings: [
        {
          severity: "high",
          verdict: "undetermined",
          about: "gives",
          holder: "desk",
          at: "gives: policyArn",
          message: "Policy `gives` allows privilege escalation",
          chain: ["desk -is allowed by-> gives"],
          dependsOn: ["p"],
        },
      ],
    },
    {
      name: "policies of one other role, where it may assume a role that is not known, as undetermined",
      resources: [
        aws,
        role(),
        parameter,
        inline(
          allow("iam:PutRolePolicy", roleArn("other")),
          allow("sts:AssumeRole", outputOf(parameter.urn)),
        ),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("other")}\`)`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role passed whose trust policy is not known as undetermined",
      resources: [
        aws,
        role(),
        parameter,
        role("late", { assumeRolePolicy: outputOf(parameter.urn) }),
        inline(allow("iam:PassRole", roleArn("late")), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("late")}`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role passed with a principal that is not known as undetermined",
      resources: [
        aws,
        role(),
        parameter,
        role("late", {
          assumeRolePolicy: document({
            Effect: "Allow",
            Principal: { Service: outputOf(parameter.urn) },
            Action: "sts:AssumeRole",
          }),
        }),
        inline(allow("iam:PassRole", roleArn("late")), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("late")}`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role passed that is not known as undetermined",
      resources: [
        aws,
        role(),
        thing,
        inline(allow("iam:PassRole", outputOf(thing.urn)), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message:
            "Policy `calls` allows privilege escalation: run a Lambda function with a role (`iam:PassRole`, `lambda:CreateFunction`, `lambda:InvokeFunction`)",
          dependsOn: ["t"],
        }),
      ],
    },
    {
      name: "a role passed that the service can obtain unless it is the stack's as undetermined",
      resources: [
        anyAccount,
        role(),
        role("tasks", { assumeRolePolicy: admitting("ecs-tasks.amazonaws.com") }),
        inline(allow("iam:PassRole", roleArn("tasks")), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("tasks")}`,
          dependsOn: ["tasks"],
        }),
      ],
    },
    {
      name: "policies of a role of its name in an account that may not be its own as undetermined",
      resources: [anyAccount, role(), inline(allow("iam:PutRolePolicy", roleArn("desk")))],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("desk")}\`)`,
          dependsOn: ["desk"],
        }),
      ],
    },
    {
      name: "trust of a role of its name in an account that may not be its own as undetermined",
      resources: [anyAccount, role(), inline(allow("iam:UpdateAssumeRolePolicy", roleArn("desk")))],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: write who may assume a role (\`iam:UpdateAssumeRolePolicy\` on \`${roleArn("desk")}\`)`,
          dependsOn: ["desk"],
        }),
      ],
    },
    {
      name: "the boundary of a role of its name in an account that may not be its own as undetermined",
      resources: [
        anyAccount,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        inline(allow("iam:DeleteRolePermissionsBoundary", roleArn("desk"))),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: remove its own permissions boundary (\`iam:DeleteRolePermissionsBoundary\` on \`${roleArn("desk")}\`)`,
          dependsOn: ["desk"],
        }),
      ],
    },
    {
      name: "a version of a policy of a name that it has, in an account that may not be its own, as undetermined",
      resources: [
        anyAccount,
        role(),
        managed(allow("s3:GetObject")),
        attachment(outputOf(urnOf(policyType, "shared"))),
        inline(allow("iam:CreatePolicyVersion", policyArn("shared"))),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: write a new version of a policy (\`iam:CreatePolicyVersion\` on \`${policyArn("shared")}\`)`,
          dependsOn: ["shared"],
        }),
      ],
    },
    {
      name: "the code of a function of its name that runs as it, in an account that may not be its own, as undetermined",
      resources: [
        anyAccount,
        role(),
        lambda("desk"),
        inline(allow("lambda:UpdateFunctionCode", functionArn("desk"))),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: change the code of a Lambda function (\`lambda:UpdateFunctionCode\` on \`${functionArn("desk")}\`)`,
          chain: ["desk -runs as-> desk", "desk -is allowed by-> calls"],
          dependsOn: ["desk"],
        }),
      ],
    },
    {
      name: "keys of a user that is not known as undetermined",
      resources: [aws, role(), thing, inline(allow("iam:CreateAccessKey", outputOf(thing.urn)))],
      findings: [
        found("", {
          verdict: "undetermined",
          message:
            "Policy `calls` allows privilege escalation: make an access key of a user (`iam:CreateAccessKey`)",
          dependsOn: ["t"],
        }),
      ],
    },
    {
      name: "a role passed under a boundary that is not known as undetermined",
      resources: [
        aws,
        parameter,
        role("desk", { permissionsBoundary: outputOf(parameter.urn) }),
        inline(allow("iam:PassRole"), makesFunctions),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `Policy \`calls\` allows privilege escalation: ${runsFunction}`,
          dependsOn: ["p"],
        }),
      ],
    },
  ],
});
