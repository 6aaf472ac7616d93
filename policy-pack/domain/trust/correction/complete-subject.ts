import { hasWildcard } from "../../../../core/pattern";
import type { Issuer, SubjectGrammar } from "../../../../core/trust/issuers";
import {
  completedTemplate,
  followed,
  type SubjectTemplate,
} from "../../../../core/trust/subject-template";
import { circleOrganisation } from "../subject-forms";

/**
 * The form of a subject with what a loose one already names filled in; undefined where it names nothing that helps.
 *
 * @param form one workload's subject with what has to be filled in in capitals
 */
export function completedSubject(issuer: Issuer, loose: string, form: string): string | undefined {
  if (issuer.subjects !== undefined) return templateOf(issuer.subjects, loose);
  switch (issuer.subject) {
    case "kubernetes":
      return completedAccount(loose);
    case "github":
      return completedRepository(loose, form, issuer.evaluated?.includes("repository_id") === true);
    case "gitlab":
      // GitLab names a branch or tag without `refs/heads/` or `refs/tags/`.
      return completedPairs(loose.replace(/:ref:refs\/(?:heads|tags)\//, ":ref:"), form);
    case "circleci":
      return completedJob(loose, form);
    case "bitbucket":
      return completedStep(loose, form);
    case "fly":
      return completedPart(loose, form, /^([^:*?]+):/, "ORGANIZATION");
    case "terraform":
    case "buildkite":
    case "codefresh":
    case "scalr":
    case "upbound":
    case "pulumi":
    case "vercel":
    case "spacelift":
    case "modal":
    case "devin":
    case "ona":
    case "plain":
      return completedPairs(loose, form);
  }
}

/** The first form that the loose subject is of, where it gives anything of it. */
function templateOf(templates: readonly SubjectTemplate[], loose: string): string | undefined {
  const template = templates.find((each) => followed([each], loose).length > 0);
  if (template === undefined) return undefined;
  const completed = completedTemplate(template, loose);
  return completed === completedTemplate(template) ? undefined : completed;
}

/** Namespace and name, where either is whole. */
function completedAccount(loose: string): string | undefined {
  const [, namespace = "", name = ""] = /^system:serviceaccount:([^:]*):([^:]*)$/.exec(loose) ?? [];
  const isNamespace = /^[a-z0-9-]+$/.test(namespace);
  const isName = /^[a-z0-9.-]+$/.test(name);
  if (!isNamespace && !isName) return undefined;
  const whole = [isNamespace ? namespace : "NAMESPACE", isName ? name : "SERVICE_ACCOUNT"];
  return `system:serviceaccount:${whole.join(":")}`;
}

/**
 * Owner and repository, each with its id where it has one, and what follows them.
 *
 * GitHub puts both ids into a subject or neither, so that one which names an owner alone is of a repository that has not
 * opted in to ids: it stays so where the id can be tested beside it.
 */
function completedRepository(loose: string, form: string, isIdBeside: boolean): string | undefined {
  const [, rest = ""] = /^repo:[^:]*(:.*)?$/.exec(loose.trim()) ?? [];
  const context = completedContext(rest);
  const whole = context === undefined ? form : form.replace(/:ref:.*/s, () => context);
  const path = /^repo:([^/:@*?]+)(@[0-9]+)?(@\*)?\/([^:]*)/.exec(loose);
  if (path === null) return context === undefined ? undefined : whole;
  const [, owner = "", ownerId, openId, repository = ""] = path;
  const isByName = isIdBeside && (ownerId ?? openId) === undefined && !repository.includes("@");
  // The start of a name is none.
  const name = /^[^@*?]+(?=@|$)/.exec(repository)?.[0] ?? "REPOSITORY";
  const id = /@[0-9]+$/.exec(repository)?.[0] ?? "@REPOSITORY_ID";
  const named = isByName ? `${owner}/${name}` : `${owner}${ownerId ?? "@OWNER_ID"}/${name}${id}`;
  return whole.replace(/^repo:[^:]*/, () => `repo:${named}`);
}

/**
 * A ref or an environment where it is whole, or an environment to fill in; undefined where there is none.
 *
 * A pull request has no branch of its own, but its job may name an environment, which is then in the subject instead.
 */
function completedContext(rest: string): string | undefined {
  if (/^:(?:environment:|ref:refs\/(?:heads|tags)\/)[^:*?]+$/.test(rest)) return rest;
  const isOfEnvironment = rest.startsWith(":environment:") || rest.endsWith(":pull_request");
  return isOfEnvironment ? ":environment:ENVIRONMENT" : undefined;
}

/** One part of the form, where the loose subject names it. */
function completedPart(
  loose: string,
  form: string,
  part: RegExp,
  placeholder: string,
): string | undefined {
  const named = part.exec(loose)?.[1];
  return named === undefined ? undefined : form.replace(placeholder, () => named);
}

/** The project of a job, and its organisation where the issuer does not name it. */
function completedJob(loose: string, form: string): string | undefined {
  const named = completedPart(loose, form, /^org\/([^/*?]+)\//, "ORGANIZATION_ID") ?? form;
  const whole = completedPart(loose, named, /^org\/[^/]+\/project\/([^/*?]+)\//, "PROJECT_ID");
  return whole ?? (named === form ? undefined : named);
}

/** The repository of a step, and its environment where it has one. */
function completedStep(loose: string, form: string): string | undefined {
  const repository = completedPart(loose, form, /^\{([^{}*?]+)\}/, "REPOSITORY_UUID");
  if (repository === undefined) return undefined;
  const environment = /^\{[^{}]+\}:\{([^{}*?]+)\}:/;
  return completedPart(loose, repository, environment, "ENVIRONMENT_UUID") ?? repository;
}

/** The values of keys in both, as long as none is open. */
function completedPairs(loose: string, form: string): string | undefined {
  const parts = loose.split(":");
  const wanted = form.split(":");
  let found = false;
  for (const [at, key] of wanted.entries()) {
    const next = parts[parts.indexOf(key) + 1];
    const isPlaceholder = /[A-Z]$/.test(wanted[at + 1] ?? "");
    if (!parts.includes(key) || !isPlaceholder || !next || hasWildcard(next)) continue;
    wanted[at + 1] = next;
    found = true;
  }
  return found ? wanted.join(":") : undefined;
}

/** The subject of one workload, by grammar, with what has to be filled in written in capitals. */
const forms: Readonly<Record<SubjectGrammar, string>> = {
  kubernetes: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
  github: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
  // GitLab's documentation, cloud services: use the project id as the subject.
  gitlab: "project_id:PROJECT_ID:ref_type:branch:ref:BRANCH",
  terraform: "organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:PHASE",
  buildkite: "organization:ORGANIZATION:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:STEP",
  codefresh: "account:ACCOUNT_ID:pipeline:PIPELINE_ID:*:scm_ref:BRANCH",
  scalr: "account:ACCOUNT:environment:ENVIRONMENT:workspace:WORKSPACE",
  upbound: "mcp:ORGANIZATION/CONTROL_PLANE:provider:PROVIDER",
  pulumi:
    "pulumi:deploy:org:ORGANIZATION:project:PROJECT:stack:STACK:operation:OPERATION:scope:write",
  vercel: "owner:TEAM:project:PROJECT:environment:ENVIRONMENT",
  spacelift: "space:SPACE:stack:STACK:*",
  fly: "ORGANIZATION:APP:*",
  modal: "modal:workspace_id:WORKSPACE_ID:environment_name:ENVIRONMENT:app_name:APP:*",
  // CircleCI documentation, OIDC tokens: only CIRCLE_OIDC_TOKEN_V2 names a ref.
  circleci:
    "org/ORGANIZATION_ID/project/PROJECT_ID/user/*/vcs-origin/VCS_ORIGIN/vcs-ref/refs/heads/BRANCH",
  bitbucket: "{REPOSITORY_UUID}:{ENVIRONMENT_UUID}:*",
  devin: "org_id:ORGANIZATION_ID:repository_name:REPOSITORY",
  ona: "organization_id:ORGANIZATION_ID:project_id:PROJECT_ID:environment_id:ENVIRONMENT_ID",
  plain: "SUBJECT",
};

/** A subject of GitLab as it is unless a project is set to have another, which needs its project's id beside it. */
const gitlabByPath = "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH";

/** Other subjects of one workload, each with what it shares with a loose one. */
const otherForms: Readonly<
  Partial<Record<SubjectGrammar, { readonly reported: RegExp; readonly form: string }>>
> = {
  terraform: {
    reported: /:stack:/,
    form: "organization:ORGANIZATION:project:PROJECT:stack:STACK:deployment:DEPLOYMENT:operation:OPERATION",
  },
  spacelift: { reported: /:module:/, form: "space:SPACE:module:MODULE:*" },
  pulumi: {
    reported: /^pulumi:environments:/,
    form: "pulumi:environments:org:ORGANIZATION:env:PROJECT/ENVIRONMENT",
  },
};

/** One workload's subject in the form of a loose one, with what has to be filled in written in capitals. */
export function formFor(issuer: Issuer, loose: string): string {
  const [template] = issuer.subjects ?? [];
  return template === undefined ? ofTag(formOf(issuer, loose), loose) : completedTemplate(template);
}

function formOf(issuer: Issuer, loose: string): string {
  const { subject, host } = issuer;
  const other = otherForms[subject];
  if (other?.reported.test(loose) === true) return other.form;
  const isById = subject !== "gitlab" || idClaimOf(issuer) === undefined;
  const form = isById || /(?:^|:)project_id:/.test(loose) ? forms[subject] : gitlabByPath;
  if (subject !== "circleci") return form;
  return form.replace("ORGANIZATION_ID", (placeholder) => circleOrganisation(host) ?? placeholder);
}

/** The form with a tag in place of a branch, where the loose subject is of one. */
function ofTag(form: string, loose: string): string {
  if (/:ref_type:tag(?::|$)/.test(loose)) {
    return form.replace("ref_type:branch:ref:BRANCH", "ref_type:tag:ref:TAG");
  }
  return /ref[:/]refs\/tags\//.test(loose)
    ? form.replace("refs/heads/BRANCH", "refs/tags/TAG")
    : form;
}

/** The claim that STS supports as a condition key and that names a project by a permanent id. */
export function idClaimOf({ subject, evaluated }: Issuer): string | undefined {
  const id = { github: "repository_id", gitlab: "project_id" }[subject as string];
  return id !== undefined && evaluated?.includes(id) === true ? id : undefined;
}
