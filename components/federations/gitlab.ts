import type * as pulumi from "@pulumi/pulumi";
import { issuerOf } from "../../core/trust/issuers";
import { argumentError, exactlyOne, fitting } from "../arguments/argument-error";
import { stsAudience } from "../documents/trust";
import { audienceWanted, exactText } from "../arguments/exact-text";
import { byToken, byVariables, type Federation } from "./federation";
import { readProvider, type KnownProvider } from "./oidc-provider";

/** GitLab pipelines of one group; jobs prove who they are by their ID tokens. */
export interface GitlabFederation {
  /** ARN of the IAM OIDC provider of GitLab's issuer, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Path of the group or user that has the tenant's projects, such as `acme` or `acme/agents`. */
  group: pulumi.Input<string>;
  /** Audience of the jobs' ID tokens, `aud` in `id_tokens`. Default: `sts.amazonaws.com`. */
  audience?: pulumi.Input<string>;
}

/** The jobs of one project that act as a workload; give exactly one of `branch` and `tag`. */
export interface GitlabSubject {
  /** Path of the project below the tenant's group, such as `desk`. */
  project: pulumi.Input<string>;
  /**
   * Numeric id of the project, as its settings show it; it stays when another project takes the path. The project's
   * `ci_id_token_sub_claim_components` has to be `["project_id", "project_path", "ref_type", "ref"]`.
   */
  projectId: pulumi.Input<string>;
  /** Branch of the jobs, whole; it should be a protected one. */
  branch?: pulumi.Input<string>;
  /** Tag of the jobs, whole; it should be a protected one. */
  tag?: pulumi.Input<string>;
}

/** GitLab pipelines with all values known and checked. */
interface KnownGitlab extends KnownProvider {
  readonly audience: string;
  readonly group: string;
}

const paths = /^(?=.{1,255}$)[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;
const ids = /^[1-9][0-9]*$/;
const refs = /^(?!.*\$\{)[^\s*?:[\\^~\p{C}]{1,255}$/u;

/** GitLab pipelines. */
export const gitlab: Federation<GitlabFederation, KnownGitlab, GitlabSubject> = {
  knownBy: "subject",
  read: readGitlab,
  trust: (subject, known, _, given) =>
    byToken({ ...known, subject: gitlabSubject(subject, known, given) }),
  proof: byVariables,
};

function readGitlab(subject: string, given: pulumi.Unwrap<GitlabFederation>): KnownGitlab {
  const { group, audience = stsAudience } = given;
  const provider = readProvider(subject, given.providerArn, "gitlab.com");
  const issuer = issuerOf(provider.issuer);
  // A server of one's own may have any name, so that only issuers known to be others' are refused.
  if (issuer.subject !== "gitlab" && issuer.subject !== "plain") {
    throw argumentError(
      subject,
      `providerArn names the issuer \`${provider.issuer}\`, which is not GitLab's; give the provider of \`gitlab.com\` or of your own GitLab, or use \`oidc\``,
    );
  }
  fitting(subject, "group", group, paths, "the path of one group, such as `acme`");
  fitting(subject, "audience", audience, exactText, audienceWanted);
  return { ...provider, audience, group };
}

/**
 * The `sub` of a job's ID token, with the id of its project before the path.
 *
 * Source: docs.gitlab.com, OpenID Connect authentication using ID tokens; cloud services, use the project id as the
 * subject.
 */
function gitlabSubject(
  subject: string,
  { group }: KnownGitlab,
  given: pulumi.Unwrap<GitlabSubject>,
): string {
  const { project, projectId, branch, tag } = given;
  fitting(
    subject,
    "subject.gitlab.project",
    project,
    paths,
    "the path of one project below the group, such as `desk`",
  );
  fitting(
    subject,
    "subject.gitlab.projectId",
    projectId,
    ids,
    "the project's numeric id, as its settings show it",
  );
  exactlyOne(subject, "subject.gitlab", { branch, tag });
  const type = branch === undefined ? "tag" : "branch";
  const ref = branch ?? tag ?? "";
  fitting(subject, `subject.gitlab.${type}`, ref, refs, `the name of one ${type}`);
  return `project_id:${projectId}:project_path:${group}/${project}:ref_type:${type}:ref:${ref}`;
}
