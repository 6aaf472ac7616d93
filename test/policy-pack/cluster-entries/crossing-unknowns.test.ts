import type { Value } from "../../../core/snapshot/value";
import type { Resource } from "../../../core/snapshot/resource";
import rule from "../../../policy-pack/rules/no-cross-tenant-binding";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const policies = "arn:aws:eks::aws:cluster-access-policy/";
const config = resource("t:index:Config", "config", {});
const accounts = resource("pulumi:pulumi:StackReference", "accounts", {});
const notYet = outputOf(config.urn);

const tenants = ["acme", "globex"].flatMap((tenant) =>
  manifest(
    `{ apiVersion: v1, kind: Namespace, metadata: { name: ${tenant}, labels: { agentid.dev/tenant: ${tenant} } } }`,
  ),
);

const desk = resource("aws:iam/role:Role", "desk", {
  name: "desk",
  tags: { "agentid.dev/tenant": "acme" },
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  }),
});

/** What an entry gives in a cluster. */
function gives(
  policyArn: Value,
  accessScope: Value = { type: "cluster" },
  principalArn: Value = outputOf(desk.urn),
): Resource {
  const inputs = { clusterName: "prod", principalArn, policyArn, accessScope };
  return resource("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "gives", inputs);
}

function undetermined(message: string, more: Partial<Expected> = {}): Expected {
  return {
    verdict: "undetermined",
    severity: "critical",
    about: "gives",
    holder: "desk",
    at: "gives: accessScope",
    message,
    ...more,
  };
}

const stack = [...tenants, config, accounts, desk];

ruleTester(rule, {
  accepts: [
    {
      name: "an unknown access policy of a role of no tenant",
      resources: [
        ...tenants,
        config,
        gives(notYet, { type: "cluster" }, "arn:aws:iam::111122223333:role/other"),
      ],
    },
  ],
  rejects: [
    {
      name: "an access policy that is not known, as undetermined",
      resources: [...stack, gives(notYet)],
      findings: [
        undetermined(
          "AccessPolicyAssociation `gives` gives tenant `acme` permissions in every tenant's namespaces",
          { dependsOn: ["config"] },
        ),
      ],
    },
    {
      name: "an access policy that this version does not know, as undetermined",
      resources: [...stack, gives(`${policies}AmazonAIOpsAssistantPolicy`)],
      findings: [
        undetermined(
          "AccessPolicyAssociation `gives` gives tenant `acme` permissions in every tenant's namespaces",
          { reason: "this version has no access policy `AmazonAIOpsAssistantPolicy`" },
        ),
      ],
    },
    {
      name: "a scope that is not known, as undetermined",
      resources: [...stack, gives(`${policies}AmazonEKSViewPolicy`, notYet)],
      findings: [
        undetermined(
          "AccessPolicyAssociation `gives` gives tenant `acme` permissions in a namespace of another tenant",
          { dependsOn: ["config"] },
        ),
      ],
    },
    {
      name: "a role that is not known, as undetermined",
      resources: [
        ...stack,
        gives(`${policies}AmazonAIOpsAssistantPolicy`, { type: "cluster" }, notYet),
      ],
      findings: [
        undetermined(
          "AccessPolicyAssociation `gives` gives a tenant permissions in every tenant's namespaces",
          {
            holder: "gives#accessScope",
            dependsOn: [],
            reason: "this version has no access policy `AmazonAIOpsAssistantPolicy`",
          },
        ),
      ],
    },
    {
      name: "a role that another stack tells as undetermined, and milder",
      resources: [
        ...stack,
        gives(
          `${policies}AmazonEKSViewPolicy`,
          { type: "cluster" },
          outputOf(urnOf("pulumi:pulumi:StackReference", "accounts")),
        ),
      ],
      findings: [
        undetermined(
          "AccessPolicyAssociation `gives` gives a tenant permissions in every tenant's namespaces",
          { severity: "medium", holder: "gives#accessScope", dependsOn: ["accounts"] },
        ),
      ],
    },
  ],
});
