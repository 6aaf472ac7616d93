import rule from "../../../policy-pack/rules/no-privilege-escalation";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  policyType,
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
const thing = resource("acme:index:Thing", "t", {});

ruleTester(rule, {
  accepts: [],
  rejects: [
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
          message: `undetermined: \`desk\` may be able to escalate: it may open a shell on an instance (\`ssm:StartSession\` on \`arn:aws:ec2:eu-west-1:${account}:instance/i-1\`), and what a policy names is not in the stack, so that nobody knows whether it has a role`,
        }),
      ],
    },
    {
      name: "a GameLift fleet of the stack, whose role is not read, as undetermined",
      resources: [
        aws,
        role(),
        resource("aws:gamelift/fleet:Fleet", "games", {}),
        inline(
          allow("gamelift:GetComputeAccess", outputOf(urnOf("aws:gamelift/fleet:Fleet", "games"))),
        ),
      ],
      findings: [
        found("", {
          verdict: "undetermined",
          message:
            "undetermined: `desk` may be able to escalate: it may log in to an instance of a GameLift fleet (`gamelift:GetComputeAccess`), and nothing that is read tells whether what a policy names has a role",
          waitsFor: ["games"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may ${attaches}, and a policy is not known yet`,
          waitsFor: ["p"],
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
          grade: "high",
          verdict: "undetermined",
          about: "gives",
          holder: "desk",
          at: "gives: policyArn",
          message:
            "undetermined: a preview cannot know whether `gives` lets `desk` escalate: a policy is not known yet",
          chain: ["desk -is allowed by-> gives"],
          waitsFor: ["p"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("other")}\`), and a resource of a policy is not known yet`,
          waitsFor: ["p"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may ${runsFunctionAs("late")}, and the trust policy of the role that is passed is not known yet`,
          waitsFor: ["p"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may ${runsFunctionAs("late")}, and a principal of the role that is passed is not known yet`,
          waitsFor: ["p"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may run a Lambda function with a role (\`iam:PassRole\`, \`lambda:CreateFunction\`, \`lambda:InvokeFunction\`), and a resource of a policy is not known yet`,
          waitsFor: ["t"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may ${runsFunctionAs("tasks")}, and the account of a role is not known`,
          waitsFor: ["tasks"],
        }),
      ],
    },
    {
      name: "policies of a role of its name in an account that may not be its own as undetermined",
      resources: [anyAccount, role(), inline(allow("iam:PutRolePolicy", roleArn("desk")))],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `undetermined: \`desk\` may be able to escalate: it may write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("desk")}\`), and the account of a role is not known`,
          waitsFor: ["desk"],
        }),
      ],
    },
    {
      name: "trust of a role of its name in an account that may not be its own as undetermined",
      resources: [anyAccount, role(), inline(allow("iam:UpdateAssumeRolePolicy", roleArn("desk")))],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `undetermined: \`desk\` may be able to escalate: it may write who may assume a role (\`iam:UpdateAssumeRolePolicy\` on \`${roleArn("desk")}\`), and the account of a role is not known`,
          waitsFor: ["desk"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may take away its own permissions boundary (\`iam:DeleteRolePermissionsBoundary\` on \`${roleArn("desk")}\`), and the account of a role is not known`,
          waitsFor: ["desk"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may write a new version of a policy (\`iam:CreatePolicyVersion\` on \`${policyArn("shared")}\`), and the account of a policy is not known`,
          waitsFor: ["shared"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may change the code of a Lambda function (\`lambda:UpdateFunctionCode\` on \`${functionArn("desk")}\`), and the account of a workload is not known`,
          chain: ["desk -runs as-> desk", "desk -is allowed by-> calls"],
          waitsFor: ["desk"],
        }),
      ],
    },
    {
      name: "keys of a user that is not known as undetermined",
      resources: [aws, role(), thing, inline(allow("iam:CreateAccessKey", outputOf(thing.urn)))],
      findings: [
        found("", {
          verdict: "undetermined",
          message: `undetermined: \`desk\` may be able to escalate: it may make an access key of a user (\`iam:CreateAccessKey\`), and a resource of a policy is not known yet`,
          waitsFor: ["t"],
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
          message: `undetermined: \`desk\` may be able to escalate: it may ${runsFunction}, and a policy is not known yet`,
          waitsFor: ["p"],
        }),
      ],
    },
  ],
});
