import { hasWildcard, patternsOverlap } from "../../../core/pattern";
import { parseSpiffeId } from "../../../core/spiffe-id";
import { readable, type ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Issuer, SubjectGrammar } from "../../../core/trust/issuers";
import {
  followed,
  shownTemplate,
  type SubjectTemplate,
} from "../../../core/trust/subject-template";

/** Why no token, or hardly one, has a value: part of a message. */
export interface Misformed {
  readonly kind: "impossible" | "once";
  /** What is wrong, after the value: `names one run`. */
  readonly because: string;
}

/**
 * What all subjects of a grammar look like, as patterns of which one fits; grammars whose subjects consist of keys and
 * values in an order that customers choose are read by {@link keyedProblem}.
 */
const shapes: Readonly<Partial<Record<SubjectGrammar, readonly string[]>>> = {
  terraform: [
    "organization:?*:project:?*:workspace:?*:run_phase:plan",
    "organization:?*:project:?*:workspace:?*:run_phase:apply",
    "organization:?*:project:?*:stack:?*:deployment:?*:operation:?*",
  ],
  buildkite: [
    "organization:?*:pipeline:?*:ref:?*:commit:?*:step:*",
    // The author of a token request may choose only the id of a pipeline, cluster or organisation as its subject.
    "????????-????-????-????-????????????",
  ],
  codefresh: ["account:?*"],
  scalr: ["account:?*"],
  upbound: ["mcp:?*"],
  pulumi: ["pulumi:?*"],
  vercel: ["owner:?*:project:?*:environment:?*"],
  fly: ["?*:?*:?*"],
  modal: ["modal:workspace_id:?*"],
};

/**
 * Keys of claims that GitHub puts into a subject, beside those of an organisation's own, `repo_property_…`.
 *
 * Source: docs.github.com, OpenID Connect reference.
 */
const githubKeys = [
  ...["repo", "repository", "repository_id", "repository_owner", "repository_owner_id"],
  ...["repository_visibility", "enterprise", "enterprise_id", "environment", "ref", "ref_type"],
  ...["ref_protected", "base_ref", "head_ref", "actor", "actor_id", "event_name", "workflow"],
  ...["workflow_ref", "workflow_sha", "job_workflow_ref", "job_workflow_sha", "sha", "run_id"],
  ...["run_number", "run_attempt", "runner_environment", "check_run_id", "iss", "aud"],
];

/** Keys with which a subject of GitLab begins. Source: docs.gitlab.com, ID tokens. */
const gitlabStarts = /^(?:job_|source_)?(?:project|namespace)_(?:id|path)$/;

/** What follows `ref_type:` in a subject of GitLab. */
const refTypes = ["branch", "branch:*", "tag", "tag:*"];

/** Keys whose value is of one run, or of the commit it ran on. */
const runKeys: Readonly<Partial<Record<SubjectGrammar, readonly string[]>>> = {
  github: ["run_id", "run_number", "sha", "workflow_sha", "job_workflow_sha", "check_run_id"],
  gitlab: ["job_id", "pipeline_id", "pipeline_iid", "sha"],
  buildkite: ["commit", "build_number", "build_id"],
  terraform: ["terraform_run_id"],
  modal: ["container_id"],
};

/** What is wrong with a value of an issuer's claim; undefined where a token may well have it. */
export function misformed(
  issuer: Issuer,
  claim: string,
  value: ClaimPattern,
): Misformed | undefined {
  const text = readable(value);
  if (/^[*?]*$/.test(text)) return text === "" ? impossible("is empty") : undefined;
  if (/^\s|\s$/.test(text)) return impossible("starts or ends with a space or line break");
  if (namesOneRun(issuer, claim, text)) return { kind: "once", because: "names one run or commit" };
  if (claim === "aud") return audienceProblem(issuer, text);
  return claim === "sub" ? subjectProblem(issuer, text) : undefined;
}

function impossible(because: string): Misformed {
  return { kind: "impossible", because };
}

/** Amazon Cognito names an identity pool as `REGION:UUID`; a user pool is no audience there. */
function audienceProblem({ host }: Issuer, text: string): Misformed | undefined {
  const isPool = host !== "cognito-identity.amazonaws.com" || patternsOverlap(text, "?*-?*:?*");
  return isPool ? undefined : impossible("is not an identity pool such as `REGION:ID`");
}

