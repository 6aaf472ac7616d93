import type { TenantFederation } from "../federation";
import type { WorkloadSubject } from "../subject";
import { federationProblem } from "./component-checks";
import type { Field, RecordShape, Shape } from "../../yaml/shape";

const text = (wanted: string) => ({ kind: "text", wanted, open: true }) as const satisfies Shape;

const required = <const S extends Shape>(about: string, shape: S) =>
  ({ about, shape, required: true }) as const;

const optional = <const S extends Shape>(about: string, shape: S) => ({ about, shape }) as const;

const block = <const F extends RecordShape["fields"]>(about: string, fields: F) =>
  ({ about, shape: { kind: "record", fields } }) as const;

const providerArn = required(
  "ARN of the issuer's IAM OIDC provider, in the account of the tenant's roles.",
  text("an ARN of an IAM OIDC provider"),
);

const account = required(
  "Account that they run in, in quotes; the tenant's roles are made there.",
  text("the 12 digits of an account"),
);

const region = required(
  "Region that they run in, such as `eu-central-1`.",
  text("a region such as `eu-central-1`"),
);

const audience = optional(
  "Audience of the tokens. Default: `sts.amazonaws.com`.",
  text("an audience such as `sts.amazonaws.com`"),
);

/** A federation of a manifest; a kind of `TenantFederation` that is described here can be written. */
export const federation = {
  kind: "record",
  alternatives: true,
  fields: {
    eksIrsa: block(
      "Tokens of an EKS cluster's ServiceAccounts, through the cluster's IAM OIDC provider.",
      {
        providerArn,
        issuer: optional(
          "Issuer of the cluster, with or without `https://`. Default: the issuer named in `providerArn`.",
          text("the address of an issuer"),
        ),
      },
    ),
    eksPodIdentity: block(
      "Credentials that EKS gives to pods of one ServiceAccount each, by an association.",
      {
        clusterArn: required(
          "ARN of the cluster; the tenant's roles are made in its account.",
          text("an ARN of an EKS cluster"),
        ),
        clusterName: optional(
          "Name of the cluster. Default: the name in `clusterArn`.",
          text("the name of a cluster"),
        ),
      },
    ),
    github: block("Tokens of GitHub Actions jobs of one owner.", {
      providerArn,
      owner: required(
        "Name of the organisation or user that owns the tenant's repositories.",
        text("the name of an owner"),
      ),
      ownerId: required(
        "Numeric id of the owner, in quotes: `gh api users/OWNER --jq .id`.",
        text("the numeric id of the owner"),
      ),
      audience,
    }),
    gitlab: block("ID tokens of GitLab jobs of one group.", {
      providerArn,
      group: required(
        "Path of the group or user that has the tenant's projects, such as `acme/agents`.",
        text("the path of a group"),
      ),
      audience,
    }),
    oidc: block("Tokens of any other OIDC issuer.", {
      providerArn,
      audience: required(
        "Audience of the tokens, one that is meant for AWS or for this tenant alone.",
        text("an audience"),
      ),
      subjectPrefix: optional(
        "What the subjects of all the tenant's workloads start with. Default: anything.",
        text("the start of a subject"),
      ),
      tenantClaim: block("A further claim that names the tenant. Default: none.", {
        claim: required("Name of the claim, such as `app_id`.", text("the name of a claim")),
        value: required("Its whole value.", text("the claim's whole value")),
      }),
    }),
    spiffe: block("JWT-SVIDs of SPIRE, through SPIRE's OIDC discovery provider.", {
      providerArn,
      trustDomain: required(
        "Trust domain of the SPIRE server, such as `example.org`.",
        text("a trust domain"),
      ),
      clusterName: required(
        "Name of the cluster as in the configuration of SPIRE's controller manager.",
        text("the name of a cluster"),
      ),
      className: optional(
        "Class of the controller manager that registers the workloads. Default: the one without a class.",
        text("the name of a class"),
      ),
      audience,
    }),
    rolesAnywhere: block(
      "IAM Roles Anywhere; give one of `trustAnchorArn`, `caBundle` and `certificateAuthorityArn`.",
      {
        trustAnchorArn: optional(
          "ARN of a trust anchor that exists.",
          text("an ARN of a trust anchor"),
        ),
        caBundle: optional(
          "Certificates of the authority, in PEM, to make a trust anchor of.",
          text("certificates in PEM"),
        ),
        certificateAuthorityArn: optional(
          "ARN of an authority of AWS Private CA to make a trust anchor of.",
          text("an ARN of a certificate authority"),
        ),
        account: optional(
          "Account of the tenant's roles, in quotes. Default: the one in the ARN; required beside `caBundle`.",
          text("the 12 digits of an account"),
        ),
        partition: optional(
          "Partition of the tenant's roles. Default: the one in the ARN, else `aws`.",
          text("a partition such as `aws`"),
        ),
      },
    ),
    ecs: block("Credentials that Amazon ECS gives to tasks.", { account, region }),
    lambda: block("Credentials that AWS Lambda gives to functions.", { account, region }),
    agentCore: block("Credentials that Bedrock AgentCore gives to runtimes.", { account, region }),
  },
  check: (value: never) => federationProblem(value),
} as const satisfies RecordShape & {
  readonly fields: Readonly<Partial<Record<keyof TenantFederation, Field>>>;
};

