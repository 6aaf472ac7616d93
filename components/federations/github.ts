import type * as pulumi from "@pulumi/pulumi";
import { issuerOf } from "../../core/trust/issuers";
import { argumentError, exactlyOne, fitting } from "../arguments/argument-error";
import { stsAudience } from "../documents/trust";
import { audienceWanted, exactText } from "../arguments/exact-text";
import { byToken, byVariables, type Federation } from "./federation";
import { readProvider, type KnownProvider } from "./oidc-provider";

/** GitHub Actions of one owner; workflows prove who they are by the tokens of their jobs. */
export interface GithubFederation {
  /** ARN of the IAM OIDC provider of GitHub's issuer, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Name of the organisation or user that owns the tenant's repositories. */
  owner: pulumi.Input<string>;
  /** Numeric id of the owner, which stays when another owner takes the name: `gh api users/OWNER --jq .id`. */
  ownerId: pulumi.Input<string>;
  /** Audience of the tokens of workflows. Default: `sts.amazonaws.com`. */
  audience?: pulumi.Input<string>;
}

/** The jobs of one repository that act as a workload; give exactly one of `environment` and `ref`. */
export interface GithubSubject {
  /** Name of the repository, without its owner. */
  repository: pulumi.Input<string>;
  /** Numeric id of the repository: `gh api repos/OWNER/REPOSITORY --jq .id`. */
  repositoryId: pulumi.Input<string>;
  /** Environment of the jobs; its protection rules limit who may run them. */
  environment?: pulumi.Input<string>;
  /** Ref of the jobs that have no environment, such as `refs/heads/main`; whole, without wildcards. */
  ref?: pulumi.Input<string>;
}

/** GitHub Actions with all values known and checked. */
interface KnownGithub extends KnownProvider {
  readonly audience: string;
  readonly owner: string;
  readonly ownerId: string;
}

const ownerNames = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const repositoryNames = /^[A-Za-z0-9._-]{1,100}$/;
const ids = /^[1-9][0-9]{0,19}$/;
const refs = /^(?!.*\$\{)refs\/(?:heads|tags)\/[^\s*?:[\\^~\p{C}]{1,255}$/u;

/** Longest name of an environment. Source: GitHub REST API, environments. */
const environments = /^(?! |.*\$\{)[^*?\p{C}]{1,255}(?<! )$/u;

/** GitHub Actions. */
export const github: Federation<GithubFederation, KnownGithub, GithubSubject> = {
  knownBy: "subject",
  read: readGithub,
  trust: (subject, known, _, given) =>
    byToken({ ...known, subject: githubSubject(subject, known, given) }),
  proof: byVariables,
};

function readGithub(subject: string, given: pulumi.Unwrap<GithubFederation>): KnownGithub {
  const { owner, ownerId, audience = stsAudience } = given;
  const provider = readProvider(subject, given.providerArn, "token.actions.githubusercontent.com");
  if (issuerOf(provider.issuer).subject !== "github") {
    throw argumentError(
      subject,
      `providerArn names the issuer \`${provider.issuer}\`, which is not GitHub's; give the provider of \`token.actions.githubusercontent.com\`, or use \`oidc\``,
    );
  }
  fitting(subject, "owner", owner, ownerNames, "the owner's name, such as `acme`");
  fitting(
    subject,
    "ownerId",
    ownerId,
    ids,
    "the owner's numeric id, as `gh api users/OWNER --jq .id` prints it",
  );
  fitting(subject, "audience", audience, exactText, audienceWanted);
  return { ...provider, audience, owner, ownerId };
}

/**
 * The `sub` of a job's token in its immutable form, whose ids stay when another owner takes the names.
 *
 * A repository made before 2026-07-15 has to opt in to it. Source: github.blog/changelog, 2026-04-23, immutable subject claims
 * for GitHub Actions OIDC tokens.
 */
function githubSubject(
  subject: string,
  { owner, ownerId }: KnownGithub,
  given: pulumi.Unwrap<GithubSubject>,
): string {
  const { repository, repositoryId, environment, ref } = given;
  fitting(
    subject,
    "subject.github.repository",
    repository,
    repositoryNames,
    "the repository's name without its owner, such as `desk`",
  );
  fitting(
    subject,
    "subject.github.repositoryId",
    repositoryId,
    ids,
    "the repository's numeric id, as `gh api repos/OWNER/REPOSITORY --jq .id` prints it",
  );
  exactlyOne(subject, "subject.github", { environment, ref });
  const start = `repo:${owner}@${ownerId}/${repository}@${repositoryId}`;
  if (environment !== undefined) {
    fitting(
      subject,
      "subject.github.environment",
      environment,
      environments,
      "the name of one environment, such as `production`",
    );
    return `${start}:environment:${environment.replaceAll(":", "%3A")}`;
  }
  fitting(
    subject,
    "subject.github.ref",
    ref ?? "",
    refs,
    "one branch or tag in full, such as `refs/heads/main`",
  );
  return `${start}:ref:${String(ref)}`;
}
