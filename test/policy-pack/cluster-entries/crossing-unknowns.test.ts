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
    grade: "critical",
    about: "gives",
    holder: "desk",
    at: "gives: accessScope",
    message: `undetermined: ${message}`,
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
          "a preview cannot know which access policy `gives` gives `desk` of tenant `acme` in every namespace",
          { waitsFor: ["config"] },
        ),
      ],
    },
    {
      name: "an access policy that this version does not know, as undetermined",
      resources: [...stack, gives(`${policies}AmazonAIOpsAssistantPolicy`)],
      findings: [
        undetermined(
          "`gives` gives `desk` of tenant `acme` the rights of `AmazonAIOpsAssistantPolicy` in every namespace, an access policy of Amazon EKS that this version does not know",
        ),
      ],
    },
    {
      name: "a scope that is not known, as undetermined",
      resources: [...stack, gives(`${policies}AmazonEKSViewPolicy`, notYet)],
      findings: [
        undetermined(
          "`gives` gives rights in the whole cluster or in namespaces that are not known yet to `desk` of tenant `acme`",
          { waitsFor: ["config"] },
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
          "`gives` gives `a role not known yet` of a tenant that is not known yet the rights of `AmazonAIOpsAssistantPolicy` in every namespace, an access policy of Amazon EKS that this version does not know",
          { holder: "gives#accessScope", waitsFor: [] },
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
          "`gives` gives rights in the whole cluster to `a role not known yet`, and a preview cannot know whether both are of one tenant",
          { grade: "medium", holder: "gives#accessScope", waitsFor: ["accounts"] },
        ),
      ],
    },
  ],
});
