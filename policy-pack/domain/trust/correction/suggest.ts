import { hasWildcard } from "../../../../core/pattern";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import type { Condition } from "../../../../core/policy/statement";
import { breadthOf, pinsOf } from "../breadth";
import { asIntended, type ClaimPattern } from "../../../../core/trust/claim-pattern";
import { completedSubject } from "./complete-subject";
import { contextFor, issuerOfKey } from "../context";
import { severityOfSubject } from "../grading";
import { immutabilityOf } from "../immutable";
import { claimKey, plainKey, type Issuer } from "../../../../core/trust/issuers";
import {
  retainOthers,
  mostCombinations,
  printTests,
  putTest,
  isUninformative,
  type Tests,
} from "../retained-tests";
import { misformed } from "../subject-forms";
import { formFor, idClaimOf } from "./complete-subject";
import type { Test } from "../test-values";
import { testedKey } from "../tested";
import { distinguishedBySubject } from "../certificate/distinguished-by-subject";

/**
 * A `Condition` for one workload of an issuer, as JSON.
 *
 * Fixed parts stay, with further narrowing; capitals mark what has to be filled in.
 *
 * @param subjects the intended subjects, where they are known; default a form to fill in
 */
export function suggestCondition(
  known: Issuer,
  conditions: readonly Condition[],
  subjects: readonly string[] = [],
): string {
  const issuer = distinguishedBySubject(known, conditions);
  const claim = issuer.claims[0] ?? "sub";
  const key = claim.includes(":") ? claim : `${issuer.host}:${claim}`;
  const audiences = issuer.audienceClaims.map((each) => `${issuer.host}:${each}`);
  const tests: Tests = new Map();
  if (claim !== "aud") putAudience(tests, issuer, conditions);
  const isKept = subjects.length === 0 && isRestrictedByOthers(issuer, conditions, claim);
  if (!isKept) {
    const wanted = subjects.length > 0 ? subjects : tenantValues(issuer, conditions, claim);
    putTest(tests, key, wanted, isOfAnyCase(conditions, key));
  }
  const replaced = [...(isKept ? [] : [key]), ...audiences].map(plainKey);
  retainOthers(
    tests,
    conditions,
    (test) =>
      isOfAnother(issuer, test) || replaced.includes(plainKey(test.key)) || isDead(issuer, test),
  );
  const id = idClaimOf(issuer);
  if (id !== undefined && isByName(issuer, tests)) {
    putTest(tests, `${issuer.host}:${id}`, idsFor(issuer, tests, id.toUpperCase()));
  }
  return printTests(tests);
}

/** Whether other claims restrict to one workload what the subject leaves open, so that it may stay unchanged. */
function isRestrictedByOthers(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): boolean {
  const given = valuesOf(issuer, conditions, claim);
  const isOpen = given.length === 0 || given.some((value) => !isOneWorkload(issuer, claim, value));
  if (claim !== "sub" || !isOpen || given.some((value) => isUnfit(issuer, claim, value))) {
    return false;
  }
  // A test that no subject meets would be left out, together with its other values. None is empty.
  const isLeftOut = (test: Condition): boolean =>
    test.kind === "test" &&
    plainKey(test.key) === claimKey(issuer, claim) &&
    (isDead(issuer, test) ||
      textsOf(test).includes("") ||
      isUninformative(test.operator, textsOf(test)));
  if (conditions.some(isLeftOut)) return false;
  const grading = severityOfSubject(issuer, conditions);
  return grading.kind === "graded" && grading.atLeast === "workload";
}

function textsOf({ values }: Test): readonly string[] {
  return values.flatMap((value) => (value.kind === "text" ? [value.text] : []));
}

function isOneWorkload(issuer: Issuer, claim: string, value: ClaimPattern): boolean {
  const pins = isUnfit(issuer, claim, value) ? undefined : pinsOf(issuer, claim, value);
  return pins !== undefined && breadthOf(issuer, pins) === "workload";
}

/** Whether a value must not be shown, or has to be changed since no token, or one alone, has it. */
function isUnfit(issuer: Issuer, claim: string, value: ClaimPattern): boolean {
  const isAlive = pinsOf(issuer, claim, value) !== undefined;
  return value.secret || !isAlive || misformed(issuer, claim, value) !== undefined;
}

/** Whether a claim has to have one of its values in whatever case they are written. */
function isOfAnyCase(conditions: readonly Condition[], key: string): boolean {
  const tested = testedKey(conditions, plainKey(key), true);
  return (
    tested.kind === "tested" &&
    tested.tests.some(({ patterns }) => patterns.every(({ anyCase }) => anyCase === true))
  );
}

/** An id for each repository that the subjects name, whether by its name alone or with ids. */
function idsFor({ host }: Issuer, tests: Tests, form: string): readonly string[] {
  const subjects = [...tests.values()].flatMap((keys) => keys.get(`${host}:sub`) ?? []);
  const paths = subjects.flatMap(
    (each) =>
      /^(?:repo|project_path):([^:*?]*):/.exec(each)?.[1]?.replace(/@[0-9A-Z_]+/g, "") ?? [],
  );
  const several = new Set(paths).size;
  return several > 1 ? Array.from({ length: several }, (_, at) => `${form}_${at + 1}`) : [form];
}

