import type { Resource } from "../../../../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../../../../core/snapshot/value";
import rule from "../../../../../policy-pack/rules/no-wildcard-authority";
import { outputOf, resource, urnOf } from "../../../../support/resources";
import { ruleTester } from "../../../../support/rule-tester";

const roleType = "aws:iam/role:Role";
const tickets = urnOf("aws:s3/bucket:Bucket", "tickets");

const role = resource(roleType, "search", {
  name: "search",
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  },
});

/** A role's policy, unknown in a preview, as the child of a component. */
function madeBy(type: string, inputs: ValueRecord, name = "search"): readonly Resource[] {
  const parent = resource(type, "search", inputs, { custom: false });
  const policy = resource(
    "aws:iam/rolePolicy:RolePolicy",
    name,
    { role: outputOf(role.urn), policy: new Unknown([tickets]) },
    { parent: parent.urn },
  );
  return [role, parent, policy];
}

function permitting(action: string, ...more: readonly Value[]): ValueRecord {
  return { permissions: [{ actions: [action], resources: [outputOf(tickets)] }, ...more] };
}

const unknown = {
  verdict: "undetermined",
  severity: "high",
  about: "search",
  holder: "search",
  at: "search: policy",
  message: "Policy `search` allows every action of a service, or more",
  chain: ["search -is allowed by-> search"],
  dependsOn: ["tickets"],
} as const;

ruleTester(rule, {
  accepts: [
    {
      name: "a policy of ours with an ARN that is to come, as its actions are declared",
      resources: madeBy("agentid:index:Tool", permitting("s3:GetObject")),
    },
    {
      name: "a policy of ours that has conditions, a direct call, an outbound call and a proof of identity",
      resources: madeBy("agentid:index:Agent", {
        ...permitting("s3:GetObject", {
          actions: ["s3:PutObject"],
          resources: [outputOf(tickets)],
          conditions: [{ test: "StringEquals", variable: "aws:SourceVpce", values: ["vpce-1"] }],
        }),
        grants: [{ tool: { name: "crm" }, direct: true }],
        outbound: { audience: "https://api.openai.com/v1" },
        subject: { agentCore: {} },
      }),
    },
    {
      name: "the policy by which a LegacyTool reads its key",
      resources: madeBy("agentid:index:LegacyTool", {}, "search-key"),
    },
    {
      name: "a policy of ours whose grants are to come, as these can add calls of single tools alone",
      resources: madeBy("agentid:index:Agent", {
        ...permitting("s3:GetObject"),
        grants: [outputOf(urnOf("pulumi:pulumi:StackReference", "tools"))],
      }),
    },
  ],
  rejects: [
    {
      name: "a declaration of a whole service, though the resource is to come",
      resources: madeBy("agentid:index:Tool", {
        permissions: [{ actions: ["s3:*"], resources: ["*", outputOf(tickets)] }],
      }),
      findings: [
        {
          severity: "high",
          about: "search",
          holder: "search",
          at: "search: policy",
          message:
            "Policy `search` allows every action of a service on every resource: `s3:*` on `*` (statement 1)",
          chain: ["search -is allowed by-> search"],
        },
      ],
    },
    {
      name: "as not known a policy of a component that is not ours",
      resources: madeBy("acme:index:Tool", permitting("s3:GetObject")),
      findings: [unknown],
    },
    {
      name: "as not known a policy of ours that a component declares nothing of",
      resources: madeBy("agentid:index:Tool", { permissions: [] }),
      findings: [unknown],
    },
    {
      name: "as not known a policy that our components do not make",
      resources: madeBy("agentid:index:Tool", permitting("s3:GetObject"), "other"),
      findings: [
        {
          ...unknown,
          about: "other",
          at: "other: policy",
          message: unknown.message.replace("`search`", "`other`"),
          chain: ["search -is allowed by-> other"],
        },
      ],
    },
  ],
});
