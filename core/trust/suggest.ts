import { hasWildcard } from "../pattern";
import { evaluateConditions } from "../policy/condition/evaluate";
import type { Condition } from "../policy/statement";
import { breadthOf, pinsOf } from "./breadth";
import type { ClaimPattern } from "./claim-pattern";
import { completedSubject } from "./complete-subject";
import { contextFor, issuerOfKey } from "./context";
import { immutabilityOf } from "./immutable";
import { claimKey, plainKey, type Issuer, type SubjectGrammar } from "./issuers";
import { keepOthers, mostKept, printTests, putTest, type Tests } from "./kept-tests";
import { circleOrganisation, misformed } from "./subject-forms";
import { completedTemplate } from "./subject-template";
import type { Test } from "./test-values";
import { testedKey } from "./tested";
import { toldBySubject } from "./told-by-subject";

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
  vercel: "owner:TEAM:project:PROJECT:environment:production",
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

/**
 * A `Condition` for one workload of an issuer, as JSON.
 *
 * What the conditions already hold fast is kept, with what they narrow besides; what has to be filled in is written in
 * capitals.
 *
 * @param subjects the subjects that are meant, where they are known; default a form to fill in
 */
export function suggestCondition(
  known: Issuer,
  conditions: readonly Condition[],
  subjects: readonly string[] = [],
): string {
  const issuer = toldBySubject(known, conditions);
  const claim = issuer.claims[0] ?? "sub";
  const key = claim.includes(":") ? claim : `${issuer.host}:${claim}`;
  const audiences = issuer.audienceClaims.map((each) => `${issuer.host}:${each}`);
  const tests: Tests = new Map();
  if (claim !== "aud") putAudience(tests, issuer, conditions);
  putTest(tests, key, subjects.length > 0 ? subjects : tenantValues(issuer, conditions, claim));
  const replaced = [key, ...audiences].map(plainKey);
  keepOthers(
    tests,
    conditions,
    (test) =>
      isOfAnother(issuer, test) || replaced.includes(plainKey(test.key)) || isDead(issuer, test),
  );
  const id = idClaimOf(issuer);
  if (id !== undefined && isByName(issuer, tests)) {
    putTest(tests, `${issuer.host}:${id}`, [id.toUpperCase()]);
  }
  return printTests(tests);
}

/** The claim that STS knows as a condition key and that names a project by what never changes. */
function idClaimOf({ subject, evaluated }: Issuer): string | undefined {
  const id = { github: "repository_id", gitlab: "project_id" }[subject as string];
  return id !== undefined && evaluated?.includes(id) === true ? id : undefined;
}

/** Keeps what the conditions ask of a token's audience, and asks for the usual one where they ask for none. */
function putAudience(tests: Tests, issuer: Issuer, conditions: readonly Condition[]): void {
  const { host, audience, audienceClaims } = issuer;
  const kept = audienceClaims.flatMap((claim) => {
    const values = keptValues(issuer, conditions, claim);
    return values === undefined ? [] : [[claim, values] as const];
  });
  const asked = kept.length > 0 ? kept : [[audienceClaims.at(-1) ?? "aud", [audience]] as const];
  for (const [claim, values] of asked) putTest(tests, `${host}:${claim}`, values);
}

