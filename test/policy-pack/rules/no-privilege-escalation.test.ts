import assert from "node:assert/strict";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import rule from "../../../policy-pack/rules/no-privilege-escalation";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  roleType,
  policyType,
  functionType,
  account,
  aws,
  anyAccount,
  options,
  document,
  role,
  allow,
  inline,
  attachment,
  managed,
  lambda,
  roleArn,
  functionArn,
  makesFunctions,
  found,
  attaches,
  runsFunctionAs,
} from "../../support/escalating";

const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`;

ruleTester(rule, {
  accepts: [
    {
      name: "actions that change nobody's authority",
      resources: [aws, role(), inline(allow(["s3:GetObject", "iam:GetRole", "iam:ListRoles"]))],
    },
    {
      name: "policies of a role at another path than the stack's of that name has",
      resources: [
        aws,
        role(),
        role("other", { path: "/pay/" }),
        inline(allow("iam:PutRolePolicy", roleArn("other"))),
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
      name: "commands by a document of the stack, which is none of those of AWS that run any command",
      resources: [
        aws,
        role(),
        resource("aws:ssm/document:Document", "restart", {}),
        inline(
          allow("ssm:SendCommand", `arn:aws:ec2:eu-west-1:${account}:instance/i-1`),
          allow("ssm:SendCommand", outputOf(urnOf("aws:ssm/document:Document", "restart"))),
        ),
      ],
    },
    {
      name: "deleting policies of another role, where the role's own denies something",
      resources: [
        aws,
        role(),
        role("other"),
        inline(allow("iam:DeleteRolePolicy", roleArn("other")), {
          Effect: "Deny",
          Action: "s3:DeleteBucket",
          Resource: "*",
        }),
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
      name: "the boundary of a role that an output names",
      resources: [
        aws,
        role("desk", { permissionsBoundary: outputOf(urnOf(policyType, "shared")) }),
        role("other"),
        managed(allow("*")),
        inline(allow("iam:DeleteRolePermissionsBoundary", outputOf(urnOf(roleType, "other")))),
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
        found("remove its own permissions boundary (`iam:DeleteRolePermissionsBoundary` on `*`)"),
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
          `${attaches}; write the policies of a role (\`iam:PutRolePolicy\` on \`*\`); and 2 more`,
        ),
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
          "change the permissions of people in IAM Identity Center (`sso:CreateAccountAssignment` on `*`)",
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
          `remove its own permissions boundary (\`iam:PutRolePermissionsBoundary\` on \`${roleArn("desk")}\`)`,
        ),
      ],
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
  ],
});

describe("a role passed whose trust policy cannot be read", () => {
  it("counts as one that the service can assume, beside the finding on the policy", async () => {
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
      "reader aws iam could not judge `odd`: `assumeRolePolicy`: the policy document is not JSON";
    assert.deepEqual(
      new Map(findings.map(({ about, verdict, message }) => [about.label, [verdict, message]])),
      new Map([
        [
          "calls",
          ["violated", `Policy \`calls\` allows privilege escalation: ${runsFunctionAs("odd")}`],
        ],
        ["odd", ["undetermined", unreadable]],
      ]),
    );
    assert.equal(findings.length, 2);
  });
});
