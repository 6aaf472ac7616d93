import rule from "../../../policy-pack/rules/no-fail-open-condition";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";
import type { Value } from "../../../core/snapshot/value";

const host = "token.actions.githubusercontent.com";
const cluster = urnOf("aws:eks/cluster:Cluster", "cluster");
const github = { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` };
const saml = { Federated: "arn:aws:iam::111122223333:saml-provider/acme" };
const pods = { Service: "pods.eks.amazonaws.com" };
const anchor = "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/a1";
const subject = "repo:acme@17/desk@4711:ref:refs/heads/main";
const audience = { [`${host}:aud`]: "sts.amazonaws.com" };
const exact = { [`${host}:sub`]: subject };
const found = { ...aboutRole, severity: "high" };

function corrected(tests: Value): string {
  return JSON.stringify({ StringEquals: tests });
}

ruleTester(rule, {
  accepts: [
    {
      name: "a subject under `StringEquals`",
      resources: [roleOf(allow(github, { StringEquals: { ...audience, ...exact } }))],
    },
    {
      name: "a negation beside a guard, which only narrows",
      resources: [
        roleOf(
          allow(github, {
            StringLike: exact,
            StringNotEquals: { [`${host}:sub`]: "repo:acme@17/desk@4711:pull_request" },
          }),
        ),
      ],
    },
    {
      name: "`IfExists` on a key that `Null` asks for",
      resources: [
        roleOf(
          allow(github, {
            StringEqualsIfExists: exact,
            Null: { [`${host}:sub`]: "false" },
          }),
        ),
      ],
    },
    {
      name: "`ForAllValues` on a key with several values",
      resources: [
        roleOf(
          allow("*", {
            "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-acme/r-root/*" },
          }),
        ),
      ],
    },
    {
      name: "`IfExists` on the subject beside the repository's id, which guards as well",
      resources: [
        roleOf(
          allow(github, {
            StringEqualsIfExists: exact,
            StringEquals: { [`${host}:repository_id`]: "4711" },
          }),
        ),
      ],
    },
    ...[
      { name: "a SAML provider", principal: saml },
      { name: "a canonical user", principal: { CanonicalUser: "79a5" } },
      { name: "a user that is gone", principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" } },
    ].map(({ name, principal }) => ({
      name: `\`IfExists\` in a trust of ${name}, for whom no key is known to be a guard`,
      resources: [
        roleOf(allow(principal, { StringEqualsIfExists: { "sts:ExternalId": "desk-1" } })),
      ],
    })),
    {
      name: "a trust without a guard, which require-subject-condition judges",
      resources: [roleOf(allow(github, { StringEquals: audience }))],
    },
    {
      name: "a Deny of one subject, which nobody wrote as a guard",
      resources: [
        roleOf(
          allow(github, { StringEquals: audience }),
          allow("*", { StringEquals: exact }, { Effect: "Deny" }),
        ),
      ],
    },
    {
      name: "a negation beside a Deny of all other subjects",
      resources: [
        roleOf(
          allow(github, { StringNotEquals: exact }),
          allow("*", { StringNotLike: { [`${host}:sub`]: "repo:acme@17/*" } }, { Effect: "Deny" }),
        ),
      ],
    },
    {
      name: "a negation in a Deny, which refuses also where the key is absent",
      resources: [
        roleOf(
          allow(github, { StringEquals: exact }),
          allow("*", { StringNotEquals: { "aws:SourceVpc": "vpc-1" } }, { Effect: "Deny" }),
        ),
      ],
    },
    {
      name: "a role that is named, under a negation that narrows it",
      resources: [
        roleOf(
          allow(
            { AWS: "arn:aws:iam::111122223333:role/broker" },
            { StringNotEquals: { "aws:SourceVpc": "vpc-1" } },
          ),
        ),
      ],
    },
    {
      name: "an account without conditions",
      resources: [roleOf(allow({ AWS: "111122223333" }))],
    },
    {
      name: "a service that acts for nobody else",
      resources: [
        roleOf(
          allow(
            { Service: "ec2.amazonaws.com" },
            { StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } },
          ),
        ),
      ],
    },
    {
      name: "a key of another issuer, which require-issuer-match judges",
      resources: [
        roleOf(allow(github, { StringEqualsIfExists: { "other.example:sub": subject } })),
      ],
    },
    {
      name: "a trust policy that is not known, which is told elsewhere",
      resources: [roleWith(notYet)],
    },
    {
      name: "a role whose trust is not given",
      resources: [resource("aws:iam/role:Role", "triage", { name: "triage" })],
    },
    {
      name: "conditions that are not known beside a subject under `IfExists`, which require-subject-condition tells",
      resources: [roleOf(allow(github, { StringEqualsIfExists: exact, StringEquals: notYet }))],
    },
  ],
  rejects: [
    {
      name: "a subject under `IfExists`, and keeps it in the correction",
      resources: [roleOf(allow(github, { StringEqualsIfExists: exact, StringEquals: audience }))],
      findings: [
        {
          ...found,
          message: `Role \`triage\` is restricted only by a test that also matches an absent key: \`StringEqualsIfExists\` on \`${host}:sub\``,
          replacement: corrected({ ...audience, ...exact }),
        },
      ],
    },
    {
      name: "a subject under `ForAllValues`, a key with one value",
      resources: [roleOf(allow(github, { "ForAllValues:StringEquals": exact }))],
      findings: [
        {
          ...found,
          message: `Role \`triage\` is restricted only by a test that also matches an absent key: \`ForAllValues:StringEquals\` on \`${host}:sub\``,
          replacement: corrected({ ...audience, ...exact }),
        },
      ],
    },
    {
      name: "a subject under a negation, which admits other customers of the issuer",
      resources: [roleOf(allow(github, { StringNotLike: { [`${host}:sub`]: "repo:evil/*" } }))],
      findings: [
        {
          ...found,
          severity: "critical",
          message: `Role \`triage\` is restricted only by a test that matches nearly every value and an absent key: \`StringNotLike\` on \`${host}:sub\``,
          replacement: corrected({
            ...audience,
            [`${host}:sub`]: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
          }),
        },
      ],
    },
    {
      name: "a subject that only has to be there",
      resources: [roleOf(allow(github, { Null: { [`${host}:sub`]: "false" } }))],
      findings: [
        {
          ...found,
          severity: "critical",
          message: `Role \`triage\` is restricted only by a test that matches nearly every value and an absent key: \`Null\` on \`${host}:sub\``,
          replacement: corrected({
            ...audience,
            [`${host}:sub`]: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
          }),
        },
      ],
    },
    {
      name: "as undetermined a subject of which it is not known whether it has to be there or absent",
      resources: [roleOf(allow(github, { Null: { [`${host}:sub`]: outputOf(cluster) } }))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          severity: "critical",
          message: `Role \`triage\` is restricted only by a test that matches nearly every value and an absent key: \`Null\` on \`${host}:sub\``,
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "everyone of an organisation under `IfExists`",
      resources: [roleOf(allow("*", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-acme" } }))],
      findings: [
        {
          ...found,
          severity: "critical",
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `aws:PrincipalOrgID`",
          replacement: corrected({ "aws:PrincipalOrgID": "o-acme" }),
        },
      ],
    },
    {
      name: "an external id under `IfExists`, from an account and from a role of it",
      resources: [
        roleOf(
          allow(
            { AWS: ["444455556666", "arn:aws:iam::444455556666:role/sync"] },
            { StringEqualsIfExists: { "sts:ExternalId": "desk-17" } },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `sts:ExternalId`",
          replacement: corrected({ "sts:ExternalId": "desk-17" }),
        },
      ],
    },
    {
      name: "pods by tags of which one is under `IfExists`",
      resources: [
        roleOf(
          allow(pods, {
            StringEquals: {
              "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/main",
              "aws:RequestTag/kubernetes-namespace": "acme",
            },
            StringEqualsIfExists: { "aws:RequestTag/kubernetes-service-account": "triage" },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `aws:RequestTag/kubernetes-service-account`",
          replacement: corrected({
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/main",
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        },
      ],
    },
    {
      name: "certificates of a trust anchor under a negation",
      resources: [
        roleOf(
          allow(
            { Service: "rolesanywhere.amazonaws.com" },
            {
              ArnNotEquals: { "aws:SourceArn": anchor },
              StringEquals: { "aws:PrincipalTag/x509SAN/URI": "spiffe://acme.example/triage" },
            },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` is restricted only by a test that matches nearly every value and an absent key: `ArnNotEquals` on `aws:SourceArn`",
          replacement: JSON.stringify({
            StringEquals: { "aws:PrincipalTag/x509SAN/URI": "spiffe://acme.example/triage" },
            ArnEquals: {
              "aws:SourceArn": "arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/TRUST_ANCHOR_ID",
            },
          }),
        },
      ],
    },
    {
      name: "an agent service by a source account under `IfExists`",
      resources: [
        roleOf(
          allow(
            { Service: "bedrock-agentcore.amazonaws.com" },
            { StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `aws:SourceAccount`",
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": "111122223333" },
            ArnLike: { "aws:SourceArn": "arn:aws:bedrock-agentcore:REGION:111122223333:*" },
          }),
        },
      ],
    },
    {
      name: "another service that tells on whose behalf it acts, which looks guarded and is not",
      resources: [
        roleOf(
          allow(
            { Service: "states.amazonaws.com" },
            { StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `aws:SourceAccount`",
          replacement: JSON.stringify({
            StringEquals: { "aws:SourceAccount": "111122223333" },
            ArnLike: { "aws:SourceArn": "arn:aws:states:REGION:111122223333:*" },
          }),
        },
      ],
    },
    {
      name: "as undetermined conditions that are not known beside an open guard",
      resources: [
        roleOf(
          allow(pods, {
            StringEqualsIfExists: { "aws:RequestTag/kubernetes-namespace": "acme" },
            StringEquals: notYet,
          }),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Role `triage` is restricted only by a test that also matches an absent key: `StringEqualsIfExists` on `aws:RequestTag/kubernetes-namespace`",
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "as undetermined an open guard that a Deny may close",
      resources: [
        roleOf(
          allow(github, { StringEqualsIfExists: exact }),
          allow(
            "*",
            { StringNotEquals: { "aws:userid": "AROA1:x", [`${host}:sub`]: subject } },
            { Effect: "Deny" },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: `Role \`triage\` is restricted only by a test that also matches an absent key: \`StringEqualsIfExists\` on \`${host}:sub\``,
          reason: "the Deny of statement 2 may prevent it",
        },
      ],
    },
  ],
});
