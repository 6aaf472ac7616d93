import { resource } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";
import rule from "../../../policy-pack/rules/no-dead-condition";
import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value } from "../../../core/snapshot/value";

const host = "token.actions.githubusercontent.com";
const cluster = "oidc.eks.eu-west-1.amazonaws.com/id/AB12";
const github = providerOf(host);
const eks = providerOf(cluster);
const gitlab = providerOf("gitlab.com");
const terraform = providerOf("app.terraform.io");
const google = providerOf("accounts.google.com");
const spiffeHost = "oidc.spire.acme.example";
const spire = providerOf(spiffeHost);
const bitbucketHost = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
const bitbucket = providerOf(bitbucketHost);
const circleHost = "oidc.circleci.com/org/1-2-3";
const circle = providerOf(circleHost);
const saml = { Federated: "arn:aws:iam::111122223333:saml-provider/acme" };
const broker = { AWS: "arn:aws:iam::111122223333:role/broker" };
const account = { AWS: "111122223333" };
const agents = { Service: "bedrock-agentcore.amazonaws.com" };
const pods = { Service: "pods.eks.amazonaws.com" };
const audience = { [`${host}:aud`]: "sts.amazonaws.com" };
const subject = "repo:acme@17/desk@4711:ref:refs/heads/main";
const exact = { ...audience, [`${host}:sub`]: subject };
const found = { ...aboutRole, grade: "medium" };
const gateways = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:*";

function providerOf(issuer: string): Value {
  return { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` };
}

function subjectIs(subjects: Value): Resource {
  return roleOf(allow(github, { StringEquals: { ...audience, [`${host}:sub`]: subjects } }));
}

function corrected(tests: Value): string {
  return JSON.stringify({ StringEquals: tests });
}

/** Tests of a token's audience and subject at an issuer. */
function testsOf(issuer: string, subjects: string) {
  return { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subjects };
}

/** A subject of GitHub that is dead: why, and what is put in its place. */
function deadSubject(dead: string, because: string, replacement: string) {
  return {
    ...found,
    holder: `triage: ${host}:sub ${dead}`,
    message: `statement 1 of the trust of \`triage\` asks for \`${dead}\` in \`${host}:sub\`, which ${because}`,
    replacement: corrected({ ...audience, [`${host}:sub`]: replacement }),
  };
}

