import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import { judgeSnapshot } from "../../../policy-pack/judge";
import rule from "../../../policy-pack/rules/no-privilege-escalation";
import { defaultSettings } from "../../../policy-pack/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const functionType = "aws:lambda/function:Function";
const account = "111122223333";
const aws = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
const anyAccount = resource("pulumi:providers:aws", "prod", {});
const parameter = resource("aws:ssm/parameter:Parameter", "p", {});
const thing = resource("acme:index:Thing", "t", {});
const options = { provider: aws.urn };

function document(...statements: readonly Value[]): Value {
  return { Version: "2012-10-17", Statement: statements };
}

function admitting(service: string): Value {
  return document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" });
}

function role(name = "desk", inputs: ValueRecord = {}): Resource {
  const trust = admitting("lambda.amazonaws.com");
  return resource(roleType, name, { name, assumeRolePolicy: trust, ...inputs }, options);
}

function allow(action: Value, on: Value = "*", more: ValueRecord = {}): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function deny(action: Value, on: Value = "*", more: ValueRecord = {}): Value {
  return { Effect: "Deny", Action: action, Resource: on, ...more };
}

function inline(...statements: readonly Value[]): Resource {
  const inputs = { role: "desk", policy: document(...statements) };
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", inputs, options);
}

function attachment(policyArn: Value): Resource {
  const inputs = { role: "desk", policyArn };
  return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", inputs, options);
}

function managed(...statements: readonly Value[]): Resource {
  const inputs = { name: "shared", policy: document(...statements) };
  return resource(policyType, "shared", inputs, options);
}

function lambda(name: string, runsAs = "desk"): Resource {
  const inputs = { name, role: outputOf(urnOf(roleType, runsAs)) };
  return resource(functionType, name, inputs, options);
}

const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`;
const makesFunctions = allow(["lambda:CreateFunction", "lambda:InvokeFunction"]);
const passedTo = (service: string) => ({
  Condition: { StringEquals: { "iam:PassedToService": service } },
});

function found(paths: string, more: Partial<Expected> = {}): Expected {
  return {
    grade: "high",
    about: "calls",
    holder: "desk",
    at: "calls: policy",
    message: `\`desk\` can escalate: it may ${paths}`,
    chain: ["desk -is allowed by-> calls"],
    ...more,
  };
}

const attaches = "attach any policy to a role (`iam:AttachRolePolicy` on `*`)";
const runsFunction =
  "run a Lambda function with a role (`iam:PassRole` on `*`, `lambda:CreateFunction`, `lambda:InvokeFunction`)";
const runsFunctionAs = (name: string) => runsFunction.replace("`*`", `\`${roleArn(name)}\``);

