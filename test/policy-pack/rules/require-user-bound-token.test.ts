import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-user-bound-token";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const byId = "bedrock-agentcore:GetWorkloadAccessTokenForUserId";
const byToken = "bedrock-agentcore:GetWorkloadAccessTokenForJWT";
const directory =
  "arn:aws:bedrock-agentcore:eu-west-1:111122223333:workload-identity-directory/default";

function role(
  inputs: Readonly<Record<string, Value>> = {},
  principal: Value = { Service: "bedrock-agentcore.amazonaws.com" },
): Resource {
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

function allow(
  action: Value = byId,
  on: Value = [directory, `${directory}/workload-identity/desk`],
  more: Readonly<Record<string, Value>> = {},
): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function inline(policy: Value): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", { role: "desk", policy });
}

function calls(...statements: readonly Value[]): Resource {
  return inline(document(...statements));
}

function bounded(...statements: readonly Value[]): readonly Resource[] {
  return [
    role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
    resource(policyType, "boundary", { policy: document(...statements) }),
  ];
}

function attached(policyArn: Value): Resource {
  return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
    role: "desk",
    policyArn,
  });
}

const runtime = resource("aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime", "triage", {
  agentRuntimeName: "triage",
  roleArn: outputOf(urnOf(roleType, "desk")),
});

const found = {
  severity: "medium",
  about: "calls",
  holder: "desk",
  at: "calls: policy",
  chain: ["desk -is allowed by-> calls"],
  message:
    "Policy `calls` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
};
const undetermined = { ...found, verdict: "undetermined" as const };

ruleTester(rule, {
  accepts: [
    {
      name: "the token of a user who has signed in, and the workload's own",
      resources: [role(), calls(allow([byToken, "bedrock-agentcore:GetWorkloadAccessToken"]))],
    },
    {
      name: "other calls of the service on everything",
      resources: [role(), calls(allow("bedrock-agentcore:InvokeGateway", "*"))],
    },
    {
      name: "everything on resources that are no workload identities",
      resources: [role(), calls(allow("*", "arn:aws:s3:::acme-desk/*"))],
    },
    {
      name: "a call that a Deny takes away",
      resources: [
        role(),
        calls(allow("bedrock-agentcore:*", "*"), { Effect: "Deny", Action: byId, Resource: "*" }),
      ],
    },
    {
      name: "a call that the boundary does not allow",
      resources: [...bounded(allow(byToken, "*")), calls(allow("bedrock-agentcore:*", "*"))],
    },
    {
      name: "a call under a condition on a key that no such call has",
      resources: [
        role(),
        calls(allow("*", "*", { Condition: { StringLike: { "s3:prefix": "desk/*" } } })),
      ],
    },
    {
      name: "a call that only CloudFormation may make in the role's name",
      resources: [
        role(),
        calls(
          allow("*", "*", {
            Condition: {
              "ForAnyValue:StringEquals": { "aws:CalledVia": "cloudformation.amazonaws.com" },
            },
          }),
        ),
      ],
    },
    {
      name: "a role that only people obtain",
      resources: [
        role({}, { Federated: "arn:aws:iam::111122223333:saml-provider/staff" }),
        calls(allow()),
      ],
    },
    {
      name: "a managed policy that nothing is attached to",
      resources: [role(), resource(policyType, "shared", { policy: document(allow()) })],
    },
  ],
  rejects: [
    {
      name: "the call by a role that no service may call for",
      resources: [
        role(),
        calls(allow(byId, "*", { Condition: { Bool: { "aws:ViaAWSService": "false" } } })),
      ],
      findings: [found],
    },
    {
      name: "the call by its name",
      resources: [role(), calls(allow())],
      findings: [found],
    },
    {
      name: "the call in another case, and by a pattern of the three calls",
      resources: [role(), calls(allow("bedrock-agentcore:getworkloadaccesstoken*", "*"))],
      findings: [found],
    },
    {
      name: "the call of a runtime, with how it comes to it",
      resources: [role(), runtime, calls(allow())],
      findings: [{ ...found, chain: ["triage -runs as-> desk", "desk -is allowed by-> calls"] }],
    },
    {
      name: "all that a list leaves out, where the call is not in it",
      resources: [role(), calls({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })],
      findings: [found],
    },
    {
      name: "the call by a managed policy, where it is attached",
      resources: [
        role(),
        resource(policyType, "shared", { name: "shared", policy: document(allow()) }),
        attached(outputOf(urnOf(policyType, "shared"))),
      ],
      findings: [
        {
          ...found,
          about: "shared",
          at: "gives: policyArn",
          chain: ["desk -is allowed by-> shared"],
          message:
            "Policy `shared` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
        },
      ],
    },
    {
      name: "the call by a policy of AWS's own",
      resources: [role(), attached("arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess")],
      findings: [
        {
          ...found,
          about: "arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess",
          at: "gives: policyArn",
          chain: ["desk -is allowed by-> arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess"],
          message:
            "Policy `BedrockAgentCoreFullAccess` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
        },
      ],
    },
    {
      name: "the call for one user alone, as undetermined",
      resources: [
        role(),
        calls(
          allow(byId, "*", { Condition: { StringEquals: { "bedrock-agentcore:userid": "u-1" } } }),
        ),
      ],
      findings: [undetermined],
    },
    {
      name: "the call that a Deny takes away under a condition, as undetermined",
      resources: [
        role(),
        calls(allow(), {
          Effect: "Deny",
          Action: byId,
          Resource: "*",
          Condition: { StringNotEquals: { "aws:ResourceTag/team": "desk" } },
        }),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Policy `calls` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
        },
      ],
    },
    {
      name: "actions that are not known, as undetermined",
      resources: [
        role(),
        calls(allow(outputOf(urnOf("random:index/randomId:RandomId", "action")), "*")),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Policy `calls` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
          dependsOn: ["action"],
        },
      ],
    },
    {
      name: "a policy that is not known, as undetermined",
      resources: [role(), inline(outputOf(urnOf("aws:s3/bucket:Bucket", "desk")))],
      findings: [
        {
          ...undetermined,
          message:
            "Policy `calls` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "the call of a role whose trust is not known, as undetermined",
      resources: [
        role({ assumeRolePolicy: outputOf(urnOf("aws:eks/cluster:Cluster", "cluster")) }),
        calls(allow()),
      ],
      findings: [
        {
          ...undetermined,
          message:
            "Policy `calls` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
          dependsOn: ["cluster"],
        },
      ],
    },
  ],
});
