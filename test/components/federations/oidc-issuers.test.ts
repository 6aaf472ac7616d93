import * as assert from "node:assert/strict";
import {
  Agent,
  Tenant,
  Tool,
  type TenantFederation,
  type TenantRef,
  type WorkloadSubject,
} from "../../../components";
import { mocked, registered, type Registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";

const roleType = "aws:iam/role:Role";

/** A tenant with this federation, as plain data. */
const tenantWith = (federation: TenantFederation): TenantRef => ({
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
});
const providerOf = (issuer: string) => `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

const github = {
  github: {
    providerArn: providerOf("token.actions.githubusercontent.com"),
    owner: "acme",
    ownerId: "1234",
  },
};
const gitlab = { gitlab: { providerArn: providerOf("gitlab.com"), group: "acme/agents" } };
const privateIssuer = {
  oidc: { providerArn: providerOf("login.example.com/agents"), audience: "aws-acme" },
};
const terraform = {
  oidc: {
    providerArn: providerOf("app.terraform.io"),
    audience: "aws.workload.identity",
    subjectPrefix: "organization:acme:",
  },
};
const pulumiCloud = {
  oidc: { providerArn: providerOf("api.pulumi.com/oidc"), audience: "acme" },
};
const facebook = {
  oidc: {
    providerArn: providerOf("graph.facebook.com"),
    audience: "acme",
    tenantClaim: { claim: "app_id", value: "42" },
  },
};

const repository = { repository: "desk", repositoryId: "5678" };

interface Case {
  readonly federation: TenantFederation;
  readonly subject: WorkloadSubject;
  readonly issuer: string;
  /** Condition keys and values of the trust document, in their order. */
  readonly conditions: Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Case>> = {
  "jobs of a GitHub environment": {
    federation: github,
    subject: { github: { ...repository, environment: "prod:eu" } },
    issuer: "token.actions.githubusercontent.com",
    conditions: { sub: "repo:acme@1234/desk@5678:environment:prod%3Aeu", aud: "sts.amazonaws.com" },
  },
  "jobs of a GitHub branch": {
    federation: github,
    subject: { github: { ...repository, ref: "refs/heads/main" } },
    issuer: "token.actions.githubusercontent.com",
    conditions: { sub: "repo:acme@1234/desk@5678:ref:refs/heads/main", aud: "sts.amazonaws.com" },
  },
  "jobs of a GitLab branch": {
    federation: gitlab,
    subject: { gitlab: { project: "desk", projectId: "7", branch: "main" } },
    issuer: "gitlab.com",
    conditions: {
      sub: "project_id:7:project_path:acme/agents/desk:ref_type:branch:ref:main",
      aud: "sts.amazonaws.com",
    },
  },
  "jobs of a GitLab tag": {
    federation: gitlab,
    subject: { gitlab: { project: "desk", projectId: "7", tag: "v1" } },
    issuer: "gitlab.com",
    conditions: {
      sub: "project_id:7:project_path:acme/agents/desk:ref_type:tag:ref:v1",
      aud: "sts.amazonaws.com",
    },
  },
  "a private issuer": {
    federation: privateIssuer,
    subject: { oidc: { subject: "agent|triage" } },
    issuer: "login.example.com/agents",
    conditions: { sub: "agent|triage", aud: "aws-acme" },
  },
  "a shared issuer that names its customers in the subject": {
    federation: terraform,
    subject: { oidc: { subject: "organization:acme:project:desk:workspace:prod:run_phase:apply" } },
    issuer: "app.terraform.io",
    conditions: {
      sub: "organization:acme:project:desk:workspace:prod:run_phase:apply",
      aud: "aws.workload.identity",
    },
  },
  "a shared issuer that names its customers in the audience": {
    federation: pulumiCloud,
    subject: { oidc: { subject: "pulumi:deploy:org:acme:project:desk:stack:prod" } },
    issuer: "api.pulumi.com/oidc",
    conditions: { sub: "pulumi:deploy:org:acme:project:desk:stack:prod", aud: "acme" },
  },
  "a shared issuer that names its customers in a claim of its own": {
    federation: facebook,
    subject: { oidc: { subject: "1001" } },
    issuer: "graph.facebook.com",
    conditions: { sub: "1001", aud: "acme", app_id: "42" },
  },
};

describe("a tenant with an OIDC issuer", () => {
  for (const [what, { federation, subject, issuer, conditions }] of Object.entries(cases)) {
    it(`trusts ${what} by its whole subject and audience, and makes only a role`, async () => {
      const resources = await declared(federation, subject);
      const labels = {
        "agentid.dev/tenant": "acme",
        "agentid.dev/kind": "agent",
        "agentid.dev/workload": "triage",
      };
      assert.deepEqual(resources.slice(1), [
        {
          type: roleType,
          name: "triage",
          under: "agentid:index:Agent",
          inputs: {
            name: "acme.triage",
            path: "/agentid/acme/",
            description: "Identity of agent triage",
            assumeRolePolicy: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { Federated: providerOf(issuer) },
                  Action: "sts:AssumeRoleWithWebIdentity",
                  Condition: { StringEquals: keyed(issuer, conditions) },
                },
              ],
            }),
            permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
            maxSessionDuration: 3600,
            tags: labels,
          },
        },
      ]);
    });

    it(`refuses ${what} where any one claim is another's`, async () => {
      const role = named(await declared(federation, subject), roleType, "triage");
      const request = (claims: Readonly<Record<string, string>>) => ({
        principal: { type: "Federated" as const, value: providerOf(issuer) },
        action: "sts:AssumeRoleWithWebIdentity",
        keys: keyed(issuer, claims),
      });
      assert.equal(roleAdmits(role, request(conditions)), "yes");
      for (const claim of Object.keys(conditions)) {
        const other = { ...conditions, [claim]: `${String(conditions[claim])}2` };
        assert.equal(roleAdmits(role, request(other)), "no", claim);
        const without = Object.fromEntries(
          Object.entries(conditions).filter(([each]) => each !== claim),
        );
        assert.equal(roleAdmits(role, request(without)), "no", `no ${claim}`);
      }
    });
  }

  it("does not take a job for another whose names are the same and ids are not", async () => {
    const role = named(
      await declared(github, { github: { ...repository, environment: "prod" } }),
      roleType,
      "triage",
    );
    const issuer = "token.actions.githubusercontent.com";
    const admitted = (sub: string) =>
      roleAdmits(role, {
        principal: { type: "Federated", value: providerOf(issuer) },
        action: "sts:AssumeRoleWithWebIdentity",
        keys: keyed(issuer, { sub, aud: "sts.amazonaws.com" }),
      });
    assert.equal(admitted("repo:acme@1234/desk@5678:environment:prod"), "yes");
    assert.equal(admitted("repo:acme@9999/desk@5678:environment:prod"), "no");
    assert.equal(admitted("repo:acme@1234/desk@9999:environment:prod"), "no");
    assert.equal(admitted("repo:acme/desk:environment:prod"), "no");
    assert.equal(admitted("repo:acme@1234/desk@5678:pull_request"), "no");
  });

  it("has no namespace unless one is requested", async () => {
    const types = async (namespace?: string) =>
      (
        await registered(() => {
          new Tenant("acme", { federation: github, ...(namespace !== undefined && { namespace }) });
        })
      ).map(({ type }) => type);
    assert.deepEqual(await types(), ["agentid:index:Tenant", "aws:iam/policy:Policy"]);
    assert.deepEqual(await types("acme"), [
      "agentid:index:Tenant",
      "aws:iam/policy:Policy",
      ...["", "", "Binding", "Binding"].map(
        (end) => `kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy${end}`,
      ),
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:ResourceQuota",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    ]);
  });

  const agent = (federation: TenantFederation, subject?: WorkloadSubject) => () =>
    new Agent("triage", {
      tenant: tenantWith(federation),
      ...(subject !== undefined && { subject }),
    });
  const tenant = (federation: TenantFederation) => () => new Tenant("acme", { federation });

  const refusals: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "a workload without a subject": [
      agent(github),
      "agent `triage`: subject is missing; its federation is `github`, so give `subject.github`",
    ],
    "a subject of another issuer": [
      agent(github, { gitlab: { project: "desk", projectId: "7", branch: "main" } }),
      "agent `triage`: subject has `gitlab`; its federation is `github`, so give `subject.github` alone",
    ],
    "a subject where ServiceAccounts are known": [
      agent(
        { eksPodIdentity: { clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod" } },
        { oidc: { subject: "a" } },
      ),
      "agent `triage`: subject is set, but its federation, `eksPodIdentity`, identifies workloads by their ServiceAccount; leave `subject` out",
    ],
    "both an environment and a ref": [
      agent(github, { github: { ...repository, environment: "prod", ref: "refs/heads/main" } }),
      "agent `triage`: subject.github has `environment` and `ref`; give exactly one of `environment`, `ref`",
    ],
    "all branches": [
      agent(github, { github: { ...repository, ref: "refs/heads/*" } }),
      "agent `triage`: subject.github.ref is `refs/heads/*`; give one branch or tag in full, such as `refs/heads/main`",
    ],
    "an owner's name for its id": [
      tenant({ github: { ...github.github, ownerId: "acme" } }),
      "tenant `acme`: ownerId is `acme`; give the owner's numeric id, as `gh api users/OWNER --jq .id` prints it",
    ],
    "a repository with its owner": [
      agent(github, {
        github: { repository: "acme/desk", repositoryId: "5678", environment: "p" },
      }),
      "agent `triage`: subject.github.repository is `acme/desk`; give the repository's name without its owner, such as `desk`",
    ],
    "another issuer as GitHub's": [
      tenant({ github: { ...github.github, providerArn: providerOf("gitlab.com") } }),
      "tenant `acme`: providerArn names the issuer `gitlab.com`, which is not GitHub's; give the provider of `token.actions.githubusercontent.com`, or use `oidc`",
    ],
    "all projects of a group": [
      agent(gitlab, { gitlab: { project: "*", projectId: "7", branch: "main" } }),
      "agent `triage`: subject.gitlab.project is `*`; give the path of one project below the group, such as `desk`",
    ],
    "a shared issuer without what names the tenant": [
      tenant({ oidc: { providerArn: providerOf("app.terraform.io"), audience: "aws" } }),
      "tenant `acme`: all customers of HCP Terraform share the issuer `app.terraform.io`; give `subjectPrefix`, the start of the subjects that are the tenant's",
    ],
    "a shared issuer without the claim that names the tenant": [
      tenant({ oidc: { providerArn: providerOf("graph.facebook.com"), audience: "aws" } }),
      "tenant `acme`: all customers of Facebook share the issuer `graph.facebook.com`; give `tenantClaim` with the claim `app_id`",
    ],
    "a subject of another organisation": [
      agent(terraform, { oidc: { subject: "organization:globex:project:a:workspace:b" } }),
      "agent `triage`: subject.oidc.subject `organization:globex:project:a:workspace:b` is not the tenant's; give one that starts with `organization:acme:`",
    ],
    "a subject with a wildcard": [
      agent(privateIssuer, { oidc: { subject: "agent|*" } }),
      "agent `triage`: subject.oidc.subject is `agent|*`; give the tokens' whole `sub`, without wildcards",
    ],
  };
  for (const [what, [declare, message]] of Object.entries(refusals)) {
    it(`refuses ${what} before anything is registered`, () => {
      const seen = mocked();
      assert.throws(declare, { message });
      assert.deepEqual(seen(), []);
    });
  }

  it("refuses two workloads with one subject, of whatever tenants", () => {
    mocked();
    const subject = { oidc: { subject: "agent|triage" } };
    new Agent("triage", { tenant: tenantWith(privateIssuer), subject });
    const globex = { ...tenantWith(privateIssuer), name: "globex" };
    assert.throws(() => new Tool("search", { tenant: globex, subject }), {
      message:
        "tool `search`: `agent|triage of login.example.com/agents` already proves another workload, which could act as this one; give each workload a subject of its own",
    });
  });
});

function declared(
  federation: TenantFederation,
  subject: WorkloadSubject,
): Promise<readonly Registered[]> {
  return registered(() => {
    new Agent("triage", { tenant: tenantWith(federation), subject });
  });
}

function keyed(issuer: string, claims: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]),
  );
}
