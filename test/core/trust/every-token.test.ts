import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../core/policy/condition/context";
import { parsePolicyDocument } from "../../../core/policy/document";
import type { PolicyDocument } from "../../../core/policy/statement";
import type { Value } from "../../../core/snapshot/value";
import { admissions } from "../../../core/trust/admission";
import { admits } from "../../../core/trust/admits";
import { breadths, type Breadth } from "../../../core/trust/breadth";
import { gradeSubject } from "../../../core/trust/grade";
import { issuerOf } from "../../../core/trust/issuers";
import { noLookups, principalOf } from "../../../core/trust/principal";
import { bitbucket, circleci, cognito, google } from "./support/platform-worlds";
import { buildkite, cluster, github, gitlab, terraform, type World } from "./support/worlds";

/** A test of one claim. */
interface Test {
  readonly operator: string;
  readonly claim: string;
  readonly values: readonly string[];
}

/** Those under which a token has to have the claim, and a value that fits. */
const positive = ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringLike"];

const all = [
  ...[...positive, ...positive, "StringLike", "ForAnyValue:StringEquals"],
  ...["ForAllValues:StringLike", "ForAllValues:StringEquals"],
  ...["StringLikeIfExists", "StringEqualsIfExists"],
  ...["StringNotLike", "StringNotEquals", "StringNotLikeIfExists"],
];

function testOf(world: World, operators: readonly string[]): fc.Arbitrary<Test> {
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...Object.keys(world.values), "sub"))
    .chain(([operator, claim]) =>
      fc
        .uniqueArray(fc.constantFrom(...(world.values[claim] ?? [])), {
          minLength: 1,
          maxLength: 2,
        })
        .map((values) => ({ operator, claim, values })),
    );
}

function presenceOf({ values }: World): fc.Arbitrary<Test> {
  return fc
    .tuple(fc.constantFrom(...Object.keys(values)), fc.constantFrom("true", "false"))
    .map(([claim, isMissing]) => ({ operator: "Null", claim, values: [isMissing] }));
}

function documentOf(
  { host }: World,
  statements: readonly (readonly ["Allow" | "Deny", readonly Test[]])[],
): PolicyDocument {
  const Principal = { Federated: providerOf(host) };
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: statements.map(([Effect, tests]): Value => {
      const Condition: Record<string, Record<string, readonly string[]>> = {};
      for (const { operator, claim, values } of tests) {
        (Condition[operator] ??= {})[`${host}:${claim}`] = values;
      }
      return { Effect, Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition };
    }),
  });
  assert.equal(parsed.kind, "document");
  return parsed.document;
}

function providerOf(host: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${host}`;
}

/** How many workloads a policy admits, as the tokens show that it admits. */
function shown(world: World, document: PolicyDocument): Breadth {
  const text = providerOf(world.host);
  const value = { kind: "text", text, secret: false } as const;
  const principal = principalOf({ type: "Federated", value }, noLookups);
  const action = "sts:AssumeRoleWithWebIdentity";
  return widest(
    world.tokens.map(({ claims, shows }): Breadth => {
      const keys = Object.entries(claims).map(([claim, each]) => [`${world.host}:${claim}`, each]);
      const context = contextOf(Object.fromEntries(keys) as Record<string, string>);
      return admits(document, { principal, action, context }).kind === "no" ? "nobody" : shows;
    }),
  );
}

/** How many workloads a policy admits, as it is told. */
function told({ host }: World, document: PolicyDocument): Breadth {
  return widest(
    admissions(document, noLookups).map(({ conditions, variables }): Breadth => {
      const grading = gradeSubject(issuerOf(host), conditions, variables);
      return grading.kind === "graded" ? grading.atMost : "anyone";
    }),
  );
}

function widest(found: readonly Breadth[]): Breadth {
  return breadths[Math.max(0, ...found.map((each) => breadths.indexOf(each)))] ?? "nobody";
}

const worlds = {
  ...{ github, gitlab, terraform, buildkite, cluster },
  ...{ circleci, bitbucket, google, cognito },
};

/** Claims by which alone a grade is exact: those that name a tenant at an issuer of these. */
const naming: Readonly<Record<string, readonly string[]>> = {
  github: ["sub", "repository"],
  google: ["sub", "aud", "google/organization_number"],
  cognito: ["aud"],
};

for (const [name, world] of Object.entries(worlds)) {
  describe(`what a trust policy admits of all tokens of ${name}`, function () {
    this.timeout(300_000);

    it("is never told as less than they show, whatever its statements, operators and lists", () => {
      const tests = fc.array(
        fc.oneof(
          { weight: 9, arbitrary: testOf(world, all) },
          { weight: 1, arbitrary: presenceOf(world) },
        ),
        { minLength: 1, maxLength: 3 },
      );
      fc.assert(
        fc.property(
          fc.array(tests, { minLength: 1, maxLength: 2 }),
          fc.array(tests, { maxLength: 1 }),
          (allows, denies) => {
            const document = documentOf(world, [
              ...allows.map((each) => ["Allow", each] as const),
              ...denies.map((each) => ["Deny", each] as const),
            ]);
            const least = shown(world, document);
            const said = told(world, document);
            assert.ok(breadths.indexOf(said) >= breadths.indexOf(least), `${said}, not ${least}`);
          },
        ),
        { numRuns: 150 },
      );
    });

    it("is told as just what they show where one claim has to have one of its values", () => {
      fc.assert(
        fc.property(testOf(world, positive), (test) => {
          const document = documentOf(world, [["Allow", [test]]]);
          const just = shown(world, document);
          fc.pre(just !== "nobody" && (naming[name] ?? ["sub"]).includes(test.claim));
          assert.equal(told(world, document), just);
        }),
        { numRuns: 150 },
      );
    });
  });
}
