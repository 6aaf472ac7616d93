import { breadthOf, pinsOf } from "./breadth";
import type { Condition } from "../policy/statement";
import { claimKey, type Issuer, type SubjectGrammar } from "./issuers";
import { testedKey } from "./tested";

/** The audience that AWS SDKs and the EKS webhook ask for. */
const defaultAudience = "sts.amazonaws.com";

/** Most values that are kept: nobody reads more of a suggestion. */
const mostKept = 50;

/** What to fill in, by grammar: one workload's subject with its changing parts in capitals. */
const forms: Readonly<Record<SubjectGrammar, string>> = {
  kubernetes: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
  github: "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH",
  gitlab: "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH",
  terraform: "organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:PHASE",
  buildkite: "organization:ORGANIZATION:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:STEP",
  codefresh: "account:ACCOUNT_ID:pipeline:PIPELINE_ID:*:scm_ref:BRANCH",
  scalr: "account:ACCOUNT:environment:ENVIRONMENT:workspace:WORKSPACE",
  upbound: "mcp:ORGANIZATION/CONTROL_PLANE:provider:PROVIDER",
  pulumi:
    "pulumi:deploy:org:ORGANIZATION:project:PROJECT:stack:STACK:operation:OPERATION:scope:write",
  vercel: "owner:TEAM:project:PROJECT:environment:production",
  circleci: "org/ORGANIZATION_ID/project/PROJECT_ID/user/*",
  bitbucket: "{REPOSITORY_UUID}:{ENVIRONMENT_UUID}:*",
  plain: "SUBJECT",
};

/** The subject of one workload of an issuer, with what has to be filled in written in capitals. */
export function subjectForm(issuer: Issuer): string {
  return forms[issuer.subject];
}

/**
 * A `Condition` for one workload of an issuer, as JSON.
 *
 * What the conditions already hold fast is kept; what has to be filled in is written in capitals.
 *
 * @param subjects the subjects that are meant, where they are known; default a form to fill in
 */
export function suggestCondition(
  issuer: Issuer,
  conditions: readonly Condition[],
  subjects: readonly string[] = [],
): string {
  const claim = issuer.claims[0] ?? "sub";
  const isAudience = claim === "aud";
  const tenant =
    subjects.length > 0
      ? subjects
      : (keptValues(issuer, conditions, claim) ?? [formOf(issuer, claim)]);
  const tests: Record<string, Record<string, string | readonly string[]>> = {};
  if (!isAudience) {
    put(tests, `${issuer.host}:aud`, keptValues(issuer, conditions, "aud") ?? [defaultAudience]);
  }
  put(tests, claim.includes(":") ? claim : `${issuer.host}:${claim}`, tenant);
  return JSON.stringify(tests);
}

function formOf(issuer: Issuer, claim: string): string {
  if (claim === "sub") return subjectForm(issuer);
  return claim === "aud" ? "YOUR_AUDIENCE" : claim.replace(/^.*:/, "").toUpperCase();
}

/** The exact values that the conditions ask of a claim, unless any of them has to be changed or must not be shown. */
function keptValues(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly string[] | undefined {
  const tested = testedKey(conditions, claimKey(issuer, claim), true);
  if (tested.kind !== "tested") return undefined;
  const values = tested.tests.flatMap((test) => test.patterns);
  const kept = values.filter((value) => {
    const pins = pinsOf(issuer, claim, value);
    return !value.secret && pins !== undefined && breadthOf(issuer, pins) === "workload";
  });
  return kept.length > 0 ? kept.slice(0, mostKept).map((value) => value.text) : undefined;
}

function put(
  tests: Record<string, Record<string, string | readonly string[]>>,
  key: string,
  values: readonly string[],
): void {
  const operator = values.some((value) => value.includes("*")) ? "StringLike" : "StringEquals";
  const [only = "", ...more] = values;
  tests[operator] = { ...tests[operator], [key]: more.length === 0 ? only : values };
}