/** Keeps what the conditions require of a token's audience, and adds the usual one where they require none. */
function putAudience(tests: Tests, issuer: Issuer, conditions: readonly Condition[]): void {
  const { host, audience, audienceClaims } = issuer;
  const kept = audienceClaims.flatMap((claim) => {
    const values = retainedValues(issuer, conditions, claim);
    return values === undefined ? [] : [[claim, values] as const];
  });
  const requested =
    kept.length > 0 ? kept : [[audienceClaims.at(-1) ?? "aud", [audience]] as const];
  for (const [claim, values] of requested) {
    const key = `${host}:${claim}`;
    putTest(tests, key, values, isOfAnyCase(conditions, key));
  }
}

/** The values that name the tenant: unchanged where they are one workload's, completed where they are known in part. */
function tenantValues(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly string[] {
  const kept = retainedValues(issuer, conditions, claim);
  if (kept !== undefined) {
    const bySubject = issuer.subject === "gitlab" && idClaimOf(issuer) === undefined;
    return bySubject ? kept.map(byProjectId) : kept;
  }
  if (claim !== "sub") return [claim === "aud" ? issuer.audience : formOfClaim(claim)];
  const given = valuesOf(issuer, conditions, claim);
  const bySubject = completedOf(issuer, given);
  const known =
    bySubject.length > 0 ? bySubject : completedOf(issuer, reportedBeside(issuer, conditions));
  const subjects =
    known.length > 0 ? [...new Set(known)].slice(0, mostCombinations) : [formFor(issuer, "")];
  return subjects.map((subject) => withContext(subject, issuer, conditions));
}

/** A subject of GitHub whose ref is still to be filled in, with the environment or ref that another claim has to have. */
function withContext(subject: string, issuer: Issuer, conditions: readonly Condition[]): string {
  if (issuer.subject !== "github") return subject;
  const environment = onlyValue(issuer, conditions, "environment");
  const ref = onlyValue(issuer, conditions, "ref");
  const context =
    environment === undefined
      ? /^refs\/(?:heads|tags)\//.test(ref ?? "")
        ? `:ref:${ref}`
        : undefined
      : // GitHub writes a colon so in a subject.
        `:environment:${environment.replaceAll(":", "%3A")}`;
  return context === undefined
    ? subject
    : subject.replace(/:ref:refs\/(?:heads\/BRANCH|tags\/TAG)$/, () => context);
}

/** The one value that a claim has to have, as it is written. */
function onlyValue(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): string | undefined {
  const [value, ...more] = valuesOf(issuer, conditions, claim);
  const isKept = value !== undefined && more.length === 0 && !value.secret;
  return isKept && value.anyCase !== true && !hasWildcard(value.text) ? value.text : undefined;
}

/** The subjects of one workload each that loose ones contain in part. */
function completedOf(issuer: Issuer, given: readonly ClaimPattern[]): readonly string[] {
  return given.flatMap((value) => {
    if (value.secret) return [];
    const completed = completedSubject(issuer, value.text, formFor(issuer, value.text));
    return completed !== undefined && isOfForm(issuer, "sub", completed) ? [completed] : [];
  });
}

/** Subjects that another claim contains in part: GitHub's `repository`. */
function reportedBeside(issuer: Issuer, conditions: readonly Condition[]): readonly ClaimPattern[] {
  if (issuer.subject !== "github") return [];
  return valuesOf(issuer, conditions, "repository").map((value) => ({
    ...value,
    text: `repo:${value.text}:*`,
  }));
}

/** Whether a subject, once capitals are filled in, is one of the issuer. */
function isOfForm(issuer: Issuer, claim: string, completed: string): boolean {
  const text = completed.replace(/[A-Z][A-Z_]{3,}/g, (part) => {
    if (part === "PHASE") return "apply";
    return /_(?:UU)?ID$/.test(part) ? "1" : part.toLowerCase().replaceAll("_", "-");
  });
  return (
    misformed(issuer, claim, { text, literal: !hasWildcard(text), secret: false }) === undefined
  );
}

/** A subject of GitLab by its project's id, where no condition key of AWS has that beside the subject. */
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

/** The exact values that the conditions require of a claim, unless any of them has to be changed or must not be shown. */
function retainedValues(
  issuer: Issuer,
  conditions: readonly Condition[],
  claim: string,
): readonly string[] | undefined {
  const given = valuesOf(issuer, conditions, claim);
  const read = claim === "sub" ? given.map(asIntended) : given;
  const kept = read.filter((value) => isOneWorkload(issuer, claim, value));
  return kept.length > 0 ? kept.slice(0, mostCombinations).map((value) => value.text) : undefined;
}

/** Whether a test is of a claim of another issuer. */
function isOfAnother(issuer: Issuer, { key }: Test): boolean {
  const host = issuerOfKey(key);
  return host !== undefined && plainKey(`${host}:sub`) !== claimKey(issuer, "sub");
}

/**
 * Whether a test is of a claim, and requires what no token of the issuer has there, or that a claim of all tokens is absent.
 */
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
