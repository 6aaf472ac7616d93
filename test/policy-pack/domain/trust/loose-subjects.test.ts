import fc from "fast-check";
import assert from "node:assert/strict";
import { matches, parsePattern } from "../../../../core/pattern";
import type { Condition } from "../../../../core/policy/statement";
import { severityOfSubject } from "../../../../policy-pack/domain/trust/grading";
import { issuerOf, type Issuer } from "../../../../core/trust/issuers";
import issuersData from "../../../../core/trust/issuers.json";
import { misformed } from "../../../../policy-pack/domain/trust/subject-forms";
import { suggestCondition } from "../../../../policy-pack/domain/trust/correction/suggest";

const issuers = [...new Set(issuersData.issuers.map(({ host }) => host.replaceAll("*", "acme")))]
  .map(issuerOf)
  .filter(({ claims }) => claims[0] === "sub");

/** One workload's subject at an issuer, with what differs between workloads in capitals. */
function formOf(issuer: Issuer): string {
  const suggested = JSON.parse(suggestCondition(issuer, [])) as Record<
    string,
    Record<string, string>
  >;
  const values = Object.values(suggested).flatMap((keys) => Object.entries(keys));
  return values.find(([key]) => key.endsWith(":sub"))?.[1] ?? "";
}

/** What has to be filled in, and what is another for each run. */
const placeholder = /\b[A-Z][A-Z_]{2,}\b|\*/g;

function placeholdersOf(form: string): readonly string[] {
  return form.match(placeholder) ?? [];
}

/** Whether two workloads of an issuer differ in a part of their subjects, and not only two runs of one. */
function tellsWorkloads(issuer: Issuer, name: string): boolean {
  // An issuer of one organisation's own names it already.
  if (issuer.tenancy === "private" && /^(?:ORGANIZATION|ACCOUNT|TEAM)(?:_ID)?$/.test(name))
    return false;
  // Projects of CircleCI have ids that no other organisation's have.
  if (issuer.subject === "circleci" && name === "ORGANIZATION_ID") return false;
  // Environments of Ona have ids that no other organisation's or project's have.
  if (issuer.subject === "ona" && name !== "ENVIRONMENT_ID") return false;
  // Workspaces of HCP Terraform have names of their own in a whole organisation.
  if (issuer.subject === "terraform" && name === "PROJECT") return false;
  return !/^(?:\*|PHASE|OPERATION|VCS_ORIGIN|SPACE|STEP|OWNER_ID|REPOSITORY_ID)$/.test(name);
}

function filledIn(form: string, values: readonly string[]): string {
  let at = 0;
  return form.replace(placeholder, (name) => {
    const value = values[at] ?? "";
    at += 1;
    if (name === "PHASE") return "apply";
    // Bitbucket writes all ids in braces.
    if (name === "*" && form.startsWith("{")) return `{${inDigits(value)}}`;
    return /_U?U?ID$/.test(name) ? inDigits(value) : value;
  });
}

function inDigits(value: string): string {
  return value.replace(/[a-z]/g, (letter) => `${letter.charCodeAt(0)}`);
}

/** A subject with some of it, chosen by two places in it, left open. */
const openings = fc.array(
  fc.record({ from: fc.nat(200), to: fc.nat(200), wildcard: fc.constantFrom("*", "?", "**") }),
  { minLength: 1, maxLength: 2 },
);

function opened(subject: string, parts: readonly { from: number; to: number; wildcard: string }[]) {
  return parts.reduce((text, { from, to, wildcard }) => {
    const [start = 0, end = 0] = [from % (text.length + 1), to % (text.length + 1)].sort(
      (a, b) => a - b,
    );
    const left = wildcard === "?" ? "?".repeat(end - start) : wildcard;
    return text.slice(0, start) + left + text.slice(end);
  }, subject);
}

describe("subjects that are left open", () => {
  it("are one workload's at no issuer where they fit those of two", () => {
    const names = fc.array(fc.stringMatching(/^[a-z]{3,6}$/), { minLength: 12, maxLength: 12 });
    const cases = fc.record({
      issuer: fc.constantFrom(...issuers),
      values: names,
      differs: fc.nat(),
      other: fc.stringMatching(/^[a-z]{3,6}$/),
      parts: openings,
    });
    fc.assert(
      fc.property(cases, ({ issuer, values, differs, other, parts }) => {
        const form = formOf(issuer);
        const hypothesisText = placeholdersOf(form).flatMap((name, at) =>
          tellsWorkloads(issuer, name) ? [at] : [],
        );
        const at = hypothesisText[differs % Math.max(hypothesisText.length, 1)];
        if (at === undefined) return;
        const one = filledIn(form, values);
        // A name at GitHub comes with its id.
        const also = issuer.subject === "github" && at < 4 ? at + 1 : at;
        const two = filledIn(form, values.with(at, other).with(also, other));
        const pattern = opened(one, parts);
        const fitsBoth = [one, two].every((each) => matches(parsePattern(pattern), each));
        if (one === two || !fitsBoth) return;
        const value = { text: pattern, literal: false, secret: false };
        // One run counts as that, and is no more than one workload.
        if (misformed(issuer, "sub", value)?.kind === "once") return;
        const conditions: readonly Condition[] = [
          {
            kind: "test",
            operator: "StringLike",
            key: `${issuer.host}:sub`,
            values: [{ kind: "text", text: pattern, secret: false }],
          },
        ];
        const graded = severityOfSubject(issuer, conditions);
        assert.ok(
          graded.kind === "graded" && graded.atLeast !== "workload" && graded.atLeast !== "none",
          `${pattern} fits ${one} and ${two}, and is ${JSON.stringify(graded)}`,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
