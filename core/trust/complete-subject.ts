import { hasWildcard } from "../pattern";
import type { Issuer } from "./issuers";
import { completedTemplate, followed, type SubjectTemplate } from "./subject-template";

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
 * A ref or an environment where it is whole, or an environment to fill in; undefined where nothing is told.
 *
 * A pull request has no branch of its own, but its job may name an environment, which then stands in the subject instead.
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

/** The values of keys that stand in both, as long as none is left open. */
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
