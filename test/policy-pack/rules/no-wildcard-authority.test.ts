import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-wildcard-authority";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const lambda = { Service: "lambda.amazonaws.com" };

function role(inputs: Readonly<Record<string, Value>> = {}, principal: Value = lambda): Resource {
  return resource(roleType, "desk", {
    name: "desk",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" },
    },
    ...inputs,
  });
}

function document(...statements: readonly Value[]): Value {
  return { Version: "2012-10-17", Statement: statements };
}

function allow(action: Value, on: Value = "*", more: Readonly<Record<string, Value>> = {}): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function inline(...statements: readonly Value[]): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", {
    role: "desk",
    policy: document(...statements),
  });
}

function managed(...statements: readonly Value[]): readonly Resource[] {
  return [
    resource(policyType, "shared", { name: "shared", policy: document(...statements) }),
    attachment(outputOf(urnOf(policyType, "shared"))),
  ];
}

function attachment(policyArn: Value): Resource {
  return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
    role: "desk",
    policyArn,
  });
}

function aws(name: string): Resource {
  return attachment(`arn:aws:iam::aws:policy/${name}`);
}

const lambdaFunction = resource("aws:lambda/function:Function", "answer", {
  name: "answer",
  role: outputOf(urnOf(roleType, "desk")),
});

const found = { grade: "high", about: "calls", holder: "desk", at: "calls: policy" };
const chain = ["desk -is allowed by-> calls"];
const given = { about: "", holder: "desk", at: "gives: policyArn" };

function byAws(name: string, grade: string, message: string): Expected {
  const about = `arn:aws:iam::aws:policy/${name}`;
  return { ...given, grade, about, message, chain: [`desk -is allowed by-> ${about}`] };
}

