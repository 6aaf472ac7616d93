import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-audience-condition";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const github = "token.actions.githubusercontent.com";
const google = "accounts.google.com";
const cognito = "cognito-identity.amazonaws.com";
const exact = "system:serviceaccount:acme:triage";
const cluster = urnOf("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "cluster");

function trust(condition: Value | undefined, host = eks, provider?: Value): Value {
  return {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: provider ?? `arn:aws:iam::111122223333:oidc-provider/${host}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      ...(condition !== undefined && { Condition: condition }),
    },
  };
}

function role(assumeRolePolicy: Value): Resource {
  return resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy });
}

function corrected(sub: string): string {
  return JSON.stringify({
    StringEquals: { [`${eks}:aud`]: "sts.amazonaws.com", [`${eks}:sub`]: sub },
  });
}

const missing = {
  severity: "medium",
  about: "triage",
  at: "triage: assumeRolePolicy",
  message: `Role \`triage\` accepts tokens of an EKS cluster for any audience: no condition tests \`${eks}:aud\``,
  replacement: corrected(exact),
};
const form = corrected("system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT");
const unknown = {
  verdict: "undetermined" as const,
  severity: "medium",
  about: "triage",
  at: "triage: assumeRolePolicy",
  message: "Role `triage` accepts tokens for any audience",
  dependsOn: ["cluster"],
};

ruleTester(rule, {
  accepts: [
    {
      name: "an exact audience",
      resources: [
        role(
          trust({ StringEquals: { [`${eks}:sub`]: exact, [`${eks}:aud`]: "sts.amazonaws.com" } }),
        ),
      ],
    },
    {
      name: "an audience of several values, under ForAnyValue",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            "ForAnyValue:StringEquals": { [`${eks}:aud`]: ["sts.amazonaws.com", "vault"] },
          }),
        ),
      ],
    },
    {
      name: "an audience under `ForAllValues` or `IfExists`, which every token has",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            "ForAllValues:StringEquals": { [`${eks}:aud`]: "sts.amazonaws.com" },
          }),
        ),
        resource("aws:iam/role:Role", "desk", {
          name: "desk",
          assumeRolePolicy: trust({
            StringEquals: { [`${eks}:sub`]: exact },
            StringEqualsIfExists: { [`${eks}:aud`]: "sts.amazonaws.com" },
          }),
        }),
      ],
    },
    {
      name: "the audience of a token of Google's service accounts, which has a key of its own",
      resources: [
        role(
          trust(
            {
              StringEquals: {
                "accounts.google.com:sub": "1101694",
                "accounts.google.com:oaud": "https://acme.example",
              },
            },
            google,
            google,
          ),
        ),
      ],
    },
    {
      name: "an issuer at which the audience names the tenant, which require-subject-condition judges",
      resources: [role(trust(undefined, cognito, cognito))],
    },
    {
      name: "a subject that admits nobody",
      resources: [role(trust({ StringEquals: { [`${eks}:sub`]: "system:serviceaccount:*:*" } }))],
    },
    {
      name: "a trust of an account",
      resources: [
        role({
          Statement: {
            Effect: "Allow",
            Principal: { AWS: "111122223333" },
            Action: "sts:AssumeRole",
          },
        }),
      ],
    },
    {
      name: "an audience that is not known yet, whichever it is, where it has to be equal",
      resources: [
        role(trust({ StringEquals: { [`${eks}:sub`]: exact, [`${eks}:aud`]: outputOf(cluster) } })),
      ],
    },
    {
      name: "an audience at a provider that is not known yet",
      resources: [
        role(
          trust(
            { StringEquals: { [`${eks}:sub`]: exact, [`${eks}:aud`]: "sts.amazonaws.com" } },
            eks,
            outputOf(cluster),
          ),
        ),
      ],
    },
    {
      name: "a document that is not known yet, which require-subject-condition tells",
      resources: [role(outputOf(cluster))],
    },
  ],
  rejects: [
    {
      name: "an exact subject without an audience, graded medium",
      resources: [role(trust({ StringEquals: { [`${eks}:sub`]: exact } }))],
      findings: [missing],
    },
    {
      name: "any ServiceAccount of a namespace without an audience, graded medium",
      resources: [role(trust({ StringLike: { [`${eks}:sub`]: "system:serviceaccount:acme:*" } }))],
      findings: [
        { ...missing, replacement: corrected("system:serviceaccount:acme:SERVICE_ACCOUNT") },
      ],
    },
    {
      name: "any namespace without an audience, graded critical",
      resources: [role(trust({ StringLike: { [`${eks}:sub`]: "system:serviceaccount:*" } }))],
      findings: [{ ...missing, severity: "critical", replacement: form }],
    },
    {
      name: "no condition at all, graded critical",
      resources: [role(trust(undefined))],
      findings: [{ ...missing, severity: "critical", replacement: form }],
    },
    {
      name: "an audience that may be anything",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            StringLike: { [`${eks}:aud`]: "*" },
          }),
        ),
      ],
      findings: [
        {
          ...missing,
          message: `Role \`triage\` accepts tokens of an EKS cluster for any audience: \`${eks}:aud\` may be \`*\``,
        },
      ],
    },
    {
      name: "an audience that may be anything beside others, or anything that is not empty",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            StringLike: { [`${eks}:aud`]: ["sts.amazonaws.com", "?*"] },
          }),
        ),
      ],
      findings: [
        {
          ...missing,
          message: `Role \`triage\` accepts tokens of an EKS cluster for any audience: \`${eks}:aud\` may be \`?*\``,
        },
      ],
    },
    {
      name: "an audience that only must not be one, or that only must be there",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            StringNotEquals: { [`${eks}:aud`]: "vault" },
            Null: { [`${eks}:aud`]: "false" },
          }),
        ),
      ],
      findings: [
        {
          ...missing,
          message: `Role \`triage\` accepts tokens of an EKS cluster for nearly any audience: \`StringNotEquals\` and \`Null\` on \`${eks}:aud\` cannot restrict it`,
        },
      ],
    },
    {
      name: "Google's tokens by their subject alone, where the audience has a key of its own",
      resources: [
        role(trust({ StringEquals: { "accounts.google.com:sub": "1101694" } }, google, google)),
      ],
      findings: [
        {
          ...missing,
          message:
            "Role `triage` accepts tokens of Google for any audience: no condition tests `accounts.google.com:oaud`",
          replacement: JSON.stringify({
            StringEquals: {
              "accounts.google.com:oaud": "YOUR_AUDIENCE",
              "accounts.google.com:sub": "1101694",
            },
          }),
        },
      ],
    },
    {
      name: "GitHub's tokens without an audience, with the workflow's subject kept",
      resources: [
        role(
          trust({ StringEquals: { [`${github}:sub`]: "repo:acme/desk:environment:prod" } }, github),
        ),
      ],
      findings: [
        {
          ...missing,
          message: `Role \`triage\` accepts tokens of GitHub Actions for any audience: no condition tests \`${github}:aud\``,
          replacement: JSON.stringify({
            StringEquals: {
              [`${github}:aud`]: "sts.amazonaws.com",
              [`${github}:sub`]: "repo:acme/desk:environment:prod",
              [`${github}:repository_id`]: "REPOSITORY_ID",
            },
          }),
        },
      ],
    },
    {
      name: "a provider that is not known yet, when no claim of any is tested",
      resources: [role(trust(undefined, eks, outputOf(cluster)))],
      findings: [
        {
          severity: "critical",
          about: "triage",
          at: "triage: assumeRolePolicy",
          message:
            "Role `triage` accepts tokens of an OIDC provider for any audience: no condition tests `aud`",
        },
      ],
    },
    {
      name: "as undetermined a pattern of audiences that is not known yet, which all may fit",
      resources: [
        role(
          trust({
            StringEquals: { [`${eks}:sub`]: exact },
            StringLike: { [`${eks}:aud`]: outputOf(cluster) },
          }),
        ),
      ],
      findings: [unknown],
    },
    {
      name: "as undetermined a condition that is not known yet",
      resources: [
        role(trust({ StringEquals: { [`${eks}:sub`]: exact }, StringLike: outputOf(cluster) })),
      ],
      findings: [unknown],
    },
    {
      name: "as undetermined a subject alone at a provider that is not known yet",
      resources: [role(trust({ StringEquals: { [`${eks}:sub`]: exact } }, eks, outputOf(cluster)))],
      findings: [unknown],
    },
    {
      name: "as undetermined a statement whose effect is not known yet",
      resources: [
        role({
          Statement: {
            Effect: outputOf(cluster),
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${eks}` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { [`${eks}:sub`]: exact } },
          },
        }),
      ],
      findings: [
        {
          ...unknown,
          message:
            "Role `triage` accepts tokens of an EKS cluster for any audience: no condition tests `oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:aud`",
        },
      ],
    },
  ],
});
