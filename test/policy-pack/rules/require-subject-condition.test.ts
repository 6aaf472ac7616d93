import rule from "../../../policy-pack/rules/require-subject-condition";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const github = "token.actions.githubusercontent.com";
const pulumi = "api.pulumi.com/oidc";
const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

function trust(
  condition: Value | undefined,
  provider: Value = `arn:aws:iam::111122223333:oidc-provider/${eks}`,
): Value {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        ...(condition !== undefined && { Condition: condition }),
      },
    ],
  };
}

function role(assumeRolePolicy: Value): Resource {
  return resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy });
}

function at(host: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${host}`;
}

const audience = { [`${eks}:aud`]: "sts.amazonaws.com" };
const subject = "system:serviceaccount:acme:triage";
const form = "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT";

function corrected(sub: string): string {
  return JSON.stringify({
    StringEquals: { [`${eks}:aud`]: "sts.amazonaws.com", [`${eks}:sub`]: sub },
  });
}

const found = { severity: "critical", about: "triage", at: "triage: assumeRolePolicy" };
const none = {
  ...found,
  message: `Role \`triage\` trusts every token of an EKS cluster: no condition tests \`${eks}:sub\``,
};
const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message: "Role `triage` trusts every token of an OIDC provider",
};

ruleTester(rule, {
  accepts: [
    {
      name: "an exact subject",
      resources: [role(trust({ StringEquals: { ...audience, [`${eks}:sub`]: subject } }))],
    },
    {
      name: "a broad subject, which no-broad-subject judges",
      resources: [role(trust({ StringLike: { [`${eks}:sub`]: "*" } }))],
    },
    {
      name: "an issuer at which the audience names the tenant",
      resources: [role(trust({ StringEquals: { [`${pulumi}:aud`]: "acme" } }, at(pulumi)))],
    },
    {
      name: "a repository's id at GitHub, which names it as the subject does",
      resources: [
        role(trust({ StringEquals: { [`${github}:repository_id`]: "4711" } }, at(github))),
      ],
    },
    {
      name: "a key of another issuer, which shuts the door",
      resources: [role(trust({ StringEquals: { "other.example:sub": subject } }))],
    },
    {
      name: "a trust without web identity",
      resources: [
        role({
          Statement: { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:*" },
        }),
      ],
    },
    {
      name: "a role whose trust is not given",
      resources: [resource("aws:iam/role:Role", "triage", { name: "triage" })],
    },
    {
      name: "an exact subject at a provider that is not known yet: no other comes in by it",
      resources: [
        role(
          trust(
            { StringEquals: { ...audience, [`${eks}:sub`]: subject } },
            outputOf(urnOf(providerType, "cluster")),
          ),
        ),
      ],
    },
  ],
  rejects: [
    {
      name: "a trust that tests the audience alone",
      resources: [role(trust({ StringEquals: audience }))],
      findings: [{ ...none, replacement: corrected(form) }],
    },
    {
      name: "a trust that tests nothing, given as JSON text",
      resources: [role(JSON.stringify(trust(undefined)))],
      findings: [{ ...none, replacement: corrected(form) }],
    },
    {
      name: "a trust of a ServiceAccount in the stack, with its subject in the correction",
      resources: [
        resource("aws:iam/role:Role", "triage", {
          name: "triage",
          assumeRolePolicy: trust({ StringEquals: audience }),
        }),
        ...manifest(`
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: acme
  name: triage
  annotations: { eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/triage" }
`).map((account) => ({
          ...account,
          inputs: {
            ...account.inputs,
            metadata: {
              namespace: "acme",
              name: "triage",
              annotations: {
                "eks.amazonaws.com/role-arn": outputOf(urnOf("aws:iam/role:Role", "triage")),
              },
            },
          },
        })),
      ],
      findings: [{ ...none, replacement: corrected(subject) }],
    },
    {
      name: "a subject under IfExists, graded high",
      resources: [role(trust({ StringEqualsIfExists: { [`${eks}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          severity: "high",
          message: `Role \`triage\` tests \`${eks}:sub\` only with \`StringEqualsIfExists\`, which cannot name a workload`,
          replacement: corrected(subject),
        },
      ],
    },
    {
      name: "a subject under a negation, which admits all others",
      resources: [
        role(trust({ StringNotLike: { [`${eks}:sub`]: "system:serviceaccount:kube-*" } })),
      ],
      findings: [
        {
          ...found,
          message: `Role \`triage\` tests \`${eks}:sub\` only with \`StringNotLike\`, which cannot name a workload`,
          replacement: corrected(form),
        },
      ],
    },
    {
      name: "a key of another issuer under IfExists, which leaves the door open",
      resources: [role(trust({ StringEqualsIfExists: { "other.example:sub": subject } }))],
      findings: [{ ...none, replacement: corrected(form) }],
    },
    {
      name: "a subject without audience where the audience names the tenant",
      resources: [
        role(trust({ StringEquals: { [`${pulumi}:sub`]: "pulumi:deploy:org:acme" } }, at(pulumi))),
      ],
      findings: [
        {
          ...found,
          message: `Role \`triage\` trusts every token of Pulumi Cloud: no condition tests \`${pulumi}:aud\``,
          replacement: JSON.stringify({
            StringEquals: {
              [`${pulumi}:aud`]: "aws:ORGANIZATION",
              [`${pulumi}:sub`]: "pulumi:deploy:org:acme",
            },
          }),
        },
      ],
    },
    {
      name: "a provider that is not known yet, when no claim of any is tested",
      resources: [role(trust(undefined, outputOf(urnOf(providerType, "cluster"))))],
      findings: [
        {
          ...found,
          message:
            "Role `triage` trusts every token of an OIDC provider: no condition tests a claim of its issuer",
        },
      ],
    },
    {
      name: "a provider made in the stack by its URL",
      resources: [
        resource(providerType, "cluster", { url: `https://${eks}`, clientIdLists: ["x"] }),
        role(trust({ StringEquals: audience }, outputOf(urnOf(providerType, "cluster")))),
      ],
      findings: [{ ...none, replacement: corrected(form) }],
    },
    {
      name: "as undetermined a document that is not known yet",
      resources: [role(outputOf(urnOf(providerType, "cluster")))],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
    {
      name: "as undetermined a statement that is not known yet",
      resources: [role({ Statement: [outputOf(urnOf(providerType, "cluster"))] })],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
    {
      name: "as undetermined a condition that is not known yet",
      resources: [role(trust(outputOf(urnOf(providerType, "cluster"))))],
      findings: [{ ...unknown, dependsOn: ["cluster"] }],
    },
    {
      name: "as undetermined a trust that a Deny may narrow",
      resources: [
        role({
          Statement: [
            ...(trust({ StringEquals: audience }) as { Statement: Value[] }).Statement,
            {
              Effect: "Deny",
              Principal: "*",
              Action: "sts:*",
              Condition: {
                StringNotEquals: { "aws:userid": "AROA1:x", [`${eks}:sub`]: subject },
              },
            },
          ],
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Role `triage` trusts every token of an EKS cluster: no condition tests `oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub`",
          reason: "the Deny of statement 2 may prevent it",
        },
      ],
    },
  ],
});
