import type { Resource } from "../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-source-condition";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";

const agentcore = { Service: "bedrock-agentcore.amazonaws.com" };
const own = "111122223333";
const other = "444455556666";

/** A role whose provider has the account of the stack. */
function elsewhere(): Resource {
  return resource("aws:iam/role:Role", "ci", {
    name: "ci",
    assumeRolePolicy: {
      Statement: allow(
        { Federated: `arn:aws:iam::${own}:oidc-provider/oidc.example` },
        { StringEquals: { "oidc.example:sub": "x" } },
      ),
    },
  });
}

const tenants = {
  ...defaultSettings,
  tenants: { acme: { namespaces: [], accounts: [other], rolePaths: [], names: [] } },
};

const found = { severity: "high", ...aboutRole };
const undetermined = { ...found, verdict: "undetermined" as const, dependsOn: ["cluster"] };
const open = {
  ...found,
  message:
    "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` on behalf of any AWS account",
  replacement: JSON.stringify({
    StringEquals: { "aws:SourceAccount": "ACCOUNT" },
    ArnLike: { "aws:SourceArn": "arn:aws:bedrock-agentcore:REGION:ACCOUNT:*" },
  }),
};
const stranger = {
  ...found,
  message: `Role \`triage\` trusts account \`${other}\` outside this stack without an external id or organisation condition`,
  replacement: JSON.stringify({ StringEquals: { "sts:ExternalId": "EXTERNAL_ID" } }),
};
const unknown = {
  ...undetermined,
  message: "Role `triage` trusts services or other accounts without a condition on the source",
};

function service(condition?: Value, principal: Value = agentcore): Resource {
  return roleOf(allow(principal, condition));
}

function account(condition?: Value, principal: Value = other): Resource {
  return roleOf(allow({ AWS: principal }, condition));
}

