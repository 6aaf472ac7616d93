import { ruleTester } from "../../support/rule-tester";
import { allow, roleOf } from "../../support/trust";
import rule from "../../../policy-pack/rules/no-dead-condition";
import { Secret } from "../../../core/snapshot/value";
import {
  host,
  cluster,
  github,
  eks,
  gitlab,
  broker,
  agents,
  audience,
  subject,
  exact,
  found,
  providerOf,
  subjectIs,
  corrected,
  testsOf,
  deadSubject,
} from "../../support/dead-conditions";

const terraform = providerOf("app.terraform.io");
const google = providerOf("accounts.google.com");
const spiffeHost = "oidc.spire.acme.example";
const spire = providerOf(spiffeHost);
const bitbucketHost = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
const bitbucket = providerOf(bitbucketHost);
const circleHost = "oidc.circleci.com/org/1-2-3";
const circle = providerOf(circleHost);
const saml = { Federated: "arn:aws:iam::111122223333:saml-provider/acme" };
const pods = { Service: "pods.eks.amazonaws.com" };

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
          allow(bitbucket, { StringLike: { [`${bitbucketHost}:sub`]: "{de5c-1}:{ba1f-2}:*" } }),
        ),
      ],
    },
  ],
  rejects: [
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
          message: `Statement 1 of the trust policy of role \`triage\` requires \`spiffe://Acme.example/ns/acme/sa/desk\` in \`${spiffeHost}:sub\`, which has capitals in its trust domain, which must be lowercase`,
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
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which is always present in requests with a token of an OIDC provider`,
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
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sha\`, which STS does not evaluate in tokens of GitHub Actions`,
          replacement: corrected(exact),
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
            "Statement 1 of the trust policy of role `triage` requires `project_id:17:ref_type:branch:ref:refs/heads/main` in `gitlab.com:sub`, which has a ref with `refs/`, which GitLab leaves out",
          replacement: corrected({
            "gitlab.com:aud": "https://gitlab.com",
            "gitlab.com:sub": "project_id:17:ref_type:branch:ref:main",
          }),
        },
      ],
    },
    {
      name: "a claim of GitLab that is no condition key of STS, at a self-managed GitLab too",
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
            "Statement 2 of the trust policy of role `triage` tests `gitlab.acme.example:environment`, which STS does not evaluate in tokens of a self-managed GitLab",
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
            "Statement 1 of the trust policy of role `triage` tests `gitlab.com:environment`, which STS does not evaluate in tokens of GitLab.com",
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
            "Statement 1 of the trust policy of role `triage` requires `organization:acme:project:p:workspace:w` in `app.terraform.io:sub`, which does not look like `organization:…:project:…:workspace:…:run_phase:plan`",
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
        because: "is not of the form `system:serviceaccount:NAMESPACE:NAME`",
        replacement: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
      },
      {
        name: "a subject of Google that is an address",
        host: "accounts.google.com",
        dead: "triage@acme.example",
        because: "is not numeric, as Google's subjects are",
        replacement: "SUBJECT",
      },
      {
        name: "a SPIFFE ID that is none",
        host: spiffeHost,
        dead: "spiffe://acme.example//triage",
        because: "is not a SPIFFE ID",
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
          message: `Statement 1 of the trust policy of role \`triage\` requires \`${each.dead}\` in \`${each.host}:sub\`, which ${each.because}`,
          replacement: corrected(testsOf(each.host, each.replacement)),
        },
      ],
    })),
    {
      name: "one step of Bitbucket, which has an id of its own in each run",
      resources: [
        roleOf(
          allow(bitbucket, { StringEquals: testsOf(bitbucketHost, "{de5c-1}:{ba1f-2}:{57e9-3}") }),
        ),
      ],
      findings: [
        {
          ...found,
          holder: `triage: ${bitbucketHost}:sub {de5c-1}:{ba1f-2}:{57e9-3}`,
          message: `Statement 1 of the trust policy of role \`triage\` requires \`{de5c-1}:{ba1f-2}:{57e9-3}\` in \`${bitbucketHost}:sub\`, which names one run or commit`,
          replacement: JSON.stringify({
            StringEquals: { [`${bitbucketHost}:aud`]: "sts.amazonaws.com" },
            StringLike: { [`${bitbucketHost}:sub`]: "{de5c-1}:{ba1f-2}:*" },
          }),
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
          message: `Statement 1 of the trust policy of role \`triage\` requires \`org/9/project/4/user/7\` in \`${circleHost}:sub\`, which belongs to another organisation than the issuer`,
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
          message: `Statement 1 of the trust policy of role \`triage\` requires \`org/1-2-3/user/7\` in \`${circleHost}:sub\`, which does not look like \`org/…/project/…\``,
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
          message: `Statement 1 of the trust policy of role \`triage\` requires \`system:serviceaccount:triage\` in \`${cluster}:sub\`, which does not name a ServiceAccount of a namespace`,
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
            "Statement 1 of the trust policy of role `triage` requires `be1b1c9e` in `aws:RequestTag/kubernetes-pod-uid`, which names one pod, which its controller replaces",
          replacement: corrected({
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/main",
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
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
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which is never present in requests by a principal of an account`,
        },
      ],
    },
    ...[
      { name: "a SAML provider", principal: saml, request: "with a SAML assertion" },
      {
        name: "an AWS service",
        principal: agents,
        request: "by `bedrock-agentcore.amazonaws.com`",
      },
      {
        name: "a service that is a secret text, without showing it",
        principal: { Service: new Secret("k3pt-qu1et") },
        request: "by a service",
      },
      {
        name: "a user that is gone",
        principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" },
        request: "by the principal",
      },
      {
        name: "a canonical user",
        principal: { CanonicalUser: "79a5" },
        request: "by the principal",
      },
    ].map(({ name, principal, request }) => ({
      name: `a claim of a token from ${name}, which brings none`,
      resources: [roleOf(allow(principal, { StringEquals: { [`${host}:sub`]: subject } }))],
      findings: [
        {
          ...found,
          holder: `triage: ${host}:sub`,
          message: `Statement 1 of the trust policy of role \`triage\` tests \`${host}:sub\`, which is never present in requests ${request}`,
        },
      ],
    })),
  ],
});
