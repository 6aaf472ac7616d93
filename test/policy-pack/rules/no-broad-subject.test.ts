import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value, type ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-broad-subject";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const github = "token.actions.githubusercontent.com";
const vercel = "oidc.vercel.com";
const spire = "spire.acme.example";
const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

function trust(host: string, condition: Value, provider?: Value): Value {
  return {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: provider ?? `arn:aws:iam::111122223333:oidc-provider/${host}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: condition,
    },
  };
}

function role(assumeRolePolicy: Value): Resource {
  return resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy });
}

function like(host: string, sub: Value, audience = "sts.amazonaws.com"): Value {
  return trust(host, {
    StringEquals: { [`${host}:aud`]: audience },
    StringLike: { [`${host}:sub`]: sub },
  });
}

/** A correction for a repository of GitHub that has no ids in its subject. */
function correctedByName(sub: string): string {
  const tests = { aud: "sts.amazonaws.com", sub, repository_id: "REPOSITORY_ID" };
  const keys = Object.entries(tests).map(([claim, value]) => [`${github}:${claim}`, value]);
  return JSON.stringify({ StringEquals: Object.fromEntries(keys) as Record<string, string> });
}

function corrected(host: string, sub: string): string {
  return JSON.stringify({
    StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: sub },
  });
}

const found = { about: "triage", at: "triage: assumeRolePolicy" };
const account = corrected(eks, "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT");
const repository = corrected(
  github,
  "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
);
const open = {
  ...found,
  verdict: "undetermined" as const,
  severity: "high",
  message: "Role `triage` trusts several workloads by one value of `sub`",
  dependsOn: ["cluster"],
};
const cluster = urnOf(providerType, "cluster");

const uri = "aws:PrincipalTag/x509SAN/URI";
const cn = "aws:PrincipalTag/x509Subject/CN";
const anchor = { "aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1" };

function certificates(condition: ValueRecord, name = "triage"): Resource {
  return resource("aws:iam/role:Role", name, {
    name,
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "rolesanywhere.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        Condition: { ...condition, ArnEquals: anchor },
      },
    },
  });
}

function broadCertificate(
  name: string,
  breadth: "organisation" | "project",
  claim: string,
  value: string,
  condition: ValueRecord,
) {
  const whom = {
    organisation: "any matching certificate of one organisation",
    project: "any matching certificate of one namespace or unit",
  }[breadth];
  return {
    severity: breadth === "organisation" ? "high" : "medium",
    about: name,
    at: `${name}: assumeRolePolicy`,
    message: `Role \`${name}\` trusts ${whom}: \`${claim}\` may be \`${value}\``,
    replacement: JSON.stringify({ ...condition, ArnEquals: anchor }),
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "certificates that name one workload, whatever else they have in common",
      resources: [
        certificates({ StringEquals: { [uri]: "spiffe://acme.example/ns/desk/sa/triage" } }),
        certificates({ StringEquals: { [cn]: "triage.acme.example" } }),
        certificates({
          StringEquals: { [cn]: ["triage", "desk"], "aws:PrincipalTag/x509Subject/OU": "desk" },
        }),
        certificates({
          StringLike: { [uri]: "spiffe://acme.example/ns/desk/*" },
          StringEquals: { [cn]: "triage" },
        }),
      ],
    },
    {
      name: "certificates of which none is named, which another rule tells",
      resources: [certificates({}), certificates({ StringLike: { [uri]: "spiffe://*" } })],
    },
    { name: "an exact subject", resources: [role(like(eks, "system:serviceaccount:acme:triage"))] },
    {
      name: "a list of exact subjects",
      resources: [
        role(like(eks, ["system:serviceaccount:acme:a", "system:serviceaccount:acme:b"])),
      ],
    },
    {
      name: "a branch of one repository in the immutable form",
      resources: [role(like(github, "repo:acme@1/desk@2:ref:refs/heads/main"))],
    },
    {
      name: "a workflow alone as subject",
      resources: [
        role(like(github, "job_workflow_ref:acme/ci/.github/workflows/a.yml@refs/heads/main")),
      ],
    },
    {
      name: "an exact audience where it names the tenant",
      resources: [
        role(trust(vercel, { StringEquals: { [`${vercel}:aud`]: "https://vercel.com/acme" } })),
      ],
    },
    {
      name: "a wildcard under StringEquals, which admits nobody",
      resources: [
        role(trust(eks, { StringEquals: { [`${eks}:sub`]: "system:serviceaccount:acme:*" } })),
      ],
    },
    {
      name: "a trust without a subject, which require-subject-condition judges",
      resources: [role(trust(eks, { StringEquals: { [`${eks}:aud`]: "sts.amazonaws.com" } }))],
    },
    {
      name: "an exact subject at a provider that is not known yet",
      resources: [
        role(
          trust(
            eks,
            { StringEquals: { [`${eks}:sub`]: "system:serviceaccount:acme:triage" } },
            outputOf(cluster),
          ),
        ),
      ],
    },
    {
      name: "a document that is not known yet, which require-subject-condition tells",
      resources: [role(outputOf(cluster))],
    },
    {
      name: "an exact subject beside a condition that is not known yet",
      resources: [
        role(
          trust(eks, {
            StringEquals: { [`${eks}:sub`]: "system:serviceaccount:acme:triage" },
            StringLike: outputOf(cluster),
          }),
        ),
      ],
    },
  ],
  rejects: [
    {
      name: "certificates of a namespace, a trust domain or an organisation",
      resources: [
        certificates({ StringLike: { [uri]: "spiffe://acme.example/ns/desk/sa/*" } }, "a"),
        certificates({ StringLike: { [uri]: "spiffe://acme.example/*" } }, "b"),
        certificates({ StringEquals: { "aws:PrincipalTag/x509Subject/O": "Acme" } }, "c"),
        certificates({ StringLike: { [cn]: "desk-*" } }, "d"),
      ],
      findings: [
        broadCertificate("b", "organisation", uri, "spiffe://acme.example/*", {
          StringEquals: { [uri]: "spiffe://acme.example/PATH" },
        }),
        broadCertificate("c", "organisation", "aws:PrincipalTag/x509Subject/O", "Acme", {
          StringEquals: {
            "aws:PrincipalTag/x509Subject/O": "Acme",
            [uri]: "spiffe://TRUST_DOMAIN/PATH",
          },
        }),
        broadCertificate("a", "project", uri, "spiffe://acme.example/ns/desk/sa/*", {
          StringEquals: { [uri]: "spiffe://acme.example/ns/desk/sa/PATH" },
        }),
        broadCertificate("d", "project", cn, "desk-*", {
          StringEquals: { [cn]: "COMMON_NAME" },
        }),
      ],
    },
    {
      name: "as undetermined certificates of a namespace beside a name that is not known yet",
      resources: [
        certificates({
          StringLike: { [uri]: "spiffe://acme.example/ns/desk/*" },
          StringEquals: { [cn]: outputOf(cluster) },
        }),
      ],
      findings: [
        {
          ...open,
          message: `Role \`triage\` trusts several workloads by one value of \`${uri}\``,
        },
      ],
    },
    {
      name: "any ServiceAccount of a namespace, graded medium",
      resources: [role(like(eks, "system:serviceaccount:acme:*"))],
      findings: [
        {
          ...found,
          severity: "medium",
          message:
            "Role `triage` trusts any matching ServiceAccount of one namespace: `sub` may be `system:serviceaccount:acme:*`",
          replacement: corrected(eks, "system:serviceaccount:acme:SERVICE_ACCOUNT"),
        },
      ],
    },
    {
      name: "any namespace of a cluster, graded high",
      resources: [role(like(eks, "system:serviceaccount:*:*"))],
      findings: [
        {
          ...found,
          severity: "high",
          message:
            "Role `triage` trusts ServiceAccounts of any matching namespace: `sub` may be `system:serviceaccount:*:*`",
          replacement: account,
        },
      ],
    },
    {
      name: "anyone, graded critical",
      resources: [role(like(github, "repo:acme*"))],
      findings: [
        {
          ...found,
          severity: "critical",
          message: "Role `triage` trusts any token of GitHub Actions: `sub` may be `repo:acme*`",
          replacement: repository,
        },
      ],
    },
    {
      name: "the loosest value of a list, and keeps the exact ones in the correction",
      resources: [role(like(github, ["repo:acme/desk:environment:prod", "repo:acme/*"]))],
      findings: [
        {
          ...found,
          severity: "high",
          message:
            "Role `triage` trusts any matching repository of one owner: `sub` may be `repo:acme/*`",
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
      name: "any pull request of a repository, graded medium",
      resources: [role(like(github, "repo:acme/desk:pull_request"))],
      findings: [
        {
          ...found,
          severity: "medium",
          message:
            "Role `triage` trusts any matching ref or pull request of one repository: `sub` may be `repo:acme/desk:pull_request`",
          replacement: correctedByName("repo:acme/desk:environment:ENVIRONMENT"),
        },
      ],
    },
    {
      name: "an open audience where it names the tenant",
      resources: [
        role(trust(vercel, { StringLike: { [`${vercel}:aud`]: "https://vercel.com/*" } })),
      ],
      findings: [
        {
          ...found,
          severity: "critical",
          message: "Role `triage` trusts any token of Vercel: `aud` may be `https://vercel.com/*`",
          replacement: JSON.stringify({
            StringEquals: { [`${vercel}:aud`]: "https://vercel.com/TEAM" },
          }),
        },
      ],
    },
    {
      name: "a SPIFFE namespace at a private issuer",
      resources: [role(like(spire, "spiffe://acme.example/ns/desk/*", "sts.acme"))],
      findings: [
        {
          ...found,
          severity: "medium",
          message:
            "Role `triage` trusts any matching workload of one project: `sub` may be `spiffe://acme.example/ns/desk/*`",
          replacement: JSON.stringify({
            StringEquals: { [`${spire}:aud`]: "sts.acme", [`${spire}:sub`]: "SUBJECT" },
          }),
        },
      ],
    },
    {
      name: "a very long subject by its start",
      resources: [role(like(github, `repo:acme/*${"x".repeat(5000)}`))],
      findings: [
        {
          ...found,
          severity: "high",
          message: `Role \`triage\` trusts any matching repository of one owner: \`sub\` may be \`repo:acme/*${"x".repeat(189)}…\``,
          replacement: correctedByName("repo:acme/REPOSITORY:ref:refs/heads/BRANCH"),
        },
      ],
    },
    {
      name: "a secret subject without showing it",
      resources: [role(like(github, new Secret("repo:canary-4711/*")))],
      findings: [
        {
          ...found,
          severity: "high",
          message:
            "Role `triage` trusts any matching repository of one owner: the pattern of `sub` is secret",
          replacement: repository,
        },
      ],
    },
    {
      name: "a loose value beside one that is not known yet: alternatives only add",
      resources: [role(like(eks, ["system:serviceaccount:*:*", outputOf(cluster)]))],
      findings: [
        {
          ...found,
          severity: "high",
          message:
            "Role `triage` trusts ServiceAccounts of any matching namespace: `sub` may be `system:serviceaccount:*:*`",
          replacement: account,
        },
      ],
    },
    {
      name: "as undetermined a subject that is not known yet",
      resources: [role(like(eks, outputOf(cluster)))],
      findings: [open],
    },
    {
      name: "as undetermined a loose subject at a provider that is not known yet",
      resources: [
        role(
          trust(
            eks,
            { StringLike: { [`${eks}:sub`]: "system:serviceaccount:acme:*" } },
            outputOf(cluster),
          ),
        ),
      ],
      findings: [open],
    },
    {
      name: "as undetermined a loose subject that an action to come may let in",
      resources: [
        role({
          Statement: {
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${eks}` },
            Action: [outputOf(cluster)],
            Condition: { StringLike: { [`${eks}:sub`]: "*" } },
          },
        }),
      ],
      findings: [
        {
          ...open,
          severity: "critical",
          message: "Role `triage` trusts any token of an EKS cluster: `sub` may be `*`",
        },
      ],
    },
  ],
});