ruleTester(rule, {
  accepts: [
    { name: "a subject as tokens have it", resources: [subjectIs(subject)] },
    {
      name: "a subject in other case where case does not matter",
      resources: [
        roleOf(
          allow(github, {
            StringEqualsIgnoreCase: {
              [`${host}:sub`]: "REPO:ACME@17/DESK@4711:REF:REFS/HEADS/MAIN",
            },
          }),
        ),
      ],
    },
    {
      name: "a custom property of an organisation in a subject",
      resources: [subjectIs("repo:acme@17/desk@4711:repo_property_tier:prod")],
    },
    {
      name: "several subjects as tokens have them",
      resources: [subjectIs([subject, "repo:acme@17/desk@4711:pull_request"])],
    },
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
      name: "a run under a wildcard",
      resources: [
        roleOf(
          allow(github, { StringLike: { [`${host}:sub`]: "repo:acme@17/desk@4711:run_id:*" } }),
        ),
      ],
    },
    {
      name: "a ref of GitLab, which leaves out `refs/`",
      resources: [
        roleOf(
          allow(gitlab, {
            StringEquals: { "gitlab.com:sub": "project_path:acme/desk:ref_type:branch:ref:main" },
          }),
        ),
      ],
    },
    {
      name: "claims of GitHub that STS looks at",
      resources: [
        roleOf(
          allow(github, {
            StringEquals: { ...exact, [`${host}:environment`]: "prod", [`${host}:ref`]: "main" },
          }),
        ),
      ],
    },
    {
      name: "a run phase of Terraform that differs",
      resources: [
        roleOf(
          allow(terraform, {
            StringLike: {
              "app.terraform.io:sub": "organization:acme:project:p:workspace:w:run_phase:*",
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
    {
      name: "a wildcard in what the subject of every ServiceAccount starts with",
      resources: [
        roleOf(allow(eks, { StringLike: { [`${cluster}:sub`]: "system:*:acme:triage" } })),
      ],
    },
    {
      name: "a SPIFFE ID, and one that ends in any way",
      resources: [
        roleOf(
          allow(spire, {
            StringLike: {
              [`${spiffeHost}:sub`]: [
                "spiffe://acme.example/ns/desk/sa/triage",
                "spiffe://acme.example/*",
              ],
            },
          }),
        ),
      ],
    },
    {
      name: "a subject of Google by its number",
      resources: [
        roleOf(
          allow(google, { StringEquals: { "accounts.google.com:sub": "110169484474386276334" } }),
        ),
      ],
    },
    {
      name: "any step of an environment at Bitbucket",
      resources: [
        roleOf(
          allow(bitbucket, { StringLike: { [`${bitbucketHost}:sub`]: "{desk-1}:{main-2}:*" } }),
        ),
      ],
    },
  ],
  rejects: [
    {
      name: "a line break that a file's text ends with",
      resources: [subjectIs(`${subject}\n`)],
      findings: [
        deadSubject(
          `${subject}\n`,
          "has a space or line break at its start or end",
          "repo:acme@17/desk@4711:ref:refs/heads/BRANCH",
        ),
      ],
    },
    {
      name: "a trust domain in capitals",
      resources: [
        roleOf(
          allow(spire, {
            StringEquals: testsOf(spiffeHost, "spiffe://Acme.example/ns/acme/sa/desk"),
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${spiffeHost}:sub spiffe://Acme.example/ns/acme/sa/desk`,
          message: `statement 1 of the trust of \`triage\` asks for \`spiffe://Acme.example/ns/acme/sa/desk\` in \`${spiffeHost}:sub\`, which has capitals in its trust domain, which SPIFFE writes in lowercase`,
          replacement: corrected(testsOf(spiffeHost, "SUBJECT")),
        },
      ],
    },
    {
      name: "a subject that has to be absent, which each token has",
      resources: [
        roleOf(allow(github, { StringEquals: audience, Null: { [`${host}:sub`]: "true" } })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which is always there when the token of a provider asks`,
        },
      ],
    },
    {
      name: "a wildcard under `StringEquals`",
      resources: [subjectIs("repo:acme@17/*")],
      findings: [
        deadSubject(
          "repo:acme@17/*",
          "takes its wildcards for themselves under `StringEquals`",
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
          "takes its wildcards for themselves under `StringEquals`",
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
          "takes its wildcards for themselves under `StringNotEquals`",
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
          message: `statement 2 of the trust of \`triage\` asks for \`repo:acme@17/*\` in \`${host}:sub\`, which takes its wildcards for themselves under \`StringEquals\``,
        },
      ],
    },
    {
      name: "a ref of GitHub without `refs/`",
      resources: [subjectIs("repo:acme@17/desk@4711:ref:main")],
      findings: [
        deadSubject(
          "repo:acme@17/desk@4711:ref:main",
          "has a ref that does not start with `refs/`",
          "repo:acme@17/desk@4711:ref:refs/heads/BRANCH",
        ),
      ],
    },
    {
      name: "a subject of GitHub without a claim's name",
      resources: [subjectIs("acme/desk")],
      findings: [
        deadSubject(
          "acme/desk",
          "has no claim `acme/desk`",
          "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
        ),
      ],
    },
    {
      name: "a subject that names one run",
      resources: [subjectIs("repo:acme@17/desk@4711:run_id:12")],
      findings: [
        deadSubject(
          "repo:acme@17/desk@4711:run_id:12",
          "names one run or commit",
          "repo:acme@17/desk@4711:ref:refs/heads/BRANCH",
        ),
      ],
    },
    {
      name: "a claim of a commit, which STS does not look at, and leaves it out of the correction",
      resources: [roleOf(allow(github, { StringEquals: { ...exact, [`${host}:sha`]: "4f1c" } }))],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sha`,
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sha\`, which STS does not look at in a token of GitHub Actions`,
          replacement: corrected(exact),
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
          message: `statement 1 of the trust of \`triage\` asks for a secret value in \`${host}:sub\`, which no request has, or those of one run alone`,
          replacement: corrected({
            ...audience,
            [`${host}:sub`]: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
          }),
        },
      ],
    },
    {
      name: "a ref of GitLab with `refs/`",
      resources: [
        roleOf(
          allow(gitlab, {
            StringEquals: {
              "gitlab.com:aud": "https://gitlab.com",
              "gitlab.com:sub": "project_id:17:ref_type:branch:ref:refs/heads/main",
            },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: gitlab.com:sub project_id:17:ref_type:branch:ref:refs/heads/main",
          message:
            "statement 1 of the trust of `triage` asks for `project_id:17:ref_type:branch:ref:refs/heads/main` in `gitlab.com:sub`, which has a ref with `refs/`, which GitLab leaves out",
          replacement: corrected({
            "gitlab.com:aud": "https://gitlab.com",
            "gitlab.com:sub": "project_id:17:ref_type:branch:ref:main",
          }),
        },
      ],
    },
    {
      name: "a claim of GitLab that is no condition key of STS, at a GitLab of its own too",
      resources: [
        roleOf(
          ...["gitlab.com", "gitlab.acme.example"].map((issuer) =>
            allow(providerOf(issuer), {
              StringEquals: {
                [`${issuer}:aud`]: `https://${issuer}`,
                [`${issuer}:sub`]: "project_id:17:ref_type:branch:ref:main",
                [`${issuer}:environment`]: "prod",
              },
            }),
          ),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: gitlab.acme.example:environment",
          message:
            "statement 2 of the trust of `triage` tests `gitlab.acme.example:environment`, which STS does not look at in a token of a GitLab of its own",
          replacement: JSON.stringify({
            StringEquals: {
              "gitlab.acme.example:aud": "https://gitlab.acme.example",
              "gitlab.acme.example:sub": "project_id:17:ref_type:branch:ref:main",
            },
          }),
        },
        {
          ...found,
          holder: "triage: gitlab.com:environment",
          message:
            "statement 1 of the trust of `triage` tests `gitlab.com:environment`, which STS does not look at in a token of GitLab.com",
          replacement: JSON.stringify({
            StringEquals: {
              "gitlab.com:aud": "https://gitlab.com",
              "gitlab.com:sub": "project_id:17:ref_type:branch:ref:main",
            },
          }),
        },
      ],
    },
    {
      name: "a subject of Terraform without a run phase",
      resources: [
        roleOf(
          allow(terraform, {
            StringEquals: {
              "app.terraform.io:aud": "aws.workload.identity",
              "app.terraform.io:sub": "organization:acme:project:p:workspace:w",
            },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: app.terraform.io:sub organization:acme:project:p:workspace:w",
          message:
            "statement 1 of the trust of `triage` asks for `organization:acme:project:p:workspace:w` in `app.terraform.io:sub`, which does not look like `organization:…:project:…:workspace:…:run_phase:plan`",
          replacement: corrected({
            "app.terraform.io:aud": "aws.workload.identity",
            "app.terraform.io:sub": "organization:acme:project:p:workspace:w:run_phase:PHASE",
          }),
        },
      ],
    },
    ...[
      {
        name: "a subject of a cluster that is no ServiceAccount",
        host: cluster,
        dead: "system:node:worker",
        because: "is no `system:serviceaccount:NAMESPACE:NAME`",
        replacement: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
      },
      {
        name: "a subject of Google that is an address",
        host: "accounts.google.com",
        dead: "triage@acme.example",
        because: "is no numeric id, which Google's subjects are",
        replacement: "SUBJECT",
      },
      {
        name: "a SPIFFE ID that is none",
        host: spiffeHost,
        dead: "spiffe://acme.example//triage",
        because: "is no SPIFFE ID",
        replacement: "SUBJECT",
      },
      {
        name: "a subject of GitLab that starts with another claim",
        host: "gitlab.acme.example",
        dead: "user_login:renovate",
        because: "does not start with `project_path:` or `project_id:`",
        replacement: "project_id:PROJECT_ID:ref_type:branch:ref:BRANCH",
      },
      {
        name: "a kind of ref that GitLab does not have",
        host: "gitlab.com",
        dead: "project_id:17:ref_type:commit:ref:main",
        because: "has a `ref_type` other than `branch` and `tag`",
        replacement: "project_id:17:ref_type:branch:ref:main",
      },
    ].map((each) => ({
      name: each.name,
      resources: [
        roleOf(allow(providerOf(each.host), { StringEquals: testsOf(each.host, each.dead) })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${each.host}:sub ${each.dead}`,
          message: `statement 1 of the trust of \`triage\` asks for \`${each.dead}\` in \`${each.host}:sub\`, which ${each.because}`,
          replacement: corrected(testsOf(each.host, each.replacement)),
        },
      ],
    })),
    {
      name: "one step of Bitbucket, which has an id of its own in each run",
      resources: [
        roleOf(
          allow(bitbucket, { StringEquals: testsOf(bitbucketHost, "{desk-1}:{main-2}:{step-3}") }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${bitbucketHost}:sub {desk-1}:{main-2}:{step-3}`,
          message: `statement 1 of the trust of \`triage\` asks for \`{desk-1}:{main-2}:{step-3}\` in \`${bitbucketHost}:sub\`, which names one run or commit`,
          replacement: JSON.stringify({
            StringEquals: { [`${bitbucketHost}:aud`]: "sts.amazonaws.com" },
            StringLike: { [`${bitbucketHost}:sub`]: "{desk-1}:{main-2}:*" },
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
            "statement 1 of the trust of `triage` has `StringEqual`, which is no operator of IAM",
        },
        ...[
          { dead: "desk", statement: 1, holder: "desk" },
          { dead: "triage", statement: 1, holder: "triage" },
          { dead: "triage", statement: 2, holder: "triage in statement 2" },
        ].map(({ dead, statement, holder }) => ({
          ...found,
          holder: `triage: ${cluster}:sub ${holder}`,
          message: `statement ${statement} of the trust of \`triage\` asks for \`${dead}\` in \`${cluster}:sub\`, which is no \`system:serviceaccount:NAMESPACE:NAME\``,
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
            "statement 1 of the trust of `triage` tests `sts:ExternalId`, which is never there when the token of a provider asks",
        },
      ],
    },
    {
      name: "a subject of another organisation than its issuer at CircleCI",
      resources: [
        roleOf(
          allow(circle, { StringEquals: { [`${circleHost}:sub`]: "org/9/project/4/user/7" } }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${circleHost}:sub org/9/project/4/user/7`,
          message: `statement 1 of the trust of \`triage\` asks for \`org/9/project/4/user/7\` in \`${circleHost}:sub\`, which is of another organisation than the issuer`,
          replacement: JSON.stringify({
            StringEquals: { [`${circleHost}:aud`]: "1-2-3" },
            StringLike: {
              [`${circleHost}:sub`]:
                "org/1-2-3/project/4/user/*/vcs-origin/VCS_ORIGIN/vcs-ref/refs/heads/BRANCH",
            },
          }),
        },
      ],
    },
    {
      name: "a subject without a project at CircleCI",
      resources: [
        roleOf(allow(circle, { StringEquals: { [`${circleHost}:sub`]: "org/1-2-3/user/7" } })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${circleHost}:sub org/1-2-3/user/7`,
          message: `statement 1 of the trust of \`triage\` asks for \`org/1-2-3/user/7\` in \`${circleHost}:sub\`, which does not look like \`org/…/project/…\``,
          replacement: JSON.stringify({
            StringEquals: { [`${circleHost}:aud`]: "1-2-3" },
            StringLike: {
              [`${circleHost}:sub`]:
                "org/1-2-3/project/PROJECT_ID/user/*/vcs-origin/VCS_ORIGIN/vcs-ref/refs/heads/BRANCH",
            },
          }),
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
          message: `statement 1 of the trust of \`triage\` asks for \`system:serviceaccount:*\` in \`${cluster}:sub\`, which is no ARN, and \`ArnLike\` fits nothing else`,
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
            "statement 1 of the trust of `triage` tests `aws:PrincipalOrgID`, which is given no value to have",
        },
        {
          ...found,
          holder: "triage: sub",
          message:
            "statement 1 of the trust of `triage` tests `sub`, which is no condition key: it has no prefix",
        },
      ],
    },
    {
      name: "a ServiceAccount without a namespace",
      resources: [
        roleOf(
          allow(eks, {
            StringEquals: {
              [`${cluster}:aud`]: "sts.amazonaws.com",
              [`${cluster}:sub`]: "system:serviceaccount:triage",
            },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${cluster}:sub system:serviceaccount:triage`,
          message: `statement 1 of the trust of \`triage\` asks for \`system:serviceaccount:triage\` in \`${cluster}:sub\`, which names no ServiceAccount of a namespace`,
          replacement: corrected({
            [`${cluster}:aud`]: "sts.amazonaws.com",
            [`${cluster}:sub`]: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
          }),
        },
      ],
    },
    {
      name: "a pod by its id",
      resources: [
        roleOf(
          allow(pods, {
            StringEquals: {
              "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/main",
              "aws:RequestTag/kubernetes-namespace": "acme",
              "aws:RequestTag/kubernetes-service-account": "triage",
              "aws:RequestTag/kubernetes-pod-uid": "be1b1c9e",
            },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: "triage: aws:RequestTag/kubernetes-pod-uid be1b1c9e",
          message:
            "statement 1 of the trust of `triage` asks for `be1b1c9e` in `aws:RequestTag/kubernetes-pod-uid`, which names one pod, which is gone when its controller makes the next",
          replacement: corrected({
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/main",
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
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
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which has no value that all its tests take`,
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
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which has no value that is not excluded`,
        },
      ],
    },
    {
      name: "a key that has to be there and to be absent",
      resources: [
        roleOf(allow(github, { StringEquals: exact, Null: { [`${host}:sub`]: "true" } })),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which has to be there and to be absent`,
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
            "statement 1 of the trust of `triage` tests `aws:SourceArn`, which is of another account than `aws:SourceAccount`",
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
            "statement 1 of the trust of `triage` has `StringMatches`, which is no operator of IAM",
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
            "statement 1 of the trust of `triage` tests `sts:ExternalId`, which is never there when the token of a provider asks",
        },
      ],
    },
    {
      name: "a claim of a token from a role, which brings none",
      resources: [roleOf(allow(broker, { StringEquals: { [`${host}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which is never there when a caller of an account asks`,
        },
      ],
    },
    ...[
      { name: "a SAML provider", principal: saml, asks: "a SAML assertion" },
      { name: "an AWS service", principal: agents, asks: "`bedrock-agentcore.amazonaws.com`" },
      {
        name: "a service that is a secret text, without showing it",
        principal: { Service: new Secret("k3pt-qu1et") },
        asks: "a service",
      },
      {
        name: "a user that is gone",
        principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" },
        asks: "the principal",
      },
      { name: "a canonical user", principal: { CanonicalUser: "79a5" }, asks: "the principal" },
    ].map(({ name, principal, asks }) => ({
      name: `a claim of a token from ${name}, which brings none`,
      resources: [roleOf(allow(principal, { StringEquals: { [`${host}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `statement 1 of the trust of \`triage\` tests \`${host}:sub\`, which is never there when ${asks} asks`,
        },
      ],
    })),
    {
      name: "an organisation by another name than its id",
      resources: [roleOf(allow(broker, { StringEquals: { "aws:PrincipalOrgID": "acme" } }))],
      findings: [
        {
          ...found,
          holder: "triage: aws:PrincipalOrgID acme",
          message:
            "statement 1 of the trust of `triage` asks for `acme` in `aws:PrincipalOrgID`, which is no organisation such as `o-ID`",
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
            "statement 1 of the trust of `triage` asks for `acme` in `aws:PrincipalAccount`, which is no account of 12 digits",
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
            "statement 1 of the trust of `triage` asks for `arn:aws:sts::111122223333:assumed-role/broker/desk` in `aws:PrincipalArn`, which is the ARN of a session, where the key holds that of its role",
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
    message:
      "undetermined: conditions of the trust of `triage` are not known yet, so a preview cannot know whether they can be met",
    waitsFor: ["cluster"],
  };
}
