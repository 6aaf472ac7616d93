import type { Issuer, SubjectGrammar } from "./issuers";
import { circleOrganisation } from "./subject-forms";
import { completedTemplate } from "./subject-template";

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

/** Other subjects of one workload, each with what tells it of a loose one. */
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

/** The claim that STS knows as a condition key and that names a project by what never changes. */
export function idClaimOf({ subject, evaluated }: Issuer): string | undefined {
  const id = { github: "repository_id", gitlab: "project_id" }[subject as string];
  return id !== undefined && evaluated?.includes(id) === true ? id : undefined;
}
