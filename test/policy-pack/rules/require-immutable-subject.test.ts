import { Secret, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-immutable-subject";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";

const github = "token.actions.githubusercontent.com";
const gitlab = "gitlab.com";
const ownGitlab = "gitlab.acme.example";
const eks = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";

function at(host: string): Value {
  return { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` };
}

function claims(host: string, values: Readonly<Record<string, Value>>): Value {
  return Object.fromEntries(
    Object.entries(values).map(([claim, value]) => [`${host}:${claim}`, value]),
  );
}

function role(host: string, values: Readonly<Record<string, Value>>) {
  return roleOf(allow(at(host), { StringLike: claims(host, values) }));
}

function corrected(host: string, values: Readonly<Record<string, Value>>): string {
  return JSON.stringify({ StringEquals: claims(host, { aud: "sts.amazonaws.com", ...values }) });
}

function named(value: string): string {
  return `Role \`triage\` trusts \`${value}\` by name only: a later owner of the name can assume it`;
}

const atCommit = `acme/ci/.github/workflows/deploy.yml@${"0a1b2c3d".repeat(5)}`;

const found = { ...aboutRole, severity: "low" };

ruleTester(rule, {
  accepts: [
    {
      name: "ids in GitHub's subject",
      resources: [role(github, { sub: "repo:acme@17/desk@4711:ref:refs/heads/main" })],
    },
    {
      name: "the id of the owner alone, whose repositories nobody else can name",
      resources: [role(github, { sub: "repo:acme@17/desk@*:environment:prod" })],
    },
    {
      name: "a repository's id tested beside its name",
      resources: [role(github, { sub: "repo:acme/desk:environment:prod", repository_id: "4711" })],
    },
    {
      name: "the id of an enterprise, within which names stay",
      resources: [role(github, { sub: "repo:acme/desk:environment:prod", enterprise_id: "9" })],
    },
    {
      name: "the owner's id in a subject that a repository has made its own",
      resources: [role(github, { sub: "repository_owner_id:17:environment:prod" })],
    },
    {
      name: "the project's id in GitLab's subject",
      resources: [role(gitlab, { sub: "project_id:4711:ref_type:branch:ref:main" })],
    },
    {
      name: "the project's id before its path",
      resources: [
        role(gitlab, { sub: "project_id:7:project_path:acme/desk:ref_type:branch:ref:main" }),
      ],
    },
    {
      name: "a workflow at one commit, which whoever takes the name cannot write anew",
      resources: [role(github, { job_workflow_ref: atCommit })],
    },
    {
      name: "a ServiceAccount of a cluster",
      resources: [role(eks, { sub: "system:serviceaccount:acme:triage" })],
    },
    {
      name: "a subject that names no owner, which no-broad-subject judges",
      resources: [role(github, { sub: "repo:acme*" }), role(github, { sub: "environment:prod" })],
    },
    {
      name: "a subject under a wildcard that stands for itself, which admits nobody",
      resources: [
        roleOf(allow(at(github), { StringEquals: claims(github, { sub: "repo:acme/*" }) })),
      ],
    },
    {
      name: "a trust without a subject, which require-subject-condition judges",
      resources: [roleOf(allow(at(github)))],
    },
    {
      name: "a trust policy that is not known, which is told elsewhere",
      resources: [roleWith(notYet)],
    },
  ],
  rejects: [
    {
      name: "names in GitHub's subject, with the repository's id in the correction",
      resources: [role(github, { sub: "repo:acme/desk:environment:prod" })],
      findings: [
        {
          ...found,
          message: named("repo:acme/desk:environment:prod"),
          replacement: corrected(github, {
            sub: "repo:acme/desk:environment:prod",
            repository_id: "REPOSITORY_ID",
          }),
        },
      ],
    },
    {
      name: "ids that are left open, which any owner of the name has",
      resources: [role(github, { sub: "repo:acme@*/desk@*:ref:refs/heads/main" })],
      findings: [
        {
          ...found,
          message: named("repo:acme@*/desk@*:ref:refs/heads/main"),
          replacement: JSON.stringify({
            StringEquals: claims(github, {
              aud: "sts.amazonaws.com",
              repository_id: "REPOSITORY_ID",
            }),
            StringLike: claims(github, { sub: "repo:acme@*/desk@*:ref:refs/heads/main" }),
          }),
        },
      ],
    },
    {
      name: "an id of the repository that is left open where it is tested",
      resources: [role(github, { sub: "repo:acme/desk:environment:prod", repository_id: "*" })],
      findings: [
        {
          ...found,
          message: named("repo:acme/desk:environment:prod"),
          replacement: corrected(github, {
            sub: "repo:acme/desk:environment:prod",
            repository_id: "REPOSITORY_ID",
          }),
        },
      ],
    },
    {
      name: "one of two subjects",
      resources: [
        role(github, {
          sub: ["repo:acme@17/desk@4711:environment:prod", "repo:acme/desk:environment:prod"],
        }),
      ],
      findings: [
        {
          ...found,
          message: named("repo:acme/desk:environment:prod"),
          replacement: corrected(github, {
            sub: ["repo:acme@17/desk@4711:environment:prod", "repo:acme/desk:environment:prod"],
            repository_id: "REPOSITORY_ID",
          }),
        },
      ],
    },
    {
      name: "a workflow of a repository by its name",
      resources: [
        role(github, { job_workflow_ref: "acme/ci/.github/workflows/deploy.yml@refs/heads/main" }),
      ],
      findings: [
        {
          ...found,
          message: named("acme/ci/.github/workflows/deploy.yml@refs/heads/main"),
          replacement: JSON.stringify({
            StringEquals: claims(github, {
              aud: "sts.amazonaws.com",
              repository_id: "REPOSITORY_ID",
            }),
            StringLike: claims(github, {
              job_workflow_ref: "acme/ci/.github/workflows/deploy.yml@refs/heads/main",
            }),
          }),
        },
      ],
    },
    {
      name: "a repository by its name, beside a workflow at one commit in the same subject",
      resources: [role(github, { sub: `repo:acme/desk:job_workflow_ref:${atCommit}` })],
      findings: [
        {
          ...found,
          message: named(`repo:acme/desk:job_workflow_ref:${atCommit}`),
          replacement: corrected(github, {
            sub: `repo:acme/desk:job_workflow_ref:${atCommit}`,
            repository_id: "REPOSITORY_ID",
          }),
        },
      ],
    },
    {
      name: "the path in GitLab's subject",
      resources: [role(gitlab, { sub: "project_path:acme/desk:ref_type:branch:ref:main" })],
      findings: [
        {
          ...found,
          message: named("project_path:acme/desk:ref_type:branch:ref:main"),
          replacement: corrected(gitlab, {
            aud: "https://gitlab.com",
            sub: "project_path:acme/desk:ref_type:branch:ref:main",
            project_id: "PROJECT_ID",
          }),
        },
      ],
    },
    {
      name: "the path in the subject of a self-managed GitLab, where no claim tells the id beside it",
      resources: [role(ownGitlab, { sub: "project_path:acme/desk:ref_type:branch:ref:main" })],
      findings: [
        {
          ...found,
          message: named("project_path:acme/desk:ref_type:branch:ref:main"),
          replacement: corrected(ownGitlab, {
            aud: `https://${ownGitlab}`,
            sub: "project_id:PROJECT_ID:ref_type:branch:ref:main",
          }),
        },
      ],
    },
    {
      name: "a secret subject without showing it",
      resources: [role(github, { sub: new Secret("repo:acme/canary:environment:prod") })],
      findings: [
        {
          ...found,
          message:
            "Role `triage` trusts a secret value of `sub` by name only: a later owner of the name can assume it",
          replacement: corrected(github, {
            sub: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
          }),
        },
      ],
    },
    {
      name: "as undetermined a subject that is not known yet",
      resources: [role(github, { sub: notYet })],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Role `triage` tests `sub` by name only: a later owner of the name can assume it",
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "as undetermined names at a provider that is not known yet",
      resources: [
        roleOf(
          allow(
            { Federated: notYet },
            { StringEquals: claims(github, { sub: "repo:acme/desk:environment:prod" }) },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Role `triage` tests `sub` by name only: a later owner of the name can assume it",
          dependsOn: ["cluster"],
        },
      ],
    },
    {
      name: "as undetermined names that a Deny may narrow",
      resources: [
        roleOf(
          allow(at(github), {
            StringEquals: claims(github, { sub: "repo:acme/desk:environment:prod" }),
          }),
          allow(
            "*",
            { StringNotEquals: { "aws:userid": "AROA1:x", [`${github}:repository_id`]: "1" } },
            { Effect: "Deny" },
          ),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message:
            "Role `triage` trusts `repo:acme/desk:environment:prod` by name only: a later owner of the name can assume it",
          reason: "the Deny of statement 2 may prevent it",
        },
      ],
    },
  ],
});