function subjectProblem(issuer: Issuer, text: string): Misformed | undefined {
  const { subject, host } = issuer;
  if (issuer.subjects !== undefined) return templateProblem(issuer.subjects, text);
  if (subject === "circleci") return circleProblem(host, text);
  if (subject === "bitbucket") return bitbucketProblem(text);
  if (text.startsWith("system:serviceaccount:")) return accountProblem(text);
  if (text.startsWith("spiffe://")) return spiffeProblem(text);
  if (subject === "github") return keyedProblem(text, githubKeys, githubValueProblem);
  if (subject === "gitlab") return gitlabProblem(text);
  if (subject === "kubernetes") {
    return patternsOverlap(text, "system:serviceaccount:?*:?*")
      ? undefined
      : impossible("is not of the form `system:serviceaccount:NAMESPACE:NAME`");
  }
  if (host === "accounts.google.com" && !hasWildcard(text) && !/^[0-9]+$/.test(text)) {
    return impossible("is not numeric, as Google's subjects are");
  }
  const fitting = shapes[subject];
  if (fitting === undefined || fitting.some((shape) => patternsOverlap(text, shape))) {
    return undefined;
  }
  return impossible(`does not look like \`${(fitting[0] ?? "").replaceAll("?*", "…")}\``);
}

function templateProblem(
  templates: readonly SubjectTemplate[],
  text: string,
): Misformed | undefined {
  const forms = followed(templates, text);
  if (forms.length === 0) {
    return impossible(`does not look like \`${shownTemplate(templates[0] ?? "")}\``);
  }
  const once = forms.every((form) => form.once);
  return once ? { kind: "once", because: "names one run or commit" } : undefined;
}

/** Subjects of CircleCI: those of jobs, and the one by which it delivers audit logs. Source: circleci.com, audit logs. */
const circleShapes = ["org/?*/project/?*/*", "org/?*/file-streaming/audit-logs"];

/** `org/ORGANIZATION/…`, where the issuer's path ends with the same organisation, unless it is that of all. */
function circleProblem(host: string, text: string): Misformed | undefined {
  if (!circleShapes.some((shape) => patternsOverlap(text, shape))) {
    return impossible("does not look like `org/…/project/…`");
  }
  const organisation = circleOrganisation(host) ?? "?*";
  return patternsOverlap(text, `org/${organisation}/*`)
    ? undefined
    : impossible("belongs to another organisation than the issuer");
}

/** Namespaces and ServiceAccounts have names of lowercase letters, digits, `-` and, for accounts, `.`. */
function accountProblem(text: string): Misformed | undefined {
  const [, , namespace = "", name = "", ...more] = text.split(":");
  if (more.length > 0 && !hasWildcard(text))
    return impossible("has more than a namespace and a name");
  if (!patternsOverlap(text, "system:serviceaccount:?*:?*")) {
    return impossible("does not name a ServiceAccount of a namespace");
  }
  const isName = /^[a-z0-9.*?-]*$/.test(namespace + name);
  return isName ? undefined : impossible("has characters that Kubernetes names cannot have");
}