/** The values that name the tenant: kept where they are one workload's, completed where they are known in part. */
function tenantValues(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly string[] {
  const kept = keptValues(issuer, conditions, claim);
  if (kept !== undefined) {
    const bySubject = issuer.subject === "gitlab" && idClaimOf(issuer) === undefined;
    return bySubject ? kept.map(byProjectId) : kept;
  }
  if (claim !== "sub") return [claim === "aud" ? issuer.audience : formOfClaim(claim)];
  const form = formFor(issuer);
  const known = valuesOf(issuer, conditions, claim).flatMap((value) => {
    const completed = value.secret ? undefined : completedSubject(issuer, value.text, form);
    const isForm = completed !== undefined && isOfForm(issuer, claim, completed);
    return isForm ? [completed] : [];
  });
  return known.length > 0 ? [...new Set(known)].slice(0, mostKept) : [form];
}

/** One workload's subject with what the issuer itself names filled in. */
function formFor({ subject, subjects, host }: Issuer): string {
  const [template] = subjects ?? [];
  if (template !== undefined) return completedTemplate(template);
  const form = forms[subject];
  if (subject !== "circleci") return form;
  return form.replace("ORGANIZATION_ID", (placeholder) => circleOrganisation(host) ?? placeholder);
}

/** Whether a subject, once what stands in capitals is filled in, is one that the issuer has. */
function isOfForm(issuer: Issuer, claim: string, completed: string): boolean {
  const text = completed.replace(/[A-Z][A-Z_]{3,}/g, (part) => {
    if (part === "PHASE") return "apply";
    return part.endsWith("_ID") ? "1" : part.toLowerCase().replaceAll("_", "-");
  });
  return (
    misformed(issuer, claim, { text, literal: !hasWildcard(text), secret: false }) === undefined
  );
}

/** A subject of GitLab by its project's id, where no condition key of AWS tells that beside the subject. */
function byProjectId(subject: string): string {
  if (/(?:^|:)project_id:/.test(subject)) return subject;
  return subject.replace(/^project_path:[^:]*/, "project_id:PROJECT_ID");
}

function formOfClaim(claim: string): string {
  return claim.replace(/^.*:/, "").toUpperCase();
}

function valuesOf(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly ClaimPattern[] {
  const tested = testedKey(conditions, claimKey(issuer, claim), true);
  return tested.kind === "tested" ? tested.tests.flatMap((test) => test.patterns) : [];
}

/** The exact values that the conditions ask of a claim, unless any of them has to be changed or must not be shown. */
function keptValues(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly string[] | undefined {
  const kept = valuesOf(issuer, conditions, claim).filter((value) => {
    const pins = pinsOf(issuer, claim, value);
    const isAlive = pins !== undefined && misformed(issuer, claim, value) === undefined;
    return !value.secret && isAlive && breadthOf(issuer, pins) === "workload";
  });
  return kept.length > 0 ? kept.slice(0, mostKept).map((value) => value.text) : undefined;
}

/** Whether a test is of a claim of another issuer. */
function isOfAnother(issuer: Issuer, { key }: Test): boolean {
  const host = issuerOfKey(key);
  return host !== undefined && plainKey(`${host}:sub`) !== claimKey(issuer, "sub");
}

/** Whether a test is of a claim, and asks for what no token of the issuer has there, or for a claim that all have to be absent. */
function isDead(issuer: Issuer, test: Test): boolean {
  const host = issuerOfKey(test.key);
  if (host === undefined) return false;
  const token = contextFor({
    kind: "federated",
    provider: { kind: "named", text: issuer.host },
    issuer: { kind: "known", host: issuer.host },
  });
  if (evaluateConditions([test], token).result.kind === "no") return true;
  const claim = test.key.slice(host.length + 1);
  return valuesOf(issuer, [test], claim).some(
    (value) => misformed(issuer, claim, value) !== undefined,
  );
}

/** Whether the tests name a repository by names alone. */
function isByName(issuer: Issuer, tests: Tests): boolean {
  const conditions = [...tests].flatMap(([operator, keys]) =>
    [...keys].map(([key, values]): Condition => {
      const texts = typeof values === "string" ? [values] : values;
      return {
        kind: "test",
        operator,
        key,
        // What is still to be filled in is an id there.
        values: texts.map((text) => ({
          kind: "text",
          text: text.replace(/@[A-Z_]*ID\b/g, "@1"),
          secret: false,
        })),
      };
    }),
  );
  return immutabilityOf(issuer, conditions, false).kind === "by name";
}
