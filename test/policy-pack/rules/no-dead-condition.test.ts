import { resource } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { allow, notYet, roleOf, roleWith } from "../../support/trust";
import rule from "../../../policy-pack/rules/no-dead-condition";
import { Secret } from "../../../core/snapshot/value";
import {
  host,
  cluster,
  github,
  eks,
  broker,
  account,
  agents,
  audience,
  subject,
  exact,
  found,
  subjectIs,
  corrected,
  testsOf,
  deadSubject,
} from "../../support/dead-conditions";

const gateways = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:*";

ruleTester(rule, {
  accepts: [
    {
      name: "a wildcard under `StringLike`",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: audience,
            StringLike: { [`${host}:sub`]: "repo:acme@17/desk@4711:ref:refs/heads/*" },
          }),
        ),
      ],
    },
    {
      name: "a wildcard that takes in what every value starts with",
      resources: [
        roleOf(
          allow(github, {
            StringLike: {
              [`${host}:sub`]: ["*:acme@17/desk@4711:*", "repo:acme@17/desk@4711:ref:r*"],
            },
          }),
        ),
      ],
    },
    {
      name: "tests of one key that have a value in common",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: exact,
            StringLike: { [`${host}:sub`]: "repo:acme@17/*" },
            StringNotEquals: { [`${host}:sub`]: "repo:acme@17/desk@4711:pull_request" },
            Null: { [`${host}:sub`]: "false" },
          }),
        ),
      ],
    },
    {
      name: "a negation that guards nothing, which no-fail-open-condition judges",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: audience,
            StringNotEquals: { [`${host}:sub`]: "repo:acme@17/*" },
          }),
        ),
      ],
    },
    {
      name: "a key of another issuer, which require-issuer-match judges",
      resources: [roleOf(allow(github, { StringEquals: { "gitlab.com:sub": "desk" } }))],
    },
    {
      name: "an external id from an account",
      resources: [roleOf(allow(account, { StringEquals: { "sts:ExternalId": "desk-17" } }))],
    },
    {
      name: "an external id under `IfExists`, which holds without one",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: exact,
            StringEqualsIfExists: { "sts:ExternalId": "desk-1" },
          }),
        ),
      ],
    },
    {
      name: "a source ARN and the account it is of",
      resources: [
        roleOf(
          allow(agents, {
            StringEquals: { "aws:SourceAccount": "111122223333" },
            ArnLike: { "aws:SourceArn": gateways },
          }),
        ),
      ],
    },
    {
      name: "the ARN of a role as the caller's",
      resources: [
        roleOf(
          allow(account, {
            ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/broker" },
          }),
        ),
      ],
    },
    {
      name: "an organisation by its id, and a variable in place of an account",
      resources: [
        roleOf(
          allow(broker, {
            StringEquals: {
              "aws:PrincipalOrgID": "o-acme",
              "aws:PrincipalAccount": "${aws:ResourceAccount}",
            },
          }),
        ),
      ],
    },
    {
      name: "a Deny of one commit, which is meant for it",
      resources: [
        roleOf(
          allow(github, { StringEquals: exact }),
          allow(github, { StringEquals: { [`${host}:sha`]: "4f1c" } }, { Effect: "Deny" }),
        ),
      ],
    },
    {
      name: "an external id that is not known, which has no form to keep",
      resources: [roleOf(allow(account, { StringEquals: { "sts:ExternalId": notYet } }))],
    },
    {
      name: "a role whose trust is not given",
      resources: [resource("aws:iam/role:Role", "triage", { name: "triage" })],
    },
  ],
  rejects: [
    {
      name: "a line break that a file's text ends with",
      resources: [subjectIs(`${subject}\n`)],
      findings: [
        deadSubject(
          `${subject}\n`,
          "starts or ends with a space or line break",
          "repo:acme@17/desk@4711:ref:refs/heads/main",
        ),
      ],
    },
    {
      name: "a wildcard under `StringEquals`",
      resources: [subjectIs("repo:acme@17/*")],
      findings: [
        deadSubject(
          "repo:acme@17/*",
          "has wildcards that `StringEquals` compares literally",
          "repo:acme@17/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
        ),
      ],
    },
    {
      name: "one value of a list, and keeps the others in the correction",
      resources: [subjectIs([subject, "repo:acme@17/desk@4711:ref:refs/heads/*"])],
      findings: [
        deadSubject(
          "repo:acme@17/desk@4711:ref:refs/heads/*",
          "has wildcards that `StringEquals` compares literally",
          subject,
        ),
      ],
    },
    {
      name: "a wildcard under `StringNotEquals` beside a guard",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: exact,
            StringNotEquals: { [`${host}:sub`]: "repo:acme@17/*" },
          }),
        ),
      ],
      findings: [
        deadSubject(
          "repo:acme@17/*",
          "has wildcards that `StringNotEquals` compares literally",
          subject,
        ),
      ],
    },
    {
      name: "a wildcard under `StringEquals` in a Deny, which refuses nobody",
      resources: [
        roleOf(
          allow(github, { StringEquals: exact }),
          allow("*", { StringEquals: { [`${host}:sub`]: "repo:acme@17/*" } }, { Effect: "Deny" }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub repo:acme@17/*`,
          message: `Statement 2 of the trust policy of role \`triage\` requires \`repo:acme@17/*\` in \`${host}:sub\`, which has wildcards that \`StringEquals\` compares literally`,
        },
      ],
    },
    {
      name: "a secret value without showing it",
      resources: [subjectIs(new Secret("acme/desk"))],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `Statement 1 of the trust policy of role \`triage\` requires a secret value of \`${host}:sub\` that no later request has`,
          replacement: corrected({
            ...audience,
            [`${host}:sub`]: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
          }),
        },
      ],
    },
    {
      name: "each dead condition and value by itself",
      resources: [
        roleOf(
          allow(eks, {
            StringEquals: {
              [`${cluster}:aud`]: "sts.amazonaws.com",
              [`${cluster}:sub`]: ["system:serviceaccount:acme:triage", "triage", "desk"],
              "sts:ExternalId": "7d1f",
            },
            StringEqual: { "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1" },
          }),
          allow(eks, { StringEquals: { [`${cluster}:sub`]: "triage" } }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: StringEqual",
          message:
            "Statement 1 of the trust policy of role `triage` uses `StringEqual`, which is not an IAM condition operator",
        },
        ...[
          { dead: "desk", statement: 1, holder: "desk" },
          { dead: "triage", statement: 1, holder: "triage" },
          { dead: "triage", statement: 2, holder: "triage in statement 2" },
        ].map(({ dead, statement, holder }) => ({
          ...found,
          holder: `triage: ${cluster}:sub ${holder}`,
          message: `Statement ${statement} of the trust policy of role \`triage\` requires \`${dead}\` in \`${cluster}:sub\`, which is not of the form \`system:serviceaccount:NAMESPACE:NAME\``,
          replacement: corrected(
            testsOf(
              cluster,
              statement === 1
                ? "system:serviceaccount:acme:triage"
                : "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
            ),
          ),
        })),
        {
          ...found,
          holder: "triage: sts:ExternalId",
          message:
            "Statement 1 of the trust policy of role `triage` tests `sts:ExternalId`, which is never present in requests with a token of an OIDC provider",
        },
      ],
    },
    {
      name: "an operator for ARNs on what is none",
      resources: [
        roleOf(allow(eks, { ArnLike: { [`${cluster}:sub`]: "system:serviceaccount:*" } })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${cluster}:sub system:serviceaccount:*`,
          message: `Statement 1 of the trust policy of role \`triage\` requires \`system:serviceaccount:*\` in \`${cluster}:sub\`, which is not an ARN, as \`ArnLike\` requires`,
          replacement: corrected(
            testsOf(cluster, "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT"),
          ),
        },
      ],
    },
    {
      name: "a key without a prefix, and a test without a value",
      resources: [
        roleOf(allow(account, { StringEquals: { sub: "triage", "aws:PrincipalOrgID": [] } })),
      ],
      findings: [
        {
          ...found,
          holder: "triage: aws:PrincipalOrgID",
          message:
            "Statement 1 of the trust policy of role `triage` tests `aws:PrincipalOrgID`, which has no value to match",
        },
        {
          ...found,
          holder: "triage: sub",
          message:
            "Statement 1 of the trust policy of role `triage` tests `sub`, which is not a condition key: it has no prefix",
        },
      ],
    },
    {
      name: "tests of one key that have no value in common",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: exact,
            StringLike: { [`${host}:sub`]: "repo:globex@9/*" },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which has no value that all its tests accept`,
        },
      ],
    },
    {
      name: "a value that a negation excludes",
      resources: [
        roleOf(
          allow(github, { StringEquals: exact, StringNotEquals: { [`${host}:sub`]: subject } }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which has no value that is not excluded`,
        },
      ],
    },
    {
      name: "a key that must be both present and absent",
      resources: [
        roleOf(allow(github, { StringEquals: exact, Null: { [`${host}:sub`]: "true" } })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which must be both present and absent`,
        },
      ],
    },
    {
      name: "a source ARN of another account than the source account",
      resources: [
        roleOf(
          allow(agents, {
            StringEquals: { "aws:SourceAccount": "444455556666" },
            ArnLike: { "aws:SourceArn": gateways },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: aws:SourceArn",
          message:
            "Statement 1 of the trust policy of role `triage` tests `aws:SourceArn`, which belongs to another account than `aws:SourceAccount`",
        },
      ],
    },
    {
      name: "an operator that IAM does not have",
      resources: [
        roleOf(
          allow(github, { StringEquals: exact, StringMatches: { [`${host}:actor`]: "renovate" } }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: StringMatches",
          message:
            "Statement 1 of the trust policy of role `triage` uses `StringMatches`, which is not an IAM condition operator",
        },
      ],
    },
    {
      name: "an external id from a provider, whose tokens have none",
      resources: [
        roleOf(allow(github, { StringEquals: { ...exact, "sts:ExternalId": "desk-1" } })),
      ],
      findings: [
        {
          ...found,
          holder: "triage: sts:ExternalId",
          message:
            "Statement 1 of the trust policy of role `triage` tests `sts:ExternalId`, which is never present in requests with a token of an OIDC provider",
        },
      ],
    },
    {
      name: "an organisation by another name than its id",
      resources: [roleOf(allow(broker, { StringEquals: { "aws:PrincipalOrgID": "acme" } }))],
      findings: [
        {
          ...found,
          holder: "triage: aws:PrincipalOrgID acme",
          message:
            "Statement 1 of the trust policy of role `triage` requires `acme` in `aws:PrincipalOrgID`, which is not an organisation id such as `o-ID`",
        },
      ],
    },
    {
      name: "an account that is none",
      resources: [roleOf(allow(broker, { StringEquals: { "aws:PrincipalAccount": "acme" } }))],
      findings: [
        {
          ...found,
          holder: "triage: aws:PrincipalAccount acme",
          message:
            "Statement 1 of the trust policy of role `triage` requires `acme` in `aws:PrincipalAccount`, which is not an account id of 12 digits",
        },
      ],
    },
    {
      name: "the ARN of a session as the caller's",
      resources: [
        roleOf(
          allow(account, {
            ArnEquals: { "aws:PrincipalArn": "arn:aws:sts::111122223333:assumed-role/broker/desk" },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: aws:PrincipalArn arn:aws:sts::111122223333:assumed-role/broker/desk",
          message:
            "Statement 1 of the trust policy of role `triage` requires `arn:aws:sts::111122223333:assumed-role/broker/desk` in `aws:PrincipalArn`, which is a session ARN: the key contains the ARN of the role",
        },
      ],
    },
    {
      name: "as undetermined a trust policy that is not known",
      resources: [roleWith(notYet)],
      findings: [unknown()],
    },
    {
      name: "as undetermined conditions that are not known",
      resources: [roleOf(allow(account, { StringEquals: notYet }))],
      findings: [unknown()],
    },
    {
      name: "as undetermined a subject that is not known",
      resources: [subjectIs(notYet)],
      findings: [unknown()],
    },
    {
      name: "as undetermined an organisation that is not known",
      resources: [roleOf(allow(account, { StringEquals: { "aws:PrincipalOrgID": notYet } }))],
      findings: [unknown()],
    },
  ],
});

function unknown() {
  return {
    ...found,
    verdict: "undetermined" as const,
    message: "The trust policy of role `triage` has a condition that no later request meets",
    dependsOn: ["cluster"],
  };
}