/** Who a workload is where it runs outside Kubernetes. */
export const workloadSubject = {
  kind: "record",
  alternatives: true,
  fields: {
    github: block("Jobs of GitHub Actions; give `environment` or `ref`.", {
      repository: required(
        "Name of the repository, without its owner.",
        text("the name of a repository"),
      ),
      repositoryId: required(
        "Numeric id of the repository, in quotes: `gh api repos/OWNER/REPOSITORY --jq .id`.",
        text("the numeric id of the repository"),
      ),
      environment: optional("Environment of the jobs.", text("the name of an environment")),
      ref: optional(
        "Ref of the jobs that have no environment, such as `refs/heads/main`.",
        text("a ref such as `refs/heads/main`"),
      ),
    }),
    gitlab: block("Jobs of GitLab pipelines; give `branch` or `tag`.", {
      project: required(
        "Path of the project below the tenant's group.",
        text("the path of a project"),
      ),
      projectId: required(
        "Numeric id of the project, in quotes, as its settings show it.",
        text("the numeric id of the project"),
      ),
      branch: optional("Branch of the jobs, a protected one.", text("the name of a branch")),
      tag: optional("Tag of the jobs, a protected one.", text("the name of a tag")),
    }),
    oidc: block("Holders of the tokens of another OIDC issuer.", {
      subject: required("The tokens' `sub`, whole.", text("the tokens' whole `sub`")),
    }),
    spiffe: block("A process that a SPIRE agent attests outside Kubernetes.", {
      parentId: required(
        "SPIFFE ID of the agents that attest it, in the same trust domain.",
        text("a SPIFFE ID"),
      ),
      selectors: required("What the agent has to find, all of it, such as `unix:uid:1001`.", {
        kind: "list",
        of: text("a selector such as `unix:uid:1001`"),
        wanted: "a list of selectors",
        least: 1,
      }),
    }),
    rolesAnywhere: block("Holders of certificates.", {
      uri: required(
        "URI among the subject alternative names of its certificates, whole.",
        text("a URI such as `spiffe://example.org/triage`"),
      ),
    }),
    ecs: block("Tasks of Amazon ECS.", {
      family: optional(
        "Family of their task definition. Default: `<tenant>_<workload>`.",
        text("the name of a family"),
      ),
    }),
    lambda: block("A function of AWS Lambda.", {
      functionName: optional(
        "Name of the function. Default: `<tenant>_<workload>`, cut to 64 characters.",
        text("the name of a function"),
      ),
    }),
    agentCore: block("A runtime of Bedrock AgentCore.", {
      runtimeName: optional(
        "Name of the runtime. Default: `<tenant>_<workload>` with `_` in place of `-`; with a hash where that is needed.",
        text("the name of a runtime"),
      ),
      returnUrls: optional(
        "Where people may be sent back to once they have agreed that the workload acts for them.",
        {
          kind: "list",
          of: text("an `https` address"),
          wanted: "a list of `https` addresses",
          least: 1,
        },
      ),
    }),
  },
} as const satisfies RecordShape & {
  readonly fields: Readonly<Partial<Record<keyof WorkloadSubject, Field>>>;
};