ruleTester(rule, {
  accepts: [
    {
      name: "actions that change nobody's authority",
      resources: [aws, role(), inline(allow(["s3:GetObject", "iam:GetRole", "iam:ListRoles"]))],
    },
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
    {
      name: "policies of AWS's own that are named one by one",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:AttachRolePolicy", "*", {
            Condition: {
              ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess" },
            },
          }),
        ),
      ],
    },
    {
      name: "policies written only for roles with a boundary",
      resources: [
        aws,
        role(),
        inline(
          allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], "*", {
            Condition: {
              StringEquals: { "iam:PermissionsBoundary": `arn:aws:iam::${account}:policy/fence` },
            },
          }),
        ),
      ],
    },
    {
      name: "policies of one other role, which it cannot become",
      resources: [aws, role(), inline(allow("iam:PutRolePolicy", roleArn("other")))],
    },
    {
      name: "a policy of one's own name that is attached to nobody here",
      resources: [
        aws,
        role(),
        inline(allow("iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/others`)),
      ],
    },
    {
      name: "a boundary taken away where there is none",
      resources: [aws, role(), inline(allow("iam:DeleteRolePermissionsBoundary"))],
    },
    {
      name: "its own trust, which lets in others and not itself",
      resources: [aws, role(), inline(allow("iam:UpdateAssumeRolePolicy", roleArn("desk")))],
    },
    {
      name: "keys of the user who calls, which a role never is",
      resources: [
        aws,
        role(),
        inline(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")),
      ],
    },
    {
      name: "the code of a function with the same role",
      resources: [
        aws,
        role(),
        lambda("answer"),
        inline(allow("lambda:UpdateFunctionCode", functionArn("answer"))),
      ],
    },
    {
      name: "commands on an instance of the stack that has no role",
      resources: [
        aws,
        role(),
        resource("aws:ec2/instance:Instance", "host", { ami: "ami-1" }, options),
        inline(allow("ssm:SendCommand", outputOf(urnOf("aws:ec2/instance:Instance", "host")))),
      ],
    },
    {
      name: "documents to be run, with no instance to run them on",
      resources: [
        aws,
        role(),
        inline(allow("ssm:SendCommand", "arn:aws:ssm:*:*:document/AWS-RunShellScript")),
      ],
    },
    {
      name: "instances that carry a tag",
      resources: [
        aws,
        role(),
        inline(
          allow("ssm:StartSession", "arn:aws:ec2:*:*:instance/*", {
            Condition: { StringEquals: { "ssm:resourceTag/of": "desk" } },
          }),
        ),
      ],
    },
    {
      name: "the action as a name for something else",
      resources: [aws, role(), inline(allow("iam:PutRolePolicy", "arn:aws:s3:::bucket/*"))],
    },
    {
      name: "people, who have it by SAML",
      resources: [
        aws,
        role("desk", {
          assumeRolePolicy: document({
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::${account}:saml-provider/people` },
            Action: "sts:AssumeRoleWithSAML",
          }),
        }),
        inline(allow("iam:*")),
      ],
    },
    {
      name: "a boundary that would allow it, and no policy that does",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        inline(allow("s3:GetObject")),
      ],
    },
    {
      name: "a policy that nobody has",
      resources: [aws, managed(allow("iam:PutRolePolicy"))],
    },
    {
      name: "policies of one user, of whom it can make no credential",
      resources: [aws, role(), inline(allow("iam:PutUserPolicy", userArn("ada")))],
    },
    {
      name: "actions on users, groups and providers that name something else",
      resources: [
        aws,
        role(),
        inline(
          allow(
            ["iam:CreateAccessKey", "iam:AddUserToGroup", "iam:UpdateSAMLProvider"],
            "arn:aws:s3:::bucket/*",
          ),
        ),
      ],
    },
    {
      name: "the boundary of one other role",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        inline(allow("iam:DeleteRolePermissionsBoundary", roleArn("other"))),
      ],
    },
  ],
  rejects: [
    {
      name: "policies attached to any role, with the workload that may do it",
      resources: [aws, role(), lambda("answer"), inline(allow("iam:AttachRolePolicy"))],
      findings: [
        found(attaches, { chain: ["answer -runs as-> desk", "desk -is allowed by-> calls"] }),
      ],
    },
    {
      name: "policies of its own role",
      resources: [aws, role(), inline(allow("iam:PutRolePolicy", roleArn("desk")))],
      findings: [
        found(`write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("desk")}\`)`),
      ],
    },
    {
      name: "its own role by its resource",
      resources: [
        aws,
        role(),
        inline(allow("iam:PutRolePolicy", outputOf(urnOf(roleType, "desk")))),
      ],
      findings: [found("write the policies of a role (`iam:PutRolePolicy`)")],
    },
    {
      name: "policies of one other role that it may assume",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:PutRolePolicy", roleArn("other")),
          allow("sts:AssumeRole", roleArn("other")),
        ),
      ],
      findings: [
        found(`write the policies of a role (\`iam:PutRolePolicy\` on \`${roleArn("other")}\`)`),
      ],
    },
    {
      name: "policies that a pattern of AWS's own takes in",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:AttachRolePolicy", "*", {
            Condition: { ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/*" } },
          }),
        ),
      ],
      findings: [found(attaches)],
    },
    {
      name: "all policies but the best known",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:AttachRolePolicy", "*", {
            Condition: {
              ArnNotEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
            },
          }),
        ),
      ],
      findings: [found(attaches)],
    },
    {
      name: "a new version of a policy that it has",
      resources: [
        aws,
        role(),
        managed(allow("s3:GetObject")),
        attachment(outputOf(urnOf(policyType, "shared"))),
        inline(allow("iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/shared`)),
      ],
      findings: [
        found(
          `write a new version of a policy (\`iam:CreatePolicyVersion\` on \`arn:aws:iam::${account}:policy/shared\`)`,
        ),
      ],
    },
    {
      name: "a policy that it may write and attach to itself",
      resources: [
        aws,
        role(),
        inline(
          allow("iam:CreatePolicyVersion", `arn:aws:iam::${account}:policy/loose`),
          allow("iam:AttachRolePolicy", roleArn("desk"), {
            Condition: { ArnEquals: { "iam:PolicyARN": `arn:aws:iam::${account}:policy/loose` } },
          }),
        ),
      ],
      findings: [
        found(
          `write a new version of a policy (\`iam:CreatePolicyVersion\` on \`arn:aws:iam::${account}:policy/loose\`)`,
        ),
      ],
    },
    {
      name: "its own boundary taken away",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        inline(allow("iam:DeleteRolePermissionsBoundary")),
      ],
      findings: [
        found(
          "take away its own permissions boundary (`iam:DeleteRolePermissionsBoundary` on `*`)",
        ),
      ],
    },
    {
      name: "who may assume one other role",
      resources: [aws, role(), inline(allow("iam:UpdateAssumeRolePolicy", roleArn("other")))],
      findings: [
        found(
          `write who may assume a role (\`iam:UpdateAssumeRolePolicy\` on \`${roleArn("other")}\`)`,
        ),
      ],
    },
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
      name: "the code of functions by a pattern, though the stack has none",
      resources: [aws, role(), inline(allow("lambda:UpdateFunctionCode", functionArn("acme-*")))],
      findings: [
        found(
          `change the code of a Lambda function (\`lambda:UpdateFunctionCode\` on \`${functionArn("acme-*")}\`)`,
        ),
      ],
    },
    {
      name: "the code of a function that runs as another role",
      resources: [
        aws,
        role(),
        role("pay"),
        lambda("payer", "pay"),
        inline(allow("lambda:UpdateFunctionCode", outputOf(urnOf(functionType, "payer")))),
      ],
      findings: [found("change the code of a Lambda function (`lambda:UpdateFunctionCode`)")],
    },
    {
      name: "a build project and a notebook that are named",
      resources: [
        aws,
        role(),
        inline(
          allow(
            ["codebuild:UpdateProject", "codebuild:StartBuild"],
            `arn:aws:codebuild:eu-west-1:${account}:project/site`,
          ),
          allow(
            "sagemaker:CreatePresignedNotebookInstanceUrl",
            `arn:aws:sagemaker:eu-west-1:${account}:notebook-instance/lab`,
          ),
        ),
      ],
      findings: [
        found(
          `open a notebook (\`sagemaker:CreatePresignedNotebookInstanceUrl\` on \`arn:aws:sagemaker:eu-west-1:${account}:notebook-instance/lab\`); change what a build project runs (\`codebuild:UpdateProject\` on \`arn:aws:codebuild:eu-west-1:${account}:project/site\`)`,
        ),
      ],
    },
    {
      name: "more ways than a message holds",
      resources: [
        aws,
        role(),
        inline(
          allow([
            "iam:AttachRolePolicy",
            "iam:PutRolePolicy",
            "iam:UpdateAssumeRolePolicy",
            "iam:CreatePolicyVersion",
          ]),
        ),
      ],
      findings: [
        found(
          `${attaches}; write the policies of a role (\`iam:PutRolePolicy\` on \`*\`); write who may assume a role (\`iam:UpdateAssumeRolePolicy\` on \`*\`); and 1 more`,
        ),
      ],
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
          message: `undetermined: \`desk\` may be able to escalate: it may open a shell on an instance (\`ssm:StartSession\` on \`arn:aws:ec2:eu-west-1:${account}:instance/i-1\`), and what a policy names is not in the stack, so that nobody knows whether it has a role`,
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
      name: "policies of a user of whom it can make a credential",
      resources: [
        aws,
        role(),
        inline(allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], userArn("ada"))),
      ],
      findings: [
        found(
          `write what a user may do (\`iam:PutUserPolicy\` on \`${userArn("ada")}\`); make an access key of a user (\`iam:CreateAccessKey\` on \`${userArn("ada")}\`)`,
        ),
      ],
    },
    {
      name: "policies of users by a pattern",
      resources: [aws, role(), inline(allow("iam:AttachUserPolicy", userArn("*")))],
      findings: [
        found(`write what a user may do (\`iam:AttachUserPolicy\` on \`${userArn("*")}\`)`),
      ],
    },
    {
      name: "the members of a group",
      resources: [
        aws,
        role(),
        inline(allow("iam:AddUserToGroup", `arn:aws:iam::${account}:group/admins`)),
      ],
      findings: [
        found(
          `put a user into a group (\`iam:AddUserToGroup\` on \`arn:aws:iam::${account}:group/admins\`)`,
        ),
      ],
    },
    {
      name: "the provider that roles trust",
      resources: [
        aws,
        role(),
        inline(allow("iam:UpdateSAMLProvider", `arn:aws:iam::${account}:saml-provider/people`)),
      ],
      findings: [
        found(
          `change the identity provider that roles trust (\`iam:UpdateSAMLProvider\` on \`arn:aws:iam::${account}:saml-provider/people\`)`,
        ),
      ],
    },
    {
      name: "what IAM Identity Center gives people",
      resources: [aws, role(), inline(allow("sso:CreateAccountAssignment"))],
      findings: [
        found(
          "change what IAM Identity Center gives people (`sso:CreateAccountAssignment` on `*`)",
        ),
      ],
    },
    {
      name: "its own boundary by its ARN",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        managed(allow("*")),
        inline(allow("iam:PutRolePermissionsBoundary", roleArn("desk"))),
      ],
      findings: [
        found(
          `take away its own permissions boundary (\`iam:PutRolePermissionsBoundary\` on \`${roleArn("desk")}\`)`,
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
    {
      name: "policies of one other role that it may assume, both by its resource",
      resources: [
        aws,
        role(),
        role("other"),
        inline(allow(["iam:PutRolePolicy", "sts:AssumeRole"], outputOf(urnOf(roleType, "other")))),
      ],
      findings: [found("write the policies of a role (`iam:PutRolePolicy`)")],
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
      name: "the code of a function of its name that runs as another role, whosever account it is in",
      resources: [
        anyAccount,
        role(),
        role("pay"),
        lambda("payer", "pay"),
        inline(allow("lambda:UpdateFunctionCode", functionArn("payer"))),
      ],
      findings: [
        found(
          `change the code of a Lambda function (\`lambda:UpdateFunctionCode\` on \`${functionArn("payer")}\`)`,
        ),
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

describe("a role passed whose trust policy cannot be read", () => {
  it("counts as one that the service can obtain, beside the finding on the policy", async () => {
    const resources = [
      aws,
      role(),
      role("odd", { assumeRolePolicy: "{" }),
      inline(allow("iam:PassRole", roleArn("odd")), makesFunctions),
    ];
    const { findings } = await judgeSnapshot(snapshotOf(resources), {
      settings: defaultSettings,
      rules: [rule],
    });
    const unreadable =
      "undetermined: reader aws iam could not judge `odd`: `assumeRolePolicy`: the policy document is not JSON";
    assert.deepEqual(
      new Map(findings.map(({ about, verdict, message }) => [about.label, [verdict, message]])),
      new Map([
        ["calls", ["violated", `\`desk\` can escalate: it may ${runsFunctionAs("odd")}`]],
        ["odd", ["undetermined", unreadable]],
      ]),
    );
    assert.equal(findings.length, 2);
  });
});