/** SPIFFE IDs are written with a trust domain in lowercase. Source: SPIFFE-ID specification, section 2.1. */
function spiffeProblem(text: string): Misformed | undefined {
  if (/^spiffe:\/\/[^/*?]*[A-Z]/.test(text)) {
    return impossible("has capitals in its trust domain, which must be lowercase");
  }
  if (hasWildcard(text)) return undefined;
  const parsed = parseSpiffeId(text);
  return parsed.ok ? undefined : impossible("is not a SPIFFE ID");
}

type ValueProblem = (key: string, value: string) => Misformed | undefined;

/** A subject of keys and values up to its first wildcard, after which anything may follow. */
function keyedProblem(
  text: string,
  keys: readonly string[],
  valueProblem: ValueProblem,
): Misformed | undefined {
  const parts = text.split(":");
  for (let at = 0; at < parts.length; at += 2) {
    const key = parts[at] ?? "";
    if (hasWildcard(key)) return undefined;
    if (at > 0 && key === "pull_request") {
      at -= 1;
      continue;
    }
    if (!keys.includes(key) && !key.startsWith("repo_property_"))
      return impossible(`has no claim \`${shortened(key)}\``);
    const value = parts[at + 1];
    if (value === undefined || value === "") return impossible(`has no value of \`${key}\``);
    const problem = valueProblem(key, value);
    if (problem !== undefined || hasWildcard(value)) return problem;
  }
  return undefined;
}

function githubValueProblem(key: string, value: string): Misformed | undefined {
  if (key === "repo" || key === "repository") {
    if (hasWildcard(value)) return undefined;
    if (!/^[^/]+\/[^/]+$/.test(value)) return impossible("has no `OWNER/REPOSITORY`");
    // `OWNER@ID/REPOSITORY@ID`. Source: docs.github.com, OpenID Connect reference, immutable subject claims.
    return /^[^/@]+@[^/]+\/[^@]+$|^[^@]+\/[^/@]+@[^/]+$/.test(value)
      ? impossible("has only one of two ids: subjects have those of owner and repository, or none")
      : undefined;
  }
  if (key !== "ref") return undefined;
  const start = value.replace(/[*?].*/s, "");
  const fits = start.startsWith("refs/") || (hasWildcard(value) && "refs/".startsWith(start));
  return fits ? undefined : impossible("has a ref that does not start with `refs/`");
}

function gitlabProblem(text: string): Misformed | undefined {
  const parts = text.split(":");
  const [start = ""] = parts;
  if (!hasWildcard(start) && !gitlabStarts.test(start)) {
    return impossible("does not start with `project_path:` or `project_id:`");
  }
  for (const [at, key] of parts.entries()) {
    const value = parts[at + 1] ?? "";
    if (hasWildcard(key)) return undefined;
    if (key === "ref" && value.startsWith("refs/")) {
      return impossible("has a ref with `refs/`, which GitLab leaves out");
    }
    const rest = parts.slice(at + 1).join(":");
    if (key === "ref_type" && !refTypes.some((form) => patternsOverlap(rest, form))) {
      return impossible("has a `ref_type` other than `branch` and `tag`");
    }
  }
  return undefined;
}

function namesOneRun({ subject }: Issuer, claim: string, text: string): boolean {
  if (subject === "bitbucket" && claim === "sub") return namesOneStep(text);
  const keys = runKeys[subject] ?? [];
  const parts = (claim === "sub" ? text : `${claim}:${text}`).split(":");
  return parts.some((key, at) => {
    const value = parts[at + 1] ?? "";
    return keys.includes(key) && value !== "" && !hasWildcard(value);
  });
}

/** `{REPOSITORY}:{STEP}` or `{REPOSITORY}:{ENVIRONMENT}:{STEP}`, where each run of a step has an id of its own. */
function namesOneStep(text: string): boolean {
  const parts = text.split(":");
  return (
    [2, 3].includes(parts.length) && !hasWildcard(text) && parts.every((part) => wholeId.test(part))
  );
}

const wholeId = /^\{[0-9a-f-]+\}$/i;

/**
 * Two or three ids in braces, divided by colons; a wildcard may match a divider too.
 *
 * Source: support.atlassian.com, Integrate Pipelines with resource servers using OIDC.
 */
function bitbucketProblem(text: string): Misformed | undefined {
  const parts = text.split(":");
  const isWhole = !hasWildcard(text);
  if (!patternsOverlap(text, "{?*}:{?*}") || parts.length > 3 || (isWhole && parts.length < 2)) {
    return impossible("does not look like `{…}:{…}`");
  }
  return parts.every(mayContainIds)
    ? undefined
    : impossible("has a name where an id in braces belongs");
}

/** Whether ids in braces, and what divides them, may make a text that has no divider but within its wildcards. */
function mayContainIds(part: string): boolean {
  if (!hasWildcard(part)) return wholeId.test(part);
  const [start = "", ...others] = part.split(/[*?]+/);
  const end = others.pop() ?? "";
  return (
    /^(?:\{[0-9a-f-]*\}?)?$/i.test(start) &&
    /^(?:\{?[0-9a-f-]*\})?$/i.test(end) &&
    others.every((each) => /^[0-9a-f{}-]*$/i.test(each))
  );
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The id in the path of an issuer of CircleCI; undefined in that of the issuer which all organisations share. */
export function circleOrganisation(host: string): string | undefined {
  return host.includes("/") ? host.slice(host.lastIndexOf("/") + 1) : undefined;
}