ruleTester(rule, {
  accepts: [
    {
      name: "actions and resources that are named",
      resources: [role(), inline(allow(["s3:GetObject", "s3:Put*"], "arn:aws:s3:::acme-desk/*"))],
    },
    {
      name: "many actions of a service on everything",
      resources: [role(), inline(allow("s3:Get*"))],
    },
    {
      name: "everything that carries the caller's tag",
      resources: [
        role(),
        inline(
          allow("*", "*", {
            Condition: { StringEquals: { "aws:ResourceTag/tenant": "${aws:PrincipalTag/tenant}" } },
          }),
        ),
      ],
    },
    {
      name: "everything within a boundary that names what is allowed",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", {
          policy: document(allow("s3:GetObject", "arn:aws:s3:::acme-desk/*")),
        }),
        inline(allow("*")),
      ],
    },
    {
      name: "a service's FullAccess within a boundary that names what is allowed",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", {
          policy: document(allow("s3:GetObject", "arn:aws:s3:::acme-desk/*")),
        }),
        aws("AmazonS3FullAccess"),
      ],
    },
    {
      name: "a whole service that a Deny takes away again",
      resources: [
        role(),
        inline(allow("iam:*"), { Effect: "Deny", Action: "iam:*", Resource: "*" }),
      ],
    },
    {
      name: "NotAction under Deny",
      resources: [role(), inline({ Effect: "Deny", NotAction: "s3:*", Resource: "*" })],
    },
    {
      name: "an administrator's role that people obtain by SAML",
      resources: [
        role({}, { Federated: "arn:aws:iam::111122223333:saml-provider/people" }),
        aws("AdministratorAccess"),
      ],
    },
    {
      name: "an administrator's role that asks for a second factor",
      resources: [
        role({
          assumeRolePolicy: document({
            Effect: "Allow",
            Principal: { AWS: "111122223333" },
            Action: "sts:AssumeRole",
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          }),
        }),
        aws("AdministratorAccess"),
      ],
    },
    { name: "a policy that nobody has", resources: [managed(allow("*"))[0] as Resource] },
    {
      name: "an AWS policy of a service's needs",
      resources: [role(), aws("service-role/AWSLambdaBasicExecutionRole")],
    },
    {
      name: "administrators who are users",
      resources: [
        resource("aws:iam/user:User", "ada", { name: "ada" }),
        resource("aws:iam/policyAttachment:PolicyAttachment", "admins", {
          policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
          users: ["ada"],
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "everything on everything, with the workload that has it",
      resources: [role(), lambdaFunction, inline(allow("*"))],
      findings: [
        {
          ...found,
          message: "`desk` may do everything: statement 1 allows `*` on `*`",
          chain: ["answer -runs as-> desk", ...chain],
        },
      ],
    },
    {
      name: "everything from one address, since that narrows nothing",
      resources: [
        role(),
        inline(allow("*", "*", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })),
      ],
      findings: [
        { ...found, message: "`desk` may do everything: statement 1 allows `*` on `*`", chain },
      ],
    },
    {
      name: "everything where a tag is not another's, which holds without a tag",
      resources: [
        role(),
        inline(
          allow("*", "*", {
            Condition: { StringNotEquals: { "aws:ResourceTag/tenant": "globex" } },
          }),
        ),
      ],
      findings: [
        { ...found, message: "`desk` may do everything: statement 1 allows `*` on `*`", chain },
      ],
    },
    {
      name: "a service's whole on every resource, however its ARN is spelled",
      resources: [
        role(),
        inline(
          allow("s3:*", ["arn:aws:s3:::*"]),
          allow(
            ["dynamodb:*", "sqs:SendMessage"],
            "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "`desk` may do all that a service offers, on every resource: statement 1 allows `s3:*` on `arn:aws:s3:::*`; statement 2 allows `dynamodb:*` on `arn:aws:dynamodb:eu-west-1:111122223333:table/*`",
          chain,
        },
      ],
    },
    {
      name: "a service's whole on named resources, as medium",
      resources: [role(), inline(allow("s3:*", ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"]))],
      findings: [
        {
          ...found,
          grade: "medium",
          message:
            "`desk` may do all that a service offers on what it names: statement 1 allows `s3:*` on `arn:aws:s3:::acme`, `arn:aws:s3:::acme/*`",
          chain,
        },
      ],
    },
    {
      name: "Allow with NotAction",
      resources: [role(), inline({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })],
      findings: [
        {
          ...found,
          message:
            "`desk` may do all but what a list leaves out: statement 1 allows by `NotAction`",
          chain,
        },
      ],
    },
    {
      name: "Allow with NotResource",
      resources: [
        role(),
        inline({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::payroll/*" }),
      ],
      findings: [
        {
          ...found,
          message:
            "`desk` may do all but what a list leaves out: statement 1 allows by `NotResource`",
          chain,
        },
      ],
    },
    {
      name: "a managed policy of the stack, where it is attached",
      resources: [role(), ...managed(allow("ec2:*"))],
      findings: [
        {
          ...given,
          grade: "high",
          about: "shared",
          message:
            "`desk` may do all that a service offers, on every resource: statement 1 allows `ec2:*` on `*`",
          chain: ["desk -is allowed by-> shared"],
        },
      ],
    },
    {
      name: "an administrator's policy",
      resources: [role(), aws("AdministratorAccess")],
      findings: [
        byAws(
          "AdministratorAccess",
          "high",
          "`desk` has an administrator's policy, `AdministratorAccess`",
        ),
      ],
    },
    {
      name: "a FullAccess policy, as medium",
      resources: [role(), aws("AmazonBedrockFullAccess")],
      findings: [
        byAws(
          "AmazonBedrockFullAccess",
          "medium",
          "`desk` has all of a service by `AmazonBedrockFullAccess`",
        ),
      ],
    },
    {
      name: "a FullAccess policy that is newer than the list of them, by its name",
      resources: [role(), aws("AmazonNovelFullAccess")],
      findings: [
        byAws(
          "AmazonNovelFullAccess",
          "medium",
          "`desk` has all of a service by `AmazonNovelFullAccess`",
        ),
      ],
    },
    {
      name: "another policy of AWS that is newer than the list of them, as undetermined",
      resources: [role(), aws("AmazonNovelAccess")],
      findings: [
        {
          ...byAws(
            "AmazonNovelAccess",
            "medium",
            "undetermined: a preview cannot know what `AmazonNovelAccess` lets `desk` do: a policy of AWS's own is newer than this version knows",
          ),
          verdict: "undetermined",
        },
      ],
    },
    {
      name: "the account-wide ReadOnlyAccess, as medium",
      resources: [role(), aws("ReadOnlyAccess")],
      findings: [
        byAws("ReadOnlyAccess", "medium", "`desk` may read the whole account by `ReadOnlyAccess`"),
      ],
    },
    {
      name: "what a boundary leaves of everything when that is a whole service",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", { policy: document(allow(["s3:*", "sqs:SendMessage"])) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          message:
            "`desk` may do all that a service offers, on every resource: statement 1 allows `s3:*` on `*`",
          chain,
        },
      ],
    },
    {
      name: "everything within a boundary that is not known, as undetermined",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", { policy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: `desk` may have authority over everything: a policy is not known yet",
          chain,
          waitsFor: ["b"],
        },
      ],
    },
    {
      name: "a policy that is not known, as undetermined",
      resources: [
        role(),
        resource("aws:iam/rolePolicy:RolePolicy", "calls", {
          role: "desk",
          policy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")),
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: a preview cannot know what `calls` lets `desk` do: a policy is not known yet",
          chain,
          waitsFor: ["b"],
        },
      ],
    },
    {
      name: "everything for whom a trust policy that is not known lets in, as undetermined",
      resources: [
        role({ assumeRolePolicy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "undetermined: `desk` has authority over everything, and who may obtain it is not known yet",
          chain,
          waitsFor: ["b"],
        },
      ],
    },
  ],
});