ruleTester(rule, {
  accepts: [
    {
      name: "everyone, held to an account that is not known yet and to an external id",
      resources: [
        elsewhere(),
        account(
          {
            StringEquals: {
              "aws:PrincipalAccount": new Unknown([]),
              "sts:ExternalId": "value-Qm7vXw2Lr9",
            },
          },
          "*",
        ),
      ],
    },
    {
      name: "everyone, held to a role of the stack by an ARN that is not known yet",
      resources: [
        elsewhere(),
        account(
          {
            StringEquals: {
              "aws:PrincipalArn": outputOf(urnOf("aws:iam/role:Role", "planner")),
            },
          },
          "*",
        ),
      ],
    },
    {
      name: "an account for the service that is not known yet and has to be equal, whichever that is",
      resources: [
        service({
          StringEquals: {
            "aws:SourceAccount": outputOf(urnOf("pulumi:pulumi:StackReference", "cluster")),
          },
        }),
      ],
    },
    {
      name: "an external id that is not known yet and has to be equal, whichever that is",
      resources: [elsewhere(), account({ StringEquals: { "sts:ExternalId": notYet } })],
    },
    {
      name: "services that tell nobody on whose behalf they act",
      resources: [
        roleOf(
          ...["lambda", "ec2", "backup", "firehose", "apigateway"].map((each) =>
            allow({ Service: `${each}.amazonaws.com` }),
          ),
        ),
      ],
    },
    {
      name: "a service that is held to an external id, without which it lets nobody in",
      resources: [
        service(
          { StringEquals: { "sts:ExternalId": "7d1f-k3ep" } },
          { Service: "cognito-idp.amazonaws.com" },
        ),
      ],
    },
    {
      name: "a service for one account",
      resources: [service({ StringEquals: { "aws:SourceAccount": own } })],
    },
    {
      name: "a service for an account that a function tells, which has no answer yet",
      resources: [
        service({
          StringEquals: { "aws:SourceAccount": new Unknown() },
          ArnLike: { "aws:SourceArn": new Unknown() },
        }),
      ],
    },
    {
      name: "a service for the resources of one account",
      resources: [
        service({
          ArnLike: { "aws:SourceArn": `arn:aws:bedrock-agentcore:eu-west-1:${own}:runtime/*` },
        }),
      ],
    },
    {
      name: "a service for one organisation",
      resources: [service({ StringEquals: { "aws:SourceOrgID": "o-a1b2c3d4e5" } })],
    },
    {
      name: "a service for a resource of the stack whose ARN is not known yet",
      resources: [service({ ArnEquals: { "aws:SourceArn": notYet } })],
    },
    {
      name: "services that do not tell for whom they act",
      resources: [service(undefined, { Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] })],
    },
    {
      name: "services that have rules of their own",
      resources: [
        service(undefined, { Service: ["pods.eks.amazonaws.com", "rolesanywhere.amazonaws.com"] }),
      ],
    },
    {
      name: "another account with an external id",
      resources: [elsewhere(), account({ StringEquals: { "sts:ExternalId": "desk-1" } })],
    },
    {
      name: "an account of which nothing tells whose it is, that has to say for whom it acts",
      resources: [account({ StringLike: { "sts:SourceIdentity": "acme.*" } })],
    },
    {
      name: "another account of the organisation",
      resources: [elsewhere(), account({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })],
    },
    {
      name: "the account in which the stack's own provider is",
      resources: [elsewhere(), account(undefined, `arn:aws:iam::${own}:root`)],
    },
    {
      name: "an account that configuration names",
      resources: [elsewhere(), account()],
      settings: tenants,
    },
    {
      name: "everyone, held to the account in which the stack's own provider is",
      resources: [elsewhere(), account({ StringEquals: { "aws:PrincipalAccount": own } }, "*")],
    },
    {
      name: "everyone, whom no-public-trust tells",
      resources: [elsewhere(), account(undefined, "*")],
    },
    {
      name: "a role of the stack, by its ARN",
      resources: [
        account(undefined, outputOf(urnOf("aws:iam/role:Role", "broker"))),
        resource("aws:iam/role:Role", "broker", { name: "broker" }),
      ],
    },
  ],
  rejects: [
    {
      name: "each of two services of one statement that anyone may send, by the grade of the worse",
      resources: [
        service(undefined, {
          Service: ["states.amazonaws.com", "bedrock-agentcore.amazonaws.com"],
        }),
      ],
      findings: [
        {
          ...open,
          message:
            "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` and `states.amazonaws.com` on behalf of any AWS account",
          replacement: JSON.stringify({ StringEquals: { "aws:SourceAccount": "ACCOUNT" } }),
        },
      ],
    },
    {
      name: "of two services of two statements the one that anyone may send, by its own grade",
      resources: [
        roleOf(
          allow(agentcore, { StringEquals: { "aws:SourceAccount": own } }),
          allow({ Service: "states.amazonaws.com" }),
        ),
      ],
      findings: [
        {
          ...open,
          severity: "low",
          message:
            "Role `triage` can be assumed by `states.amazonaws.com` on behalf of any AWS account",
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": "ACCOUNT" },
            ArnLike: { "aws:SourceArn": "arn:aws:states:REGION:ACCOUNT:*" },
          }),
        },
      ],
    },
    {
      name: "each of two accounts that are not of the stack",
      resources: [elsewhere(), account(undefined, [other, "777788889999"])],
      findings: [
        {
          ...stranger,
          message: `Role \`triage\` trusts account \`${other}\` and account \`777788889999\` outside this stack without an external id or organisation condition`,
        },
      ],
    },
    {
      name: "a service by whose logs another account could write",
      resources: [service(undefined, { Service: "vpc-flow-logs.amazonaws.com" })],
      findings: [
        {
          ...open,
          severity: "low",
          message:
            "Role `triage` can be assumed by `vpc-flow-logs.amazonaws.com` on behalf of any AWS account",
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": "ACCOUNT" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:REGION:ACCOUNT:*" },
          }),
        },
      ],
    },
    { name: "an agent service for anyone", resources: [service()], findings: [open] },
    {
      name: "another service that tells for whom it acts, graded low",
      resources: [service(undefined, { Service: "states.eu-west-1.amazonaws.com" })],
      findings: [
        {
          ...open,
          severity: "low",
          message: open.message.replace("bedrock-agentcore.", "states.eu-west-1."),
          replacement: open.replacement.replace("bedrock-agentcore", "states"),
        },
      ],
    },
    {
      name: "a service for resources of any account, with the stack's own in the correction",
      resources: [
        elsewhere(),
        service({ ArnLike: { "aws:SourceArn": "arn:aws:bedrock-agentcore:*:*:runtime/*" } }),
      ],
      findings: [
        {
          ...open,
          replacement: open.replacement
            .replace("REGION:ACCOUNT:*", "*:ACCOUNT:runtime/*")
            .replaceAll("ACCOUNT", own),
        },
      ],
    },
    {
      name: "a service for anything, beside one resource that stays in the correction",
      resources: [
        elsewhere(),
        service({
          ArnLike: { "aws:SourceArn": ["*", `arn:aws:bedrock:eu-west-1:${own}:agent/A`] },
        }),
      ],
      findings: [
        {
          ...open,
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": own },
            ArnEquals: { "aws:SourceArn": `arn:aws:bedrock:eu-west-1:${own}:agent/A` },
          }),
        },
      ],
    },
    {
      name: "a service for a part of an ARN, whose service stays in the correction",
      resources: [
        elsewhere(),
        service({ StringLike: { "aws:SourceArn": ["arn:*:bedrock:*", "arn:aws:*:*:*:*"] } }),
      ],
      findings: [
        {
          ...open,
          replacement: open.replacement
            .replace("bedrock-agentcore", "bedrock")
            .replaceAll("ACCOUNT", own),
        },
      ],
    },
    {
      name: "a service for the objects of a bucket, whose ARN names no account",
      resources: [elsewhere(), service({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-*" } })],
      findings: [{ ...open, replacement: open.replacement.replaceAll("ACCOUNT", own) }],
    },
    {
      name: "a service whose account is tested under IfExists",
      resources: [service({ StringEqualsIfExists: { "aws:SourceAccount": own } })],
      findings: [
        {
          ...open,
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": own },
            ArnLike: { "aws:SourceArn": `arn:aws:bedrock-agentcore:REGION:${own}:*` },
          }),
        },
      ],
    },
    {
      name: "another account without any condition",
      resources: [elsewhere(), account()],
      findings: [stranger],
    },
    {
      name: "a role of another account",
      resources: [elsewhere(), account(undefined, `arn:aws:iam::${other}:role/vendor`)],
      findings: [stranger],
    },
    {
      name: "everyone, held to another account",
      resources: [elsewhere(), account({ StringEquals: { "aws:PrincipalAccount": other } }, "*")],
      findings: [
        {
          ...stranger,
          replacement: JSON.stringify({
            StringEquals: { "aws:PrincipalOrgID": "o-ORGANIZATION", "aws:PrincipalAccount": other },
          }),
        },
      ],
    },
    {
      name: "as undetermined everyone, held to an account that is not known yet",
      resources: [
        elsewhere(),
        account({ StringEquals: { "aws:PrincipalAccount": new Unknown([]) } }, "*"),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "triage",
          at: "triage: assumeRolePolicy",
          message:
            "Role `triage` trusts an account outside this stack without an external id or organisation condition",
        },
      ],
    },
    {
      name: "another account that has to say for whom it acts, which it chooses",
      resources: [elsewhere(), account({ StringLike: { "sts:SourceIdentity": "acme.*" } })],
      findings: [
        {
          ...stranger,
          replacement: JSON.stringify({
            StringEquals: { "sts:ExternalId": "EXTERNAL_ID" },
            StringLike: { "sts:SourceIdentity": "acme.*" },
          }),
        },
      ],
    },
    {
      name: "another account that may say anything",
      resources: [elsewhere(), account({ StringLike: { "sts:SourceIdentity": "*" } })],
      findings: [stranger],
    },
    {
      name: "an external id that may be anything",
      resources: [elsewhere(), account({ StringLike: { "sts:ExternalId": "*" } })],
      findings: [stranger],
    },
    {
      name: "an account that is not among those configured",
      resources: [account(undefined, "777788889999")],
      settings: tenants,
      findings: [{ ...stranger, message: stranger.message.replace(other, "777788889999") }],
    },
    {
      name: "as undetermined an account of which nothing tells whose it is",
      resources: [account()],
      findings: [
        {
          ...undetermined,
          message: `Role \`triage\` trusts account \`${other}\` outside this stack without an external id or organisation condition`,
          reason: "the accounts of this stack are not known",
          dependsOn: [],
        },
      ],
    },
    {
      name: "as undetermined a pattern of accounts for the service that is not known yet",
      resources: [
        service({
          StringLike: {
            "aws:SourceAccount": outputOf(urnOf("pulumi:pulumi:StackReference", "cluster")),
          },
        }),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` on behalf of any AWS account",
        },
      ],
    },
    {
      name: "as undetermined a pattern of external ids that is not known yet",
      resources: [elsewhere(), account({ StringLike: { "sts:ExternalId": notYet } })],
      findings: [
        {
          ...undetermined,
          message: `Role \`triage\` trusts account \`${other}\` outside this stack without an external id or organisation condition`,
        },
      ],
    },
    {
      name: "as undetermined a service whose statement may not allow it",
      resources: [roleOf(allow(agentcore, undefined, { Effect: notYet }))],
      findings: [
        {
          ...undetermined,
          message:
            "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` on behalf of any AWS account",
        },
      ],
    },
    {
      name: "as undetermined each service of which the pattern of accounts is not known yet, in one statement or several",
      resources: [
        roleOf(
          allow(
            { Service: ["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"] },
            {
              StringLike: {
                "aws:SourceAccount": outputOf(urnOf("pulumi:pulumi:StackReference", "cluster")),
              },
            },
          ),
          allow(
            { Service: "scheduler.amazonaws.com" },
            {
              StringLike: {
                "aws:SourceAccount": outputOf(urnOf("pulumi:pulumi:StackReference", "b")),
              },
            },
          ),
        ),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Role `triage` can be assumed by `bedrock.amazonaws.com`, `bedrock-agentcore.amazonaws.com` and `scheduler.amazonaws.com` on behalf of any AWS account",
          dependsOn: ["b", "cluster"],
        },
      ],
    },
    {
      name: "as undetermined each service whose statement may not allow it",
      resources: [
        roleOf(
          allow(agentcore, undefined, { Effect: notYet }),
          allow({ Service: "scheduler.amazonaws.com" }, undefined, { Effect: notYet }),
        ),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` and `scheduler.amazonaws.com` on behalf of any AWS account",
        },
      ],
    },
    {
      name: "for certain the service whose statement allows it, beside one whose statement may not",
      resources: [
        roleOf(
          allow(agentcore),
          allow({ Service: "scheduler.amazonaws.com" }, undefined, { Effect: notYet }),
        ),
      ],
      findings: [open],
    },
    {
      name: "as undetermined each account of which nothing tells whose it is",
      resources: [roleOf(allow({ AWS: [other, "777788889999"] }))],
      findings: [
        {
          ...undetermined,
          message: `Role \`triage\` trusts account \`${other}\` and account \`777788889999\` outside this stack without an external id or organisation condition`,
          dependsOn: [],
        },
      ],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [roleWith(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined a statement that is not known yet",
      resources: [roleOf(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined a service that is not known yet",
      resources: [service(undefined, { Service: notYet })],
      findings: [unknown],
    },
    {
      name: "as undetermined conditions that are not known yet",
      resources: [service(notYet)],
      findings: [
        {
          ...undetermined,
          message:
            "Role `triage` can be assumed by `bedrock-agentcore.amazonaws.com` on behalf of any AWS account",
        },
      ],
    },
  ],
});
